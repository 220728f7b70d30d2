-- What a registration asks of its binding, and what changes the bindings of a session. `session.shown` goes with every
-- change: what is shown of the session is then made again (sessions.lua).

local bindings = {}

do
  local REMOVE, KEEP = 1, 2 -- ACT (muho 4.1)
  local ALL_ZERO = string.rep("\0", 16)
  local LIFETIME_UNIT = 4 -- seconds
  local NONE = {} -- no flows are kept

  local last_age -- of a binding: they are numbered as they come

  function bindings.forget() last_age = 0 end

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

  -- The prefixes of a message that are not ALL_ZERO, each once, as text.
  function bindings.prefixes_of(m)
    local elements = m.named.hnp
    if elements == nil then return "" end
    local all, seen = prefix_of(elements[1]) or "", nil
    for i = 2, #elements do
      local text = prefix_of(elements[i])
      seen = seen or { [all] = true }
      if text and not seen[text] then
        all, seen[text] = all == "" and text or all .. ", " .. text, true
      end
    end
    return all
  end

  -- Whether two texts have a prefix in common.
  function bindings.share(one, other)
    if one == other then return one ~= "" end
    for prefix in string.gmatch(one, "[^, ]+") do
      for another in string.gmatch(other, "[^, ]+") do
        if prefix == another then return true end
      end
    end
    return false
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
    asked.home, asked.names_prefix = m.named["ipv4-hoa-request"] ~= nil, m.named.hnp ~= nil
    local way = option == nil and value_of(m, "mag-multipath") or nil
    if way then
      local mag = value_of(m, "mag-id")
      asked.path, asked.mag = way, mag and mag.subtype .. ":" .. mag.identifier or "0:"
    end
    asked.prefixes = bindings.prefixes_of(m)
    return asked
  end

  function bindings.asked_by(open)
    open.asked = open.asked or asked_of(open.m, open.source)
    return open.asked
  end

  function bindings.new_session(number, mn, mhgid, prefixes)
    return { number = number, key = mn, mhgid = mhgid, prefixes = prefixes, bindings = {}, kept = NONE, shown = nil }
  end

  function bindings.find(session, key)
    for i, binding in ipairs(session.bindings) do
      if binding.key == key then return binding, i end
    end
  end

  -- A binding leaves force; where its filters go by ACT.
  function bindings.take_away(session, index, act)
    local binding = table.remove(session.bindings, index)
    session.shown = nil
    if act == KEEP and session.bindings[1] then
      if session.kept == NONE then session.kept = {} end
      for _, flow in ipairs(binding.flows) do session.kept[#session.kept + 1] = flow end
    end
    for i = 1, act == REMOVE and #session.bindings or 0 do flows.doubt(session.bindings[i]) end -- or those of all are gone
    if session.bindings[1] == nil then session.kept = NONE end
  end

  function bindings.expire(session, now)
    for i = #session.bindings, 1, -1 do
      local expires = session.bindings[i].expires
      if expires and expires < now then bindings.take_away(session, i, 0) end
    end
  end

  function bindings.add(session, asked)
    last_age = last_age + 1
    local binding = { key = asked.key, care_of = asked.care_of, att = asked.att, ll = asked.ll, flows = {}, age = last_age }
    session.bindings[#session.bindings + 1] = binding
    session.shown = nil
    return binding
  end

  -- BIDs that an answer grants: each is that of one binding, the last that registered it (RFC 5648 6.2).
  function bindings.take_bids(session, binding, answer)
    session.bids = session.bids or {}
    for _, element in ipairs(answer.named.bid) do
      if element.v and element.v.status < 128 then session.bids[element.v.bid] = binding.key end
    end
  end

  -- Whether a binding has one of the BIDs that a message names, where it names any.
  function bindings.is_named(session, binding, elements)
    local any = false
    for _, element in ipairs(elements or NONE) do
      local bid = element.v and element.v.bid or nil
      any = any or bid ~= nil
      if bid and (binding.path == bid or session.bids and session.bids[bid] == binding.key) then return true end
    end
    return not any
  end

  -- A de-registered binding may come again.
  function bindings.remember(session, binding)
    session.ended = session.ended or {}
    session.ended[binding.key] = binding.age
  end

  local function by_age(one, other) return one.age < other.age end

  -- One that comes again keeps the age that it had.
  function bindings.revive(session, binding, age)
    binding.age = age
    table.sort(session.bindings, by_age)
    session.ended[binding.key] = nil
  end

  -- A handover moves the binding that it names.
  function bindings.handed_over(session, asked)
    if set.reading.handover ~= "move" then return nil end
    if asked.hi == 2 then return session.bindings[2] == nil and session.bindings[1] or nil end
    if asked.att == nil or asked.hi ~= 3 and asked.hi ~= 4 then return nil end
    local same
    for _, binding in ipairs(session.bindings) do
      if binding.att == asked.att and binding.ll == asked.ll then
        if same then return nil end
        same = binding
      end
    end
    return same
  end

  function bindings.move(session, binding, asked)
    for bid, key in pairs(session.bids or NONE) do
      if key == binding.key then session.bids[bid] = asked.key end
    end
    binding.key, binding.care_of, session.shown = asked.key, asked.care_of, nil
  end


  function bindings.give(session, prefixes)
    if session.prefixes ~= prefixes then session.prefixes, session.shown = prefixes, nil end
  end

  -- A request was accepted: how long, and at which interface its mobile node is.
  function bindings.renew(session, binding, asked, answer, now)
    binding.expires, binding.renewed = now + answer.v.lifetime * LIFETIME_UNIT, now
    if binding.att ~= asked.att then binding.att, session.shown = asked.att, nil end
    binding.ll = asked.ll
  end

  -- The IPv4 home address that an answer gives, as octets (RFC 5844 3.3.2).
  function bindings.home_of(answer)
    local reply = answer.named["ipv4-hoa-reply"] and value_of(answer, "ipv4-hoa-reply")
    if not reply or reply.status >= 128 or not string.find(reply.ipv4_home_address, "[^\0]") then return nil end
    return reply.ipv4_home_address
  end

  -- The address of a session as an answer says it. A handoff that names none gives it up (3.1.2.4).
  function bindings.settle_home(session, asked, answer, entered)
    local home = bindings.home_of(answer)
    if home or entered and not asked.home then session.home = home end
  end

  -- An accepted de-registration of the address alone, or of the prefixes alone, of a session that has both: it goes on
  -- with the other (RFC 5844 3.1.2.5).
  function bindings.goes_on(session, asked)
    if not session.home or session.prefixes == "" or asked.home == asked.names_prefix then return false end
    if asked.home then session.home = nil else bindings.give(session, "") end
    return true
  end
end
