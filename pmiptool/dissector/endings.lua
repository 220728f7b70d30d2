-- What changes sessions besides registrations: revocations, notifications, and an anchor that has lost its state. What an
-- onlooker cannot know any more is shown no longer, as `pmiptool validate` does it (rules/watch_revocation.py).

do
  local P, V, G = 0x8000, 0x4000, 0x2000 -- flags of a revocation (RFC 5846 5.1)
  local FLOW_MOBILITY = 8 -- reason of a notification (RFC 7864 4.2)
  local NONE = {}

  local revocations -- anchor -> mobile node, or "" for all -> indications since its last registration
  local restarts -- node -> the restart counter that it told last

  local doubted -- mobile node -> anchor -> gateway -> FIDs named in requests without an answer

  function sessions.forget_endings() revocations, restarts, doubted = {}, {}, {} end

  -- What requests without an answer leave unknown when another of their mobile node has its answer, since the anchor may
  -- have acted on them: FIDs, and requests that remove a binding; nil twice where every one has its answer.
  function sessions.doubts(open)
    local others, of_node = pairing.others(open), doubted[open.mn]
    if others == nil and of_node == nil then return nil, nil end
    of_node = of_node or {}
    doubted[open.mn] = of_node
    local there, removals, fids = of_node[open.target] or {}, {}, {}
    of_node[open.target] = there
    for _, other in ipairs(others or NONE) do
      there[other.source] = there[other.source] or {}
      flows.name_fids(other.m, there[other.source])
      if other.m.v.lifetime == 0 then removals[#removals + 1] = other end
    end
    local unsure = there[open.source] or {}
    for fid in pairs(unsure) do fids[fid] = true end
    for _, element in ipairs(open.m.named.fid or NONE) do
      if element.v then unsure[element.v.fid] = nil end
    end
    if next(unsure) == nil then there[open.source] = nil end
    if next(there) == nil then of_node[open.target] = nil end
    if next(of_node) == nil then doubted[open.mn] = nil end
    return fids, removals
  end

  -- As much of that as is about a session; `binding`: that of the request.
  function sessions.doubt(session, binding, fids, removals)
    if binding then flows.doubt(binding, fids) end
    for _, other in ipairs(removals) do
      local care_of = bindings.asked_by(other).care_of
      for _, one in ipairs(session.bindings) do
        if one.care_of == care_of then flows.doubt(one, nil) end
      end
    end
  end

  -- Which of the two is the anchor: where a registration went to.
  local function anchor_among(open)
    if sessions.anchors[open.source] then return open.source, open.target end
    if sessions.anchors[open.target] then return open.target, open.source end
  end

  -- `@example.com` in a global revocation means all of that realm (RFC 5846 8.1).
  local function of_realm(node, m)
    local realm = values_of(m.named["mn-id"]).identifier
    return realm == nil or sub(realm, 1, 1) ~= "@" or sub(node.mn, -#realm) == realm
  end

  -- The bindings of a session at a care-of address, with one of these BIDs. `before`: not registered since then.
  local function end_bindings(node, session, care_of, bids, before)
    for i = #session.bindings, 1, -1 do
      local binding = session.bindings[i]
      local meant = (care_of == nil or binding.care_of == care_of)
        and bindings.is_named(session, binding, bids)
      if meant and (before == nil or (binding.renewed or 0) < before) then bindings.take_away(session, i, 0) end
    end
    sessions.drop_empty(node.plain)
  end

  -- Calls `act` for each session that an indication means, with its node and the care-of address meant.
  local function each_named(open, act)
    local anchor, gateway = anchor_among(open)
    local flags = open.m.v.flags
    if anchor == nil or bits(flags, P) == 0 then return end
    local other = value_of(open.m, "alt-coa")
    local care_of = other and ipv6_text(other.alternate_care_of_address) or gateway
    local named, all = bindings.prefixes_of(open.m), bits(flags, G) ~= 0
    local function on(node)
      for i = #node, 1, -1 do
        local session = node[i]
        local meant = all or named == "" or bindings.share(session.prefixes, named)
        -- Without prefixes it may have had nothing but the address.
        if meant and (bits(flags, V) == 0 or session.prefixes == "") then act(node, session, care_of) end
      end
    end
    if open.mn and not all then
      local node = nodes.at(anchor, open.mn)
      if node then on(node) end
    elseif all or named ~= "" or bits(flags, V) ~= 0 then
      for node in nodes.each(anchor) do
        if not all or of_realm(node, open.m) then on(node) end
      end
    end
  end

  -- A revocation was sent.
  function sessions.revoking(open)
    local anchor = anchor_among(open)
    if anchor == nil or open.copied then return end
    local there, mn = revocations[anchor] or {}, open.mn or ""
    revocations[anchor], there[mn] = there, there[mn] or {}
    table.insert(there[mn], open)
  end

  -- A registration comes: revocations without an answer may have been acted on or not.
  function sessions.registering(open)
    local there = revocations[open.target]
    if there == nil then return end
    for _, mn in ipairs({ open.mn or "", open.mn and "" }) do
      for _, revocation in ipairs(there[mn] or NONE) do
        if not revocation.answered then
          each_named(revocation, function(node, session, care_of)
            local before = bits(revocation.m.v.flags, V) == 0 and revocation.time or nil
            end_bindings(node, session, care_of, revocation.m.named.bid, before)
          end)
        end
      end
      there[mn] = nil
    end
    if next(there) == nil then revocations[open.target] = nil end
  end

  -- A revocation was answered: where it was refused, or a registration crossed it, the anchor has to decide (6.2.2, 8.1).
  function sessions.revoked(open, m, key, time)
    local all = bits(open.m.v.flags, G) ~= 0
    open.answered = true
    each_named(open, function(node, session, care_of)
      bindings.expire(session, time)
      local before = not all and sessions.show(session)
      end_bindings(node, session, care_of, open.m.named.bid, nil)
      if before then
        sessions.remember(open.key, session, before)
        sessions.remember(key, session, sessions.show(session))
      end
    end)
  end

  -- The response to a heartbeat, asked for or not: a counter that has grown tells of a restart (RFC 5847 3.2).
  function sessions.heard(m, source)
    local option = value_of(m, "restart-counter")
    if option == nil then return end
    local counter, last = option.restart_counter, restarts[source]
    restarts[source] = counter
    if last == nil or counter <= last then return end
    for node in nodes.each(source) do
      for i = #node, 1, -1 do end_bindings(node, node[i], nil, nil, nil) end
    end
  end

  -- A flow mobility notification that its gateway has taken (RFC 7864 3.4). key: of the answer, where there is one.
  function sessions.notified(open, m, key, time)
    if open.m.v.reason ~= FLOW_MOBILITY or open.mn == nil then return end
    for _, session in ipairs(nodes.at(open.source, open.mn) or NONE) do
      if session.mhgid ~= nil then
        bindings.expire(session, time)
        local before = sessions.show(session)
        for _, binding in ipairs(session.bindings) do
          if binding.care_of == open.target and (m == nil or m.v.status == 0) then
            for _, element in ipairs(open.m.named.fid or NONE) do
              local v = element.v
              local existing = v and flows.at(binding, v.fid)
              if v and v.status < 128 and (existing == nil or existing.reinstantiated) then
                flows.announced(session, binding, element, open.raw)
              end
            end
          end
        end
        sessions.remember(open.key, session, before)
        sessions.remember(key, session, sessions.show(session))
      end
    end
  end
end
