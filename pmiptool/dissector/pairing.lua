-- Requests and their answers, paired as pmiptool's own judge pairs them (rules/pairing.py). Everything is worked out
-- when a frame is read for the first time, in order; later visits, in whatever order, look up what was found then.
-- Nothing here touches Wireshark: addresses come as text, times in seconds.
--
-- A request has: key (its frame), time, place, number (that an answer copies), stamp (the octets of its timestamp), echo
-- (the options that an answer copies), and either `open`, what matters as long as it has no answer, or `done`: key, time
-- and octets of its answer. Millions of them may pass: what is no longer needed goes at once.
--
-- `open` has: m (the message), raw (its octets), mn, source, target, asking (what it asks, once someone wanted to know),
-- repeats (the request that it sends again), asked (what it says of its binding: sessions.lua).
--
-- Requests of one family of exchanges from one node to another stand `between` these: places, numbered (number ->
-- requests, answered or not), waiting (those without an answer) and count (how many these are). Of one mobile node, they have
-- one `place`: between, exact (number -> requests, answered or not), open (those without an answer), newest (the one that was
-- answered last).

local pairing = {}

do
  local FORGET = 64 -- seconds after which no answer is expected any more: twice MAX_BINDACK_TIMEOUT (RFC 6275 12)
  local MOMENT = 0.5 -- seconds within which the same octets again are the network's doing
  local MOST = 4096 -- requests that are remembered at a time: a bound for the memory
  local FAR = 64 -- unanswered requests of one mobile node that are looked through

  local REGISTRATION = "binding-update" -- the family of registrations, with or without P

  local exchange_of_request, exchange_of_answer = {}, {}
  for _, exchange in ipairs(description.exchanges) do
    exchange_of_request[exchange.request], exchange_of_answer[exchange.answer] = exchange, exchange
    exchange.registers = exchange.family == REGISTRATION
  end

  -- The fields of a message that are part of what it asks: all but those that pair it and the lifetime.
  local asking = {}
  for _, entry in ipairs(description.messages) do
    local exchange, names = exchange_of_request[entry.proxy and entry.proxy.name or entry.name], {}
    local other = { lifetime = true }
    for _, name in ipairs(exchange and exchange.pairs or NOTHING) do other[name] = true end
    for _, field in ipairs(entry.fields) do
      for _, part in ipairs(field.parts or { field }) do
        if not other[part.name] then names[#names + 1] = part.name end
      end
    end
    asking[entry] = names
  end

  local queue, queue_first, queue_last -- requests by age
  local fresh, fresh_first, fresh_last -- those whose answer's octets are still kept, by its time
  local all_between -- family -> who answers -> who asks -> what stands between them
  local open_anywhere -- family -> mobile node -> requests without an answer

  -- What later visits look up, by frame. Most frames have a partner: as arrays these cost 16 octets a frame.
  local partner -- a request and its first answer -> the other; further answers -> the request
  local repeat_of -- request -> the one that it sends again
  local repeated_by -- request -> the one that sends it again
  local again_of -- answer -> an earlier answer to the same request
  local waiting -- request -> true while it has no answer, and one is due

  function pairing.forget()
    queue, queue_first, queue_last = {}, 1, 0
    fresh, fresh_first, fresh_last = {}, 1, 0
    all_between, open_anywhere = {}, {}
    for _, exchange in ipairs(description.exchanges) do
      all_between[exchange.family], open_anywhere[exchange.family] = {}, {}
    end
    partner, repeat_of, repeated_by, again_of, waiting = {}, {}, {}, {}, {}
    pairing.partner, pairing.again_of, pairing.waiting = partner, again_of, waiting
    pairing.repeat_of, pairing.repeated_by = repeat_of, repeated_by
  end

  local function between_of(family, answers, asks)
    local others = all_between[family][answers]
    return others and others[asks]
  end

  local function place_of(family, answers, asks, mn)
    local between = between_of(family, answers, asks)
    if between == nil then
      local nodes = all_between[family]
      nodes[answers] = nodes[answers] or {}
      between = { places = {}, numbered = {}, waiting = {}, count = 0 }
      nodes[answers][asks] = between
    end
    local place = between.places[mn or ""]
    if place == nil then
      place = { between = between, exact = {}, open = {}, newest = nil }
      between.places[mn or ""] = place
    end
    return place
  end

  local function enter(index, key, request)
    local list = index[key]
    if list then list[#list + 1] = request else index[key] = { request } end
  end

  -- Drop a request from a list of few.
  local function leave(list, request)
    for i = #list, 1, -1 do
      if list[i] == request then
        table.remove(list, i)
        return
      end
    end
  end

  local function leave_index(index, key, request)
    local list = index[key]
    if list == nil then return end
    leave(list, request)
    if list[1] == nil then index[key] = nil end
  end

  -- Many may share a number: those lists know where they begin and end, and the oldest goes first.
  local function enter_number(numbered, number, request)
    local list = numbered[number]
    if list == nil then
      numbered[number] = { first = 1, last = 1, request }
    else
      list.last = list.last + 1
      list[list.last] = request
    end
  end

  local function leave_number(numbered, number)
    local list = numbered[number]
    list[list.first], list.first = nil, list.first + 1
    if list.first > list.last then numbered[number] = nil end
  end

  local function close(request)
    local open, place = request.open, request.place
    leave(place.open, request)
    local between = place.between
    between.count, between.waiting[request] = between.count - 1, nil
    if open.mn then leave_index(open_anywhere[open.family], open.mn, request) end
    request.open = nil
  end

  local function forget_old(now)
    while fresh_first <= fresh_last and (now - fresh[fresh_first].done.time >= MOMENT or fresh_last - fresh_first > MOST) do
      fresh[fresh_first].done.raw = nil
      fresh[fresh_first], fresh_first = nil, fresh_first + 1
    end
    while queue_first <= queue_last do
      local request = queue[queue_first]
      if request.time >= now - FORGET and queue_last - queue_first < MOST then return end
      queue[queue_first], queue_first = nil, queue_first + 1
      local place = request.place
      leave_index(place.exact, request.number, request)
      leave_number(place.between.numbered, request.number)
      if request.open then close(request) end
      if place.newest == request then place.newest = nil end
    end
  end

  -- Which of its two a message is: the exchange, and "request" or "answer".
  function pairing.role_of(m)
    local exchange = exchange_of_request[m.name] or exchange_of_answer[m.name]
    if exchange == nil or m.v[exchange.pairs[1]] == nil then return nil end
    local sign = exchange.answer_when
    if sign then
      return exchange, bits(m.v[sign.field] or 0, sign.mask) == sign.value and "answer" or "request"
    end
    return exchange, exchange_of_request[m.name] and "request" or "answer"
  end

  local function says(m, sign)
    local number = m.v[sign.field]
    return number ~= nil and bits(number, sign.mask) == sign.value
  end

  local function number_of_pair(exchange, m)
    if exchange.pairs[2] == nil then return m.v[exchange.pairs[1]] end
    local parts = {}
    for i, name in ipairs(exchange.pairs) do parts[i] = tostring(m.v[name]) end
    return table.concat(parts, ",")
  end

  local GLOBAL = 0x2000 -- a revocation whose identifier is a realm, or the gateway's (RFC 5846 8.1, 9.2)

  -- Subtype and identifier of the MN-ID option; nil without one, when it is empty, or that of no mobile node.
  local function mobile_node(m)
    if (m.name == "bri" or m.name == "bra") and bits(m.v.flags or 0, GLOBAL) ~= 0 then return nil end
    local element = first(m.named["mn-id"])
    if element == nil then return nil end
    local node = element.node
    if node == nil then
      local v = element.v or NOTHING
      node = v.identifier and v.identifier ~= "" and v.subtype .. ":" .. v.identifier
      element.node = node or false
    end
    return node or nil
  end

  local COPIED = { "hi", "att", "ll-id" } -- what RFC 5213 5.3.6 has copied from the request

  local function option_octets(element, s) return sub(s, element.at + 2, element.stop - 1) end

  local function echo_of(exchange, m, s)
    if exchange.family ~= REGISTRATION then return "" end
    local hi, att, ll = first(m.named.hi), first(m.named.att), first(m.named["ll-id"])
    return (hi and option_octets(hi, s) or "-") .. "|" .. (att and option_octets(att, s) or "-") .. "|"
      .. (ll and option_octets(ll, s) or "-")
  end

  -- What a request asks: its fields but those that pair it, and all options but the timestamp.
  local function gist_of(exchange, m, s)
    local parts, n, again = { m.v.lifetime == 0 and "0" or "" }, 1, exchange.repeat_when
    for _, name in ipairs(asking[m.entry]) do
      local value = m.v[name]
      if again and name == again.field then value = value - bits(value, again.mask) end
      n = n + 1
      parts[n] = tostring(value)
    end
    for _, element in ipairs(m.options) do
      if element.entry == false or element.entry.name ~= "timestamp" then
        n = n + 1
        parts[n] = sub(s, element.at, element.stop - 1)
      end
    end
    return table.concat(parts, "|")
  end

  local function stamp_of(m, s)
    local element = first(m.named.timestamp)
    return element and element.v and option_octets(element, s) or nil
  end

  local function asking_of(open)
    local m = open.m
    open.asking = open.asking or gist_of(exchange_of_request[m.name], m, open.raw)
    return open.asking
  end

  -- A request was seen from `source` to `target`.
  function pairing.request(exchange, m, s, key, time, source, target)
    forget_old(time)
    local mn, number, family = exchange.mn_id and mobile_node(m) or nil, number_of_pair(exchange, m), exchange.family
    local place = place_of(family, target, source, mn)
    local open = { m = m, raw = s, mn = mn, family = family, source = source, target = target, asking = nil, asked = nil }
    local request = {
      key = key, time = time, place = place, number = number, stamp = stamp_of(m, s), echo = echo_of(exchange, m, s),
      open = open, done = nil,
    }
    local alike = place.open
    for i = #alike, math.max(1, #alike - FAR), -1 do
      local earlier = alike[i]
      if asking_of(earlier.open) == asking_of(open) then
        open.repeats = earlier
        repeat_of[key], repeated_by[earlier.key] = earlier.key, key
        break
      end
    end
    queue_last = queue_last + 1
    queue[queue_last] = request
    enter(place.exact, number, request)
    alike[#alike + 1] = request
    local between = place.between
    enter_number(between.numbered, number, request)
    between.count, between.waiting[request] = between.count + 1, true
    if mn then enter(open_anywhere[family], mn, request) end
    if exchange.asks_when == nil or says(m, exchange.asks_when) then waiting[key] = true end
    return request
  end

  -- Of several transmissions with one number that with the answer's timestamp, else the newest.
  local function timed(list, stamp)
    for i = #list, 1, -1 do
      if stamp and list[i].stamp == stamp then return list[i] end
    end
    return list[#list]
  end

  local function newest(list, fits)
    for i = #list, 1, -1 do
      if fits(list[i]) then return list[i] end
    end
  end

  -- The request that an answer belongs to, how ("exact", "135", or what differs), and whether it had been answered.
  local function find_request(exchange, m, s, time, source, target)
    local mn = exchange.mn_id and mobile_node(m) or nil
    local between, number = between_of(exchange.family, source, target), number_of_pair(exchange, m)
    local place = between and between.places[mn or ""]
    local exact, open = place and place.exact[number] or NOTHING, place and place.open or NOTHING
    local stamp, status = stamp_of(m, s), m.v.status
    local echo = echo_of(exchange, m, s)
    if stamp and status ~= 156 and status ~= 157 then -- RFC 5213 5.5 (7): an accepted timestamp comes back
      local same, several
      for i = math.max(1, #open - FAR), #open do
        if open[i].stamp == stamp then same, several = open[i], same ~= nil end
      end
      if same and not several and same.number ~= number then return same, "sequence", false end
    end
    local only = exact[1]
    if only and exact[2] == nil and only.open and only.echo == echo then return only, "exact", false end
    local candidates, fitting = {}, {}
    for i = 1, #exact do
      if exact[i].open then
        candidates[#candidates + 1] = exact[i]
        if exact[i].echo == echo then fitting[#fitting + 1] = exact[i] end
      end
    end
    local again = fitting[1] == nil and newest(exact, function(request)
      local done = request.done
      return done and done.raw == s and time - done.time < MOMENT
    end)
    local last_accepted = exchange.registers and status == 135 and stamp == nil
    if candidates[1] and not again and (fitting[1] or not last_accepted) then
      return timed(fitting[1] and fitting or candidates, stamp), "exact", false
    end
    if again then return again, "exact", true end
    if last_accepted and open[1] then -- RFC 6275 9.5.1: it carries the last accepted sequence number
      local same = newest(open, function(request) return request.echo == echo end)
      local done = place.newest
      if same == nil and done and time - done.time < 4 * MOMENT and done.echo == echo then return done, "exact", true end
      return same or open[#open], "135", false
    end
    local same, answered, numbered = {}, nil, between and between.numbered[number]
    for i = numbered and numbered.first or 1, numbered and numbered.last or 0 do
      local request = numbered[i]
      if request.open then same[#same + 1] = request else answered = request end
    end
    if mn == nil then
      if same[1] then
        local nameless = newest(same, function(request) return request.open.mn == nil end)
        return nameless or same[#same], status == 160 and "160" or "mn-id", false
      end
      if answered then return answered, "exact", true end
      if between and between.count == 1 then return next(between.waiting), "sequence", false end
    end
    if exact[1] then return timed(exact, stamp), "exact", true end
    if same[1] and not place then return same[#same], "mn-id", false end
    if open[1] then return open[#open], "sequence", false end
    local elsewhere = mn and open_anywhere[exchange.family][mn]
    local there = elsewhere and newest(elsewhere, function(request) return request.number == number end)
    if there then return there, "addresses", false end
  end

  -- An answer was seen: its request, how they were paired, and what the request had open (nil: it was answered before).
  function pairing.answer(exchange, m, s, key, time, source, target)
    forget_old(time)
    if exchange.unsolicited_when and says(m, exchange.unsolicited_when) then return nil end
    local request, how, again = find_request(exchange, m, s, time, source, target)
    if request == nil then return nil end
    partner[key] = request.key
    if again then
      again_of[key] = request.done and request.done.key or nil
      return request, how, nil
    end
    local open = request.open
    partner[request.key], waiting[request.key] = key, nil
    local earlier = open.repeats
    while earlier do -- what was sent before it is done with
      waiting[earlier.key] = nil
      earlier = earlier.open and earlier.open.repeats
    end
    close(request)
    request.done = { key = key, time = time, raw = s }
    fresh_last = fresh_last + 1
    fresh[fresh_last] = request
    request.place.newest = request
    return request, how, open
  end
end
