-- What the anchor must believe: mobility sessions, the care-of addresses bound in them, and their flows, as the accepted
-- exchanges say (rules/watch.py does the same for `pmiptool validate`; a test holds the two against each other).
-- Worked out when a frame is read for the first time; later visits look up what was shown then.

local sessions = {}

do
  local KEEP, REMOVE = 2, 1 -- ACT (muho 4.1)
  local ALL_ZERO = string.rep("\0", 16)
  local LIFETIME_UNIT = 4 -- seconds

  local P, V, G = 0x8000, 0x4000, 0x2000 -- flags of a revocation (RFC 5846 5.1)
  local FLOW_MOBILITY = 8 -- reason of a notification (RFC 7864 4.2)
  local NONE = {}

  local nodes -- anchor -> mobile node -> all its sessions, in order; `plain` in it: those without the Multihoming option
  local session_of -- frame -> session
  local shown_of -- frame -> what was in force then
  local session_list -- all sessions, in order
  local of_anchor -- anchor -> all its sessions
  local last_age -- of a binding: they are numbered as they come

  function sessions.forget()
    nodes, session_of, shown_of, session_list, of_anchor, last_age = {}, {}, {}, {}, {}, 0
    sessions.session_of, sessions.shown_of, sessions.list = session_of, shown_of, session_list
  end

  -- The prefix of an option as text; false where it has none, or ALL_ZERO.
  local function prefix_of(element)
    if element.prefix == nil then
      local v = element.v
      local length = v and v["home_network_prefix.length"]
      local network_address = v and masked(v["home_network_prefix.address"], length)
      element.prefix = v and network_address ~= ALL_ZERO and ipv6_text(network_address) .. "/" .. length
    end
    return element.prefix
  end

  -- The prefixes of a message that are not ALL_ZERO, each once.
  local function prefixes_of(m)
    local elements, list, seen = m.named.hnp or NOTHING, {}, {}
    if elements[2] == nil then return { elements[1] and prefix_of(elements[1]) or nil } end
    for _, element in ipairs(elements) do
      local text = prefix_of(element)
      if text and not seen[text] then
        list[#list + 1], seen[text] = text, true
      end
    end
    return list
  end

  local function same_prefixes(one, other)
    if one[2] == nil and other[2] == nil then return one[1] == other[1] end
    return table.concat(one, " ") == table.concat(other, " ")
  end

  -- What a request says of its binding.
  local function asked_of(m, source)
    local att, ll, hi, option = value_of(m, "att"), value_of(m, "ll-id"), value_of(m, "hi"), value_of(m, "multihoming")
    local other = value_of(m, "alt-coa")
    local care_of = other and ipv6_text(other.alternate_care_of_address) or source
    local identifier = ll and ll.link_layer_identifier or ""
    if not string.find(identifier, "[^\0]") then identifier = "" end
    local asked = { care_of = care_of, hi = hi and hi.hi, att = att and att.att, mhgid = option and option.mhgid, ll = identifier }
    asked.act = option and asked.hi == 4 and m.v.lifetime == 0 and option.act or 0
    asked.key = care_of
    if set.reading["binding-key"] == "interface" or option == nil then
      asked.key = care_of .. "|" .. (asked.att or "-") .. "|" .. identifier
    end
    asked.removal = m.v.lifetime == 0
    local way = option == nil and value_of(m, "mag-multipath") or nil
    if way then
      local mag = value_of(m, "mag-id")
      asked.path, asked.mag = way, mag and mag.subtype .. ":" .. mag.identifier or "0:"
    end
    asked.prefixes = prefixes_of(m)
    return asked
  end

  local function asked_by(open)
    open.asked = open.asked or asked_of(open.m, open.source)
    return open.asked
  end

  local function node_at(anchor, mn)
    local there = nodes[anchor]
    return there and there[mn]
  end

  local function new_node(anchor, mn)
    local there = nodes[anchor] or {}
    local node = there[mn] or {}
    nodes[anchor], there[mn] = there, node
    return node
  end

  local function plain_at(anchor, mn)
    local node = node_at(anchor, mn)
    return node and node.plain
  end

  local function new_plain(anchor, mn)
    local node = new_node(anchor, mn)
    node.plain = node.plain or {}
    return node.plain
  end

  local function group_at(anchor, mn, mhgid)
    local node = node_at(anchor, mn)
    for i = 1, node and #node or 0 do
      if node[i].mhgid == mhgid then return node[i] end
    end
  end

  local function new_session(anchor, mn, mhgid, prefixes)
    local text = clean(string.match(mn, "^%d+:(.*)$"))
    local session = { key = mn, mn = text, mhgid = mhgid, prefixes = prefixes, bindings = {}, kept = NONE }
    session_list[#session_list + 1] = session
    of_anchor[anchor] = of_anchor[anchor] or {}
    table.insert(of_anchor[anchor], session)
    table.insert(new_node(anchor, mn), session)
    session.id = text .. (mhgid and " group " .. mhgid or prefixes[1] and " " .. prefixes[1] or "")
    return session
  end

  local function binding_of(session, key)
    for i, binding in ipairs(session.bindings) do
      if binding.key == key then return binding, i end
    end
  end

  local function plain_session(list, key)
    for i, session in ipairs(list or NOTHING) do
      if binding_of(session, key) then return session, i end
    end
  end

  -- A binding leaves force; where its filters go by ACT.
  local function take_away(session, index, act)
    local binding = table.remove(session.bindings, index)
    session.shown = nil
    if act == KEEP and session.bindings[1] then
      if session.kept == NONE then session.kept = {} end
      for _, flow in ipairs(binding.flows) do session.kept[#session.kept + 1] = flow end
    end
    if session.bindings[1] == nil then session.kept = NONE end
  end

  local function expire(session, now)
    for i = #session.bindings, 1, -1 do
      local expires = session.bindings[i].expires
      if expires and expires < now then take_away(session, i, 0) end
    end
  end

  local function by_age(one, other) return one.age < other.age end

  local function add_binding(session, asked)
    last_age = last_age + 1
    local binding = { key = asked.key, care_of = asked.care_of, att = asked.att, ll = asked.ll, flows = {}, age = last_age }
    session.bindings[#session.bindings + 1] = binding
    session.shown = nil
    return binding
  end

  -- A handover moves the binding that it names.
  local function handed_over(session, asked)
    if set.reading.handover ~= "move" then return nil end
    if asked.hi == 2 then return session.bindings[2] == nil and session.bindings[1] or nil end
    if asked.hi ~= 3 and asked.hi ~= 4 then return nil end
    local same
    for _, binding in ipairs(session.bindings) do
      if binding.att == asked.att and binding.ll == asked.ll then
        if same then return nil end
        same = binding
      end
    end
    return same
  end

  local function move(session, binding, asked)
    binding.key, binding.care_of, binding.att, binding.ll = asked.key, asked.care_of, asked.att, asked.ll
    session.shown = nil
  end

  local function give(session, prefixes)
    if not same_prefixes(session.prefixes, prefixes) then session.prefixes, session.shown = prefixes, nil end
  end

  local function renew(binding, answer, now)
    binding.expires, binding.renewed = now + answer.v.lifetime * LIFETIME_UNIT, now
  end

  local function apply_grouped(session, asked, request, rs, answer, as, now)
    local binding, index = binding_of(session, asked.key)
    if asked.removal then
      if binding then
        take_away(session, index, asked.act)
        session.ended = session.ended or {}
        session.ended[asked.key] = binding.age
      end
      return
    end
    local given = prefixes_of(answer)
    if given[1] and (session.prefixes[1] == nil or session.bindings[1] == nil or (binding and session.bindings[2] == nil)) then
      give(session, given)
    end
    if binding == nil then
      local age = session.ended and session.ended[asked.key]
      binding = age == nil and handed_over(session, asked) or nil
      if binding then
        move(session, binding, asked)
      else
        binding = add_binding(session, asked)
        if age then -- revived: it keeps its age
          binding.age = age
          table.sort(session.bindings, by_age)
          session.ended[asked.key] = nil
        end
      end
    end
    renew(binding, answer, now)
    flows.apply(session, binding, request, rs, answer, as)
  end

  local function apply_plain(anchor, mn, asked, answer, now)
    local list = new_plain(anchor, mn)
    local session, at = plain_session(list, asked.key)
    if asked.removal then
      if session then
        table.remove(list, at)
        session.bindings, session.shown = {}, nil
      end
      return session
    end
    local given = prefixes_of(answer)
    if session == nil then
      for _, other in ipairs(list) do
        local shared
        for _, prefix in ipairs(given) do
          for _, known in ipairs(other.prefixes) do shared = shared or prefix == known end
        end
        if shared then
          session = other
          break
        end
      end
      if session and session.bindings[1] then
        move(session, session.bindings[1], asked)
      elseif session == nil then
        session = new_session(anchor, mn, nil, given)
        list[#list + 1] = session
      end
    end
    local binding = binding_of(session, asked.key) or add_binding(session, asked)
    if given[1] then give(session, given) end
    renew(binding, answer, now)
    return session
  end

  -- Several paths between a MAG and the anchor (RFC 8278): a plain session whose bindings have their BID for a key.

  local function shares(session, prefixes)
    for _, prefix in ipairs(prefixes) do
      for _, known in ipairs(session.prefixes) do
        if prefix == known then return true end
      end
    end
    return false
  end

  local function session_with_paths(list, asked)
    for _, session in ipairs(list or NONE) do
      if session.mag == asked.mag then
        if asked.prefixes[1] then
          if shares(session, asked.prefixes) then return session end
        else
          for _, binding in ipairs(session.bindings) do
            if binding.att == asked.att and binding.ll == asked.ll then return session end
          end
        end
      end
    end
  end

  local function drop_empty(list)
    for i = #list, 1, -1 do
      if list[i].bindings[1] == nil then table.remove(list, i) end
    end
  end

  local function apply_paths(anchor, mn, asked, request, rs, answer, as, now)
    local list = new_plain(anchor, mn)
    local session, bid = session_with_paths(list, asked), "BID " .. asked.path.bid
    if asked.removal then
      for i = session and #session.bindings or 0, 1, -1 do
        if asked.path.b == 1 or session.bindings[i].key == bid then take_away(session, i, 0) end
      end
      drop_empty(list)
      return session
    end
    local given = prefixes_of(answer)
    if session == nil then
      for _, other in ipairs(list) do
        if shares(other, given) then session = other end
      end
      if session then
        session.bindings, session.shown = {}, nil -- another gateway had it
      else
        session = new_session(anchor, mn, nil, given)
        list[#list + 1] = session
      end
      session.mag = asked.mag
    end
    local binding = binding_of(session, bid)
    if binding == nil then
      for _, other in ipairs(session.bindings) do
        if other.care_of == asked.care_of then binding = other end
      end
    end
    binding = binding or add_binding(session, asked)
    if binding.key ~= bid or binding.care_of ~= asked.care_of then session.shown = nil end
    binding.key, binding.care_of, binding.path = bid, asked.care_of, asked.path.bid
    if given[1] then give(session, given) end
    renew(binding, answer, now)
    for i = #session.bindings, 1, -1 do
      local other = session.bindings[i]
      if other ~= binding and asked.path.b == 1 then
        other.expires = binding.expires
      elseif other ~= binding and asked.path.o == 1 then
        take_away(session, i, 0)
      end
    end
    flows.apply(session, binding, request, rs, answer, as)
    return session
  end

  -- A request without paths was accepted for a session that had several: one binding is left, or one fewer.
  local function collapse(list, asked, answer)
    local given = prefixes_of(answer)
    for _, session in ipairs(list or NONE) do
      if session.mag and shares(session, given) then
        local kept
        for _, binding in ipairs(session.bindings) do
          if binding.care_of == asked.care_of then kept = kept or binding end
        end
        local own = kept ~= nil
        kept = kept or session.bindings[1]
        for i = #session.bindings, 1, -1 do
          local binding = session.bindings[i]
          local goes = asked.removal and own and binding.care_of == asked.care_of or not asked.removal and binding ~= kept
          if goes then take_away(session, i, 0) end
        end
        if not asked.removal and kept then
          if own then kept.key = asked.key end
          kept.path, session.mag, session.shown = nil, nil, nil
        end
      end
    end
    if list then drop_empty(list) end
  end

  local function locate(anchor, mn, asked)
    if asked.mhgid then return group_at(anchor, mn, asked.mhgid) end
    local several = asked.path and session_with_paths(plain_at(anchor, mn), asked)
    if several then return several end
    return (plain_session(plain_at(anchor, mn), asked.key))
  end

  local function by_priority(one, other)
    if one.flow.pri ~= other.flow.pri then return one.flow.pri < other.flow.pri end
    return one.order < other.order
  end

  local lists, list_count = {}, 0

  -- Lists of the same texts are one: many sessions of a gateway have the same flows.
  local function shared(list)
    local text = table.concat(list, "\n")
    if lists[text] == nil then
      if list_count >= 1000 then lists, list_count = {}, 0 end
      lists[text], list_count = list, list_count + 1
    end
    return lists[text]
  end

  -- What is in force, as text; made again only when it has changed.
  function sessions.show(session)
    if session.shown then return session.shown end
    local bindings, filters, owned = {}, {}, {}
    for i, binding in ipairs(session.bindings) do
      local att = binding.att and enum_text("att", binding.att)
      local path = binding.path and "BID " .. binding.path or nil
      local more = path and att and path .. ", " .. att or path or att
      bindings[i] = binding.care_of .. (more and " (" .. more .. ")" or "")
      for _, flow in ipairs(binding.flows) do
        owned[#owned + 1] = { flow = flow, care_of = binding.care_of, order = #owned }
      end
    end
    table.sort(owned, by_priority)
    for i, one in ipairs(owned) do filters[i] = flows.text(one.flow, one.care_of) end
    for _, flow in ipairs(session.kept) do
      filters[#filters + 1] = flows.text(flow, "another interface") .. " (kept, not announced yet)"
    end
    session.shown = { bindings = shared(bindings), flows = shared(filters), prefixes = session.prefixes }
    return session.shown
  end

  local function remember_session(key, session)
    session_of[key], shown_of[key] = session, sessions.show(session)
  end

  -- A request: the session that it belongs to, as it stands before the answer.
  function sessions.asked(open)
    if open.mn == nil then return end
    local session = locate(open.target, open.mn, asked_by(open))
    if session == nil then return end
    expire(session, open.time)
    remember_session(open.key, session)
  end

  -- An answer with what its request had open: what it changes, and the session as it stands then.
  function sessions.answered(open, m, s, key, time)
    local anchor, mn = open.target, open.mn
    if mn == nil then return end
    local asked = asked_by(open)
    local session = locate(anchor, mn, asked)
    if session then expire(session, time) end
    if m.v.status < 128 then
      local echoed = value_of(m, "multihoming") ~= nil
      if asked.mhgid and (echoed or session) then
        session = session or new_session(anchor, mn, asked.mhgid, {})
        apply_grouped(session, asked, open.m, open.raw, m, s, time)
      else
        if asked.path and (value_of(m, "mag-multipath") or session and session.mag) then
          session = apply_paths(anchor, mn, asked, open.m, open.raw, m, s, time)
        else
          collapse(plain_at(anchor, mn), asked, m)
          session = apply_plain(anchor, mn, asked, m, time)
        end
      end
    end
    if session == nil then return end
    remember_session(key, session)
    session_of[open.key] = session
  end

  -- Which of the two is the anchor: where a registration went to.
  local function anchor_among(open)
    if of_anchor[open.source] then return open.source, open.target end
    if of_anchor[open.target] then return open.target, open.source end
  end

  -- `@example.com` in a global revocation means all of that realm (RFC 5846 8.1).
  local function of_realm(session, m)
    local realm = values_of(m.named["mn-id"]).identifier
    return realm == nil or sub(realm, 1, 1) ~= "@" or sub(session.key, -#realm) == realm
  end

  -- A revocation that was accepted ends the bindings that it names (RFC 5846).
  function sessions.revoked(open, m, key, time)
    local anchor, gateway = anchor_among(open)
    local flags = open.m.v.flags
    if anchor == nil or bits(flags, P) == 0 or bits(flags, V) ~= 0 then return end
    local other = value_of(open.m, "alt-coa")
    local care_of, whole = other and ipv6_text(other.alternate_care_of_address) or gateway, bits(flags, G) ~= 0
    local list = whole and of_anchor[anchor] or open.mn and node_at(anchor, open.mn)
    local named = prefixes_of(open.m)
    for _, session in ipairs(list or NONE) do
      if (not whole or of_realm(session, open.m)) and (whole or named[1] == nil or shares(session, named)) then
        expire(session, time)
        local before = not whole and sessions.show(session)
        if m.v.status < 128 then
          for i = #session.bindings, 1, -1 do
            local binding = session.bindings[i]
            if binding.care_of == care_of and (binding.renewed or 0) < open.time then take_away(session, i, 0) end
          end
          if session.mhgid == nil and session.bindings[1] == nil then drop_empty(plain_at(anchor, session.key) or NONE) end
        end
        if before then
          session_of[open.key], shown_of[open.key] = session, before
          remember_session(key, session)
        end
      end
    end
  end

  -- A flow mobility notification that its gateway has taken (RFC 7864 3.4). key: of the answer, where there is one.
  function sessions.notified(open, m, key, time)
    if open.m.v.reason ~= FLOW_MOBILITY or open.mn == nil then return end
    for _, session in ipairs(node_at(open.source, open.mn) or NONE) do
      if session.mhgid ~= nil then
        expire(session, time)
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
        session_of[open.key], shown_of[open.key] = session, before
        remember_session(key, session)
      end
    end
  end
end
