-- Requests and their answers, paired as pmiptool's own judge pairs them (rules/pairing.py). Everything is worked out
-- when a frame is read for the first time, in order; later visits, in whatever order, look up what was found then.
-- Nothing here touches Wireshark: addresses come as text, times in seconds.
--
-- A request is a number, one higher for each, and a row of a ledger: KEY (its frame), TIME, PLACE, NUMBER (that an answer
-- copies), STAMP (its timestamp), BEFORE (the request before it at its place), and of its answer ANSWER_KEY and ANSWER_TIME.
-- What no number of Lua holds stands in `texts`. Besides there are opens (what matters as long as it has no answer), echoes
-- (the options that its answer copied) and, for a moment, answer_octets. Millions of requests may pass: what is no longer
-- needed goes at once.
--
-- `open` has: key, time, m (the message), raw (its octets), mn, source, target, echo (the options that an answer copies),
-- asking (what it asks, once someone wanted to know), repeats (the open of the request that it sends again), asked (what it
-- says of its binding: sessions.lua), copied (the same octets came a moment before), done (what answered the same
-- octets that came a moment before or after it).
--
-- Requests of one family of exchanges from one node to another stand `between` these: places (mobile node -> place),
-- numbered (number -> requests, answered or not), waiting (those without an answer) and count (how many these are). Of one
-- mobile node, they have one place, a number too: place_between says what it belongs to, exact (place and number -> requests,
-- answered or not), unanswered (place -> those without an answer) and newest (place -> the one that came last).
--
local pairing = {}

