-- What the anchor must believe: mobility sessions, the care-of addresses bound in them, and their flows, as the accepted
-- exchanges say (rules/watch.py does the same for `pmiptool validate`; a test holds the two against each other).
-- Worked out when a frame is read for the first time; later visits look up what was shown then.

local sessions = {}

do
  local NONE = {}
  local LAST = 65536 -- behind all priorities

  -- Sessions are numbered as they come, and so is what is shown of them, one after the other.
  local SESSION, SHOWN = frames.SESSION, frames.SHOWN
  local node_of -- session -> its node's number
  local anchors -- those that have given a session
  local suffix_of, mhgid_of, prefixes_of -- by session: what its name has behind the mobile node's; the prefixes of now
  local shown_count, shown_bindings, shown_flows, shown_prefixes -- by what is shown: lists of texts, and a text
  local lists, list_count -- text of a list -> the list

  function sessions.forget()
    nodes.forget()
    bindings.forget()
    flows.forget()
    sessions.anchors = {}
    node_of, anchors, suffix_of, mhgid_of, prefixes_of = {}, sessions.anchors, {}, {}, {}
    shown_count, shown_bindings, shown_flows, shown_prefixes, lists, list_count = 0, {}, {}, {}, {}, 0
    sessions.mhgid, sessions.prefixes = mhgid_of, prefixes_of
    sessions.shown_bindings, sessions.shown_flows, sessions.shown_prefixes = shown_bindings, shown_flows, shown_prefixes
  end

  local function new_session(node, mhgid, prefixes)
    local number = #suffix_of + 1
    local session, alone = bindings.new_session(number, node.mn, mhgid, prefixes), string.match(prefixes, "^[^,]+")
    node[#node + 1], anchors[node.anchor] = session, true
    node_of[number], mhgid_of[number], prefixes_of[number] = node.number, mhgid or false, prefixes
    suffix_of[number] = mhgid and " group " .. mhgid or alone and " " .. alone or ""
    return session
  end

  -- The name of a session, and the identifier of its mobile node.
  function sessions.name(number)
    local mn = clean(string.match(nodes.mn_of(node_of[number]), "^%d+:(.*)$"))
    return mn .. suffix_of[number], mn
  end

  function sessions.count() return #suffix_of end

  local function group_in(node, mhgid)
    for i = 1, #node do
      if node[i].mhgid == mhgid then return node[i] end
    end
  end

  local function plain_session(list, key)
    for i, session in ipairs(list) do
      if bindings.find(session, key) then return session, i end
    end
  end

  local function apply_grouped(session, asked, request, rs, answer, as, now)
    local binding, index = bindings.find(session, asked.key)
    if asked.removal then
      if binding then
        bindings.take_away(session, index, asked.act)
        bindings.remember(session, binding)
      end
      return
    end
    local given = bindings.prefixes_of(answer)
    if given ~= "" and (session.prefixes == "" or session.bindings[1] == nil or (binding and session.bindings[2] == nil)) then
      bindings.give(session, given)
    end
    if binding == nil then
      local age = session.ended and session.ended[asked.key]
      binding = age == nil and bindings.handed_over(session, asked) or nil
      if binding then
        bindings.move(session, binding, asked)
        flows.doubt(binding) -- or they stayed behind
      else
        binding = bindings.add(session, asked)
        if age then bindings.revive(session, binding, age) end
      end
    end
    bindings.renew(session, binding, asked, answer, now)
    if answer.named.bid then bindings.take_bids(session, binding, answer) end
    flows.apply(session, binding, request, rs, answer, as)
  end

  -- Sessions without the Multihoming option whose bindings are gone.
  local function drop_empty(list)
    for i = #list, 1, -1 do
      if list[i].bindings[1] == nil then table.remove(list, i) end
    end
  end
  sessions.drop_empty = drop_empty

  -- The session that has a prefix which an answer gives, or else the address.
  local function holder_of(list, given, home)
    for _, session in ipairs(list) do
      if bindings.share(given, session.prefixes) then return session end
    end
    for _, session in ipairs(home and list or NONE) do
      if session.home == home then return session end
    end
  end

  local function apply_plain(node, asked, answer, now)
    local list = node.plain
    local session, at = plain_session(list, asked.key)
    if asked.removal then
      if session and not bindings.goes_on(session, asked) then
        table.remove(list, at)
        session.bindings, session.shown = {}, nil
      end
      return session
    end
    local given, home, entered = bindings.prefixes_of(answer), bindings.home_of(answer), session == nil
    if entered then
      session = holder_of(list, given, home)
      if session then
        bindings.move(session, session.bindings[1], asked)
      else
        session = new_session(node, nil, given)
        list[#list + 1] = session
      end
    end
    local binding = bindings.find(session, asked.key) or bindings.add(session, asked)
    if given ~= "" then bindings.give(session, given) end
    bindings.renew(session, binding, asked, answer, now)
    bindings.settle_home(session, asked, answer, entered)
    return session
  end

  -- Several paths between a MAG and the anchor (RFC 8278): a plain session whose bindings have their BID for a key.

  local function session_with_paths(list, asked)
    for _, session in ipairs(list) do
      if session.mag == asked.mag then
        if asked.prefixes ~= "" then
          if bindings.share(session.prefixes, asked.prefixes) then return session end
        else
          for _, binding in ipairs(session.bindings) do
            if asked.att and binding.att == asked.att and binding.ll == asked.ll then return session end
          end
        end
      end
    end
  end

  local function apply_paths(node, asked, request, rs, answer, as, now)
    local list = node.plain
    local session, bid = session_with_paths(list, asked), "BID " .. asked.path.bid
    if asked.removal then
      for i = session and #session.bindings or 0, 1, -1 do
        local binding = session.bindings[i]
        if asked.path.b == 1 or binding.key == bid then
          bindings.take_away(session, i, 0)
          bindings.remember(session, binding)
        end
      end
      drop_empty(list)
      return session
    end
    local given = bindings.prefixes_of(answer)
    if session == nil then
      session = holder_of(list, given, nil)
      if session then
        session.bindings, session.shown = {}, nil -- another gateway had it
      else
        session = new_session(node, nil, given)
        list[#list + 1] = session
      end
      session.mag = asked.mag
    end
    local binding, age = bindings.find(session, bid), session.ended and session.ended[bid]
    bindings.settle_home(session, asked, answer, binding == nil)
    if binding == nil then
      binding = bindings.add(session, asked)
      binding.key = bid
      if age then bindings.revive(session, binding, age) end
    end
    if binding.care_of ~= asked.care_of or binding.path ~= asked.path.bid then session.shown = nil end
    binding.care_of, binding.path = asked.care_of, asked.path.bid
    if given ~= "" and (session.prefixes == "" or session.bindings[2] == nil) then bindings.give(session, given) end
    bindings.renew(session, binding, asked, answer, now)
    for i = #session.bindings, 1, -1 do
      local other = session.bindings[i]
      if other ~= binding and asked.path.b == 1 then
        other.expires = binding.expires
      elseif other ~= binding and asked.path.o == 1 then
        bindings.take_away(session, i, 0)
      end
    end
    flows.apply(session, binding, request, rs, answer, as)
    return session
  end

  -- A request without paths was accepted for a session that had several: one binding is left, or one fewer.
  local function collapse(list, asked, answer)
    local given = bindings.prefixes_of(answer)
    for _, session in ipairs(list) do
      if session.mag and bindings.share(session.prefixes, given) then
        local kept
        for _, binding in ipairs(session.bindings) do
          if binding.care_of == asked.care_of then kept = kept or binding end
        end
        local own = kept ~= nil
        kept = kept or session.bindings[1]
        for i = #session.bindings, 1, -1 do
          local binding = session.bindings[i]
          local goes = asked.removal and own and binding.care_of == asked.care_of or not asked.removal and binding ~= kept
          if goes then bindings.take_away(session, i, 0) end
        end
        if not asked.removal and kept then
          if own then kept.key = asked.key end
          kept.path, session.mag, session.shown = nil, nil, nil
        end
      end
    end
    drop_empty(list)
  end

  local function locate(node, asked)
    local group = asked.mhgid and group_in(node, asked.mhgid)
    if group then return group end
    local several = asked.path and session_with_paths(node.plain, asked)
    if several then return several end
    return (plain_session(node.plain, asked.key))
  end

  local function by_priority(one, other)
    if one.pri ~= other.pri then return one.pri < other.pri end
    return one.since < other.since
  end

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
  local function show(session)
    if session.shown then return session.shown end
    local bound, filters, owned = {}, {}, {}
    for i, binding in ipairs(session.bindings) do
      local att = binding.att and enum_text("att", binding.att)
      local path = binding.path and "BID " .. binding.path or nil
      local more = path and att and path .. ", " .. att or path or att
      bound[i] = binding.care_of .. (more and " (" .. more .. ")" or "")
      for k, flow in ipairs(binding.flows) do
        owned[#owned + 1] = {
          flow = flow, care_of = binding.care_of, pri = flow.unsure and LAST or flow.pri, since = math.abs(binding.since[k]),
        }
      end
    end
    table.sort(owned, by_priority)
    for i, one in ipairs(owned) do filters[i] = flows.text(one.flow, one.care_of) end
    for _, flow in ipairs(session.kept) do
      filters[#filters + 1] = flows.text(flow, "another interface") .. " (kept, not announced yet)"
    end
    shown_count = shown_count + 1
    shown_bindings[shown_count], shown_flows[shown_count] = shared(bound), shared(filters)
    session.shown, shown_prefixes[shown_count], prefixes_of[session.number] = shown_count, session.prefixes, session.prefixes
    return shown_count
  end

  -- The session of a frame, and what is shown of it.
  local function remember_session(key, session, shown)
    frames.set(key, SESSION, session.number)
    frames.set(key, SHOWN, shown)
  end
  sessions.show, sessions.remember = show, remember_session

  -- All sessions with what is in force now, one after the other.
  function sessions.each()
    local number = 0
    return function()
      number = number + 1
      if node_of[number] == nil then return nil end
      for _, session in ipairs(nodes.by_number(node_of[number])) do
        if session.number == number then return number, show(session) end
      end
    end
  end

  -- The bindings of a node whose lifetime has ended.
  local function expire(node, now)
    for i = 1, #node do bindings.expire(node[i], now) end
    drop_empty(node.plain)
  end

  -- A request: the session that it belongs to, as it stands before the answer.
  function sessions.asked(open)
    local node = open.mn and nodes.at(open.target, open.mn)
    if node == nil then return end
    expire(node, open.time)
    local session = locate(node, bindings.asked_by(open))
    if session then remember_session(open.key, session, show(session)) end
  end

  -- An answer with what its request had open: what it changes, and the session as it stands then.
  function sessions.answered(open, m, s, key, time)
    if open.mn == nil then return end
    local copy = pairing.is_copy(open, s)
    local fids, removals
    if not copy then fids, removals = sessions.doubts(open) end
    if open.m.name ~= "pbu" then return end
    local accepted = m.v.status < 128 and not copy
    local node = accepted and nodes.new(open.target, open.mn) or nodes.at(open.target, open.mn)
    if node == nil then return end
    expire(node, time)
    local asked = bindings.asked_by(open)
    local session = locate(node, asked)
    if accepted then
      local echoed = value_of(m, "multihoming") ~= nil
      local grouped = session and session.mhgid
      if asked.mhgid and (echoed or grouped) then
        session = grouped and session or new_session(node, asked.mhgid, "")
        if fids then sessions.doubt(session, (bindings.find(session, asked.key)), fids, removals) end
        apply_grouped(session, asked, open.m, open.raw, m, s, time)
      elseif asked.path and (value_of(m, "mag-multipath") or session and session.mag) then
        if fids and session then
          sessions.doubt(session, (bindings.find(session, "BID " .. asked.path.bid)), fids, removals)
        end
        session = apply_paths(node, asked, open.m, open.raw, m, s, time) or session
      else
        collapse(node.plain, asked, m)
        session = apply_plain(node, asked, m, time)
      end
    end
    if session == nil then return end
    remember_session(key, session, show(session))
    frames.set(open.key, SESSION, session.number)
  end

  -- A removal whose answer will not come any more: its binding may be gone.
  function sessions.lost(open)
    local node = open.mn and nodes.at(open.target, open.mn)
    local asked = bindings.asked_by(open)
    local session = node and locate(node, asked)
    local _, index = nil, nil
    if session then _, index = bindings.find(session, asked.path and session.mag and "BID " .. asked.path.bid or asked.key) end
    if index == nil then return end
    bindings.take_away(session, index, 0)
    drop_empty(node.plain)
  end
end