local function load_pairing() -- a function of its own: Lua has no more than 200 local variables in one
  local FORGET = 64 -- seconds after which no answer is expected any more: twice MAX_BINDACK_TIMEOUT (RFC 6275 12)
  local MOMENT = 0.5 -- seconds within which the same octets again are the network's doing
  local RECENT = 2 -- seconds within which a request that was answered may be meant once more
  local MOST = 4096 -- requests that are remembered at a time: a bound for the memory
  local FAR = 64 -- unanswered requests of one mobile node that are looked through

  local REGISTRATION = likeness.REGISTRATION
  local says, number_of, mobile_node = likeness.says, likeness.number_of, likeness.mobile_node
  local echo_of, stamp_of, gist_of = likeness.echo_of, likeness.stamp_of, likeness.gist_of
  local enter, leave, list_of = keyed.enter, keyed.leave, keyed.list_of
  local enter_behind, leave_first = keyed.enter_behind, keyed.leave_first

  local KEY, TIME, PLACE, NUMBER, STAMP, BEFORE, ANSWER_KEY, ANSWER_TIME = 1, 2, 3, 4, 5, 6, 7, 8
  local COLUMNS = 8
  local PARTNER = frames.PARTNER
  local rows, texts, opens, echoes, answer_octets
  local raws -- request -> its octets, as long as answer_octets
  local more_answers -- request -> octets and times of further answers, each behind the other
  local oldest, latest -- the requests that are remembered
  local seen_at -- when the message before this one was seen
  local fresh, fresh_first, fresh_last -- those whose answer's octets are still kept, by its time
  local all_between -- family -> who answers -> who asks -> what stands between them
  local place_between, last_place, exact, unanswered, newest
  local open_anywhere -- family -> mobile node -> requests without an answer

  -- What later visits look up, by frame; what most frames have stands in frames.lua: the PARTNER of a request is its first
  -- answer, that of an answer its request.
  local repeat_of -- request -> the one that it sends again
  local repeated_by -- request -> the one that sends it again
  local again_of -- answer -> an earlier answer to the same request
  local waiting -- request -> true while it has no answer, and one is due

  function pairing.forget()
    rows, texts, opens, answer_octets = new_ledger(COLUMNS), { [NUMBER] = {}, [STAMP] = {} }, {}, {}
    echoes, more_answers, raws = {}, {}, {}
    oldest, latest, seen_at = 1, 0, -math.huge
    place_between, last_place, exact, unanswered, newest = {}, 0, {}, {}, {}
    fresh, fresh_first, fresh_last = {}, 1, 0
    all_between, open_anywhere = {}, {}
    for _, exchange in ipairs(description.exchanges) do
      all_between[exchange.family], open_anywhere[exchange.family] = {}, {}
    end
    repeat_of, repeated_by, again_of, waiting = {}, {}, {}, {}
    pairing.again_of, pairing.waiting, pairing.repeat_of, pairing.repeated_by = again_of, waiting, repeat_of, repeated_by
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
      place = last_place + 1
      last_place = place
      between.places[mn or ""] = place
      place_between[place] = between
    end
    return place
  end

  -- Place and number as one.
  local function exactly(place, number)
    if type(number) == "number" then return place * 4294967296 + number end
    return place .. "," .. number
  end

  -- A number, or octets.
  local function enter_value(request, column, value)
    if type(value) == "number" then
      rows.set(request, column, value)
    elseif value then
      texts[column][request] = value
    end
  end

  local function value_at(request, column) return rows.get(request, column) or texts[column][request] end

  local function close(request)
    local open, place = opens[request], rows.get(request, PLACE)
    leave(unanswered, place, request)
    local between = place_between[place]
    between.count, between.waiting[request] = between.count - 1, nil
    if open.mn then leave(open_anywhere[open.family], open.mn, request) end
    opens[request], open.over = nil, true
  end

  -- A later request of the same place has an answer.
  local function answered_since(request, place)
    local later = newest[place]
    while later and later > request do
      if not opens[later] then return true end
      later = rows.get(later, BEFORE)
    end
    return false
  end

  -- A message is seen at `time`: what was too old when the one before it came is forgotten. lost: is told of removals that
  -- nobody answered.
  function pairing.seen(time, lost)
    local now = seen_at
    seen_at = time
    while fresh_first <= fresh_last do
      local request = fresh[fresh_first]
      local young = request >= oldest and now - rows.get(request, ANSWER_TIME) < MOMENT
      if young and fresh_last - fresh_first < MOST then break end
      answer_octets[request], raws[request], fresh[fresh_first], fresh_first = nil, nil, nil, fresh_first + 1
    end
    while oldest <= latest do
      local request = oldest
      if rows.get(request, TIME) >= now - FORGET and latest - oldest < MOST then break end
      oldest = oldest + 1
      local place, number = rows.get(request, PLACE), value_at(request, NUMBER)
      leave(exact, exactly(place, number), request)
      leave_first(place_between[place].numbered, number)
      local open = opens[request]
      if open then
        close(request)
        if open.family == REGISTRATION and open.m.v.lifetime == 0 and not answered_since(request, place) then lost(open) end
      end
      answer_octets[request], texts[NUMBER][request], texts[STAMP][request] = nil, nil, nil
      echoes[request], more_answers[request], raws[request] = nil, nil, nil
      if newest[place] == request then newest[place] = nil end
    end
    rows.drop(oldest)
  end

  local one_exact, one_unanswered, one_elsewhere = {}, {}, {}

  do
    local function asking_of(open)
      local m = open.m
      open.asking = open.asking or gist_of(m, open.raw)
      return open.asking
    end

    -- The same octets came a moment ago, and may have been answered.
    local function note_copies(open, earlier)
      for _, request in ipairs(earlier) do
        local raw = raws[request] or opens[request] and opens[request].raw
        if raw == open.raw and open.time - rows.get(request, TIME) < MOMENT then
          open.copied, open.done = true, open.done or {}
          table.insert(open.done, answer_octets[request])
          for i = 1, #(more_answers[request] or NOTHING), 2 do table.insert(open.done, more_answers[request][i]) end
        end
      end
    end

    -- A request was seen from `source` to `target`: what it has open.
    function pairing.request(exchange, m, s, key, time, source, target)
      local mn, number, family = exchange.mn_id and mobile_node(m) or nil, number_of(exchange, m), exchange.family
      local place = place_of(family, target, source, mn)
      local open = { -- whole at once: a table that grows costs more than one that does not
        key = key, time = time, m = m, raw = s, mn = mn, family = family, source = source, target = target,
        echo = echo_of(exchange, m, s), asking = nil, asked = nil, repeats = nil, told = nil, over = nil, copied = nil,
        done = nil,
      }
      local alike = list_of(unanswered[place], one_unanswered)
      for i = #alike, math.max(1, #alike - FAR), -1 do
        local earlier = opens[alike[i]]
        if asking_of(earlier) == asking_of(open) then
          open.repeats = earlier
          repeat_of[key], repeated_by[earlier.key] = earlier.key, key
          break
        end
      end
      latest = latest + 1
      local request = latest
      rows.set(request, KEY, key)
      rows.set(request, TIME, time)
      rows.set(request, PLACE, place)
      enter_value(request, NUMBER, number)
      enter_value(request, STAMP, stamp_of(m, s))
      if newest[place] then rows.set(request, BEFORE, newest[place]) end
      newest[place] = request
      opens[request] = open
      local same_number = exactly(place, number)
      if exact[same_number] then note_copies(open, list_of(exact[same_number], one_exact)) end
      enter(exact, same_number, request)
      enter(unanswered, place, request)
      local between = place_between[place]
      enter_behind(between.numbered, number, request)
      between.count, between.waiting[request] = between.count + 1, true
      if mn then enter(open_anywhere[family], mn, request) end
      if exchange.asks_when == nil or says(m, exchange.asks_when) then waiting[key] = true end
      return open
    end
  end

  -- What else is open of the same mobile node at the same node; nil where nothing is.
  function pairing.others(open)
    local there, others = open_anywhere[open.family][open.mn], nil
    for _, request in ipairs(list_of(there, one_elsewhere)) do
      local other = opens[request]
      if other.target == open.target then
        others = others or {}
        others[#others + 1] = other
      end
    end
    return others
  end

  -- Of several transmissions with one number that with the answer's timestamp, else the newest.
  local function timed(list, stamp)
    for i = #list, 1, -1 do
      if stamp and value_at(list[i], STAMP) == stamp then return list[i] end
    end
    return list[#list]
  end

  local function newest_of(list, fits)
    for i = #list, 1, -1 do
      if fits(list[i]) then return list[i] end
    end
  end

  -- The requests of one place that are remembered, the newest first.
  local function each_at(place)
    local request = newest[place]
    return function()
      local this = request
      if this == nil or this < oldest then return nil end
      request = rows.get(this, BEFORE)
      return this
    end
  end

  -- The request of a place with a timestamp, where only one has it.
  local function with_stamp(place, stamp)
    local same
    for request in each_at(place) do
      if value_at(request, STAMP) == stamp then
        if same then return nil end
        same = request
      end
    end
    return same
  end

  -- When these very octets answered a request a moment ago.
  local function doubled_at(request, s, time)
    if answer_octets[request] == s and time - rows.get(request, ANSWER_TIME) < MOMENT then
      return rows.get(request, ANSWER_TIME)
    end
    local more = more_answers[request] or NOTHING
    for i = 1, #more, 2 do
      if more[i] == s and time - more[i + 1] < MOMENT then return more[i + 1] end
    end
  end

  -- The request that these very octets answered a moment ago, the first of several.
  local function doubled(place, s, time)
    local found_one, at
    for request in each_at(place) do
      local when = not opens[request] and doubled_at(request, s, time)
      if when and (at == nil or when <= at) then found_one, at = request, when end
    end
    return found_one
  end

  -- The newest answered request of a moment ago whose answer copied the same.
  local function just_answered(place, echo, time)
    for request in each_at(place) do
      if time - rows.get(request, TIME) >= RECENT then return nil end
      if echoes[request] == echo then return request end
    end
  end

  -- Of requests between other nodes that with most of these.
  local function likely(elsewhere, number, source, target)
    local best, most = nil, -1
    for i = #elsewhere, 1, -1 do
      local request = elsewhere[i]
      if value_at(request, NUMBER) == number then
        local open, ends = opens[request], 0
        if open.source == source or open.target == source then ends = ends + 1 end
        if open.source == target or open.target == target then ends = ends + 1 end
        if ends > most then best, most = request, ends end
      end
    end
    return best
  end

  -- The request that an answer belongs to, and whether it had been answered.
  local function find_request(exchange, m, s, time, source, target)
    local mn = exchange.mn_id and mobile_node(m) or nil
    local between, number = between_of(exchange.family, source, target), number_of(exchange, m)
    local place = between and between.places[mn or ""]
    local same_number = list_of(place and exact[exactly(place, number)], one_exact)
    local open = list_of(place and unanswered[place], one_unanswered)
    local stamp, status = stamp_of(m, s), exchange.registers and m.v.status
    local echo = echo_of(exchange, m, s)
    local returned = stamp and status ~= 156 and status ~= 157 -- RFC 5213 5.5 (7): an accepted timestamp comes back
    local only = same_number[1]
    if only and same_number[2] == nil and opens[only] and opens[only].echo == echo then
      if not returned or value_at(only, STAMP) == stamp then return only, false end
    end
    local timely = returned and place and with_stamp(place, stamp)
    if timely and value_at(timely, NUMBER) ~= number then return timely, not opens[timely] end
    local candidates, fitting = {}, {}
    for i = 1, #same_number do
      local request = same_number[i]
      if opens[request] then
        candidates[#candidates + 1] = request
        if opens[request].echo == echo then fitting[#fitting + 1] = request end
      end
    end
    local again = place and fitting[1] == nil and doubled(place, s, time)
    local last_accepted = status == 135 and stamp == false
    if candidates[1] and not again and (fitting[1] or not last_accepted) then
      return timed(fitting[1] and fitting or candidates, stamp), false
    end
    if again then return again, true end
    if last_accepted and open[1] then -- RFC 6275 9.5.1: it carries the last accepted sequence number
      local same = newest_of(open, function(request) return opens[request].echo == echo end)
      local done = same == nil and just_answered(place, echo, time)
      if done then return done, true end -- a doubled request is refused like this
      return same or open[#open], false
    end
    local same, answered, numbered = {}, nil, between and between.numbered[number]
    if type(numbered) == "number" then numbered = { first = 1, last = 1, numbered } end
    for i = numbered and numbered.first or 1, numbered and numbered.last or 0 do
      local request = numbered[i]
      if opens[request] then same[#same + 1] = request else answered = request end
    end
    if mn == nil then
      if same[1] then return newest_of(same, function(request) return opens[request].mn == nil end) or same[#same], false end
      if answered then return answered, true end
      if between and between.count == 1 then return next(between.waiting), false end
    end
    if same_number[1] then return timed(same_number, stamp), true end
    if same[1] and not place then return same[#same], false end
    if open[1] then return open[#open], false end
    local elsewhere = mn and list_of(open_anywhere[exchange.family][mn], one_elsewhere)
    local there = elsewhere and likely(elsewhere, number, source, target)
    if there then return there, false end
  end

  -- The same octets as a request that has been answered so, a moment before or after it, and have no answer yet.
  local function tell_copies(request, raw, s)
    local there = exact[exactly(rows.get(request, PLACE), value_at(request, NUMBER))]
    for i = 1, type(there) == "table" and #there or 0 do
      local other = opens[there[i]]
      if other and other.raw == raw and math.abs(other.time - rows.get(request, TIME)) < MOMENT then
        other.done = other.done or {}
        table.insert(other.done, s)
      end
    end
  end

  -- Whether this answer to these very octets has been seen a moment ago.
  function pairing.is_copy(open, s)
    for _, octets in ipairs(open.done or NOTHING) do
      if octets == s then return true end
    end
    return false
  end

  -- An answer was seen: what its request had open; nil where it has none, or was answered before.
  function pairing.answer(exchange, m, s, key, time, source, target)
    if exchange.unsolicited_when and says(m, exchange.unsolicited_when) then return nil end
    local request, again = find_request(exchange, m, s, time, source, target)
    if request == nil then return nil end
    frames.set(key, PARTNER, rows.get(request, KEY))
    if again then
      again_of[key] = rows.get(request, ANSWER_KEY)
      local more = more_answers[request] or {}
      more_answers[request], more[#more + 1] = more, s
      more[#more + 1] = time
      if raws[request] then tell_copies(request, raws[request], s) end
      return nil
    end
    local open = opens[request]
    frames.set(open.key, PARTNER, key)
    waiting[open.key] = nil
    local earlier = open.repeats
    while earlier do -- what was sent before it is done with
      waiting[earlier.key] = nil
      earlier = not earlier.over and earlier.repeats
    end
    close(request)
    tell_copies(request, open.raw, s)
    rows.set(request, ANSWER_KEY, key)
    rows.set(request, ANSWER_TIME, time)
    answer_octets[request], raws[request], fresh_last = s, open.raw, fresh_last + 1
    fresh[fresh_last], echoes[request] = request, open.echo
    return open
  end
end

load_pairing()
