-- Requests with their answers and the sessions they make, in Wireshark. What is found stands by frame, so that every
-- later visit, in whatever order, shows the same.

local analysis = {}

do
  F.response_in = ProtoField.framenum("pmip6.response_in", "Response in", base.NONE, frametype.RESPONSE)
  F.response_to = ProtoField.framenum("pmip6.response_to", "Response to", base.NONE, frametype.REQUEST)
  F.response_time = ProtoField.relative_time("pmip6.response_time", "Response time", base.NONE)
  F.response_again = ProtoField.framenum("pmip6.response_again", "Answered before in", base.NONE, frametype.DUP_ACK)
  F.repeat_of = ProtoField.framenum("pmip6.retransmission_of", "Retransmission of", base.NONE, frametype.RETRANS_PREV)
  F.repeated_in = ProtoField.framenum("pmip6.retransmitted_in", "Sent again in", base.NONE, frametype.RETRANS_NEXT)
  F.session = ProtoField.none("pmip6.session", "Mobility session")
  F.session_id = ProtoField.string("pmip6.session.id", "Session")
  F.session_mn = ProtoField.string("pmip6.session.mn_id", "MN-ID")
  F.session_hnp = ProtoField.string("pmip6.session.hnp", "HNP")
  F.session_mhgid = ProtoField.uint8("pmip6.session.mhgid", "MHGID", base.DEC)
  F.session_binding = ProtoField.string("pmip6.session.bindings", "Bound care-of address")
  F.session_flow = ProtoField.string("pmip6.session.flows", "Flow")
  for _, key in ipairs({
    "response_in", "response_to", "response_time", "response_again", "repeat_of", "repeated_in",
    "session", "session_id", "session_mn", "session_hnp", "session_mhgid", "session_binding", "session_flow",
  }) do
    fields[#fields + 1] = F[key]
  end

  local found_of -- frame -> findings on the exchange: rule ids and the offsets of the options meant
  local TIME, PARTNER, SESSION, SHOWN = frames.TIME, frames.PARTNER, frames.SESSION, frames.SHOWN
  local selected -- the session of the packet whose tree was drawn last
  local first_at, headers_of -- where the first Mobility Header of a frame stands: in most frames, in others
  local last_key -- of the frame that was read last for the first time

  local function count_exchange(open, key, time, source, target, m)
    statistics.answered(source, time - open.time)
    local session = frames.get(key, SESSION)
    if session == nil then return end
    if not open.told then statistics.step(session, open.key, open.time, target, source, summary(open.m)) end
    statistics.step(session, key, time, source, target, summary(m))
  end

  -- A read filter has dropped the frame of that number, and the next one has it now.
  local function forget_frame(key)
    frames.clear(key)
    found_of[key] = nil
    for _, what in ipairs({ "again_of", "waiting", "repeat_of", "repeated_by" }) do pairing[what][key] = nil end
  end

  -- A frame is read for the first time: pair it, judge the pair, follow the session. TIME of an answer is how long it took,
  -- below 0: the frame of its request may have another time by then.
  function analysis.observe(m, s, key, source, target, time)
    if key == last_key then forget_frame(key) end
    last_key = key
    pairing.seen(time, sessions.lost)
    local exchange, role = likeness.role_of(m)
    if role ~= "answer" then frames.set(key, TIME, time) end
    if exchange == nil then return end
    if role == "request" then
      local open = pairing.request(exchange, m, s, key, time, source, target)
      if exchange.registers then
        sessions.registering(open)
        if not m.cut then sessions.asked(open) end
      elseif exchange.name == "binding-revocation" then
        sessions.revoking(open)
      elseif exchange.name == "update-notification" and not m.cut and not pairing.waiting[key] then
        sessions.notified(open, nil, key, time)
      end
      local session = frames.get(key, SESSION)
      if session and statistics.wanted() then
        statistics.step(session, key, time, source, target, summary(m))
        open.told = true
      end
      return
    end
    if exchange.name == "heartbeat" then sessions.heard(m, source) end
    local open = pairing.answer(exchange, m, s, key, time, source, target)
    frames.set(key, TIME, open and math.min(0, open.time - time) or time)
    if open == nil or m.cut or open.m.cut then return end -- nobody knows what the other octets say
    found_of[key] = judging.exchange(m, s, open.m, open.raw)
    if exchange.registers then
      sessions.answered(open, m, s, key, time)
    elseif exchange.name == "binding-revocation" then
      sessions.revoked(open, m, key, time)
    elseif exchange.name == "update-notification" then
      sessions.notified(open, m, key, time)
    end
    if statistics.wanted() then count_exchange(open, key, time, source, target, m) end
  end

  -- What earlier frames, or an earlier visit, found out about this one.
  function analysis.recall(m, key)
    if found_of[key] == nil then return end
    for _, finding in ipairs(found_of[key]) do
      m.findings[#m.findings + 1] = { id = finding.id, element = finding.offset and option_by_offset(m, finding.offset), text = finding.text }
    end
  end

  local function generated(item, field, value)
    if visible or referenced(item, field) then set_generated(add_item(item, field, value)) end
  end

  local function show_session_of(item, key)
    local session, now = frames.get(key, SESSION), frames.get(key, SHOWN) -- their numbers
    if visible then selected = session end
    if session == nil then return end
    local part = visible and item:add(F.session) or item
    local prefixes, mhgid = now and sessions.shown_prefixes[now] or sessions.prefixes[session], sessions.mhgid[session]
    local bound, owned = sessions.shown_bindings[now or 0] or NOTHING, sessions.shown_flows[now or 0] or NOTHING
    local name, mn = sessions.name(session)
    generated(part, F.session_id, name)
    generated(part, F.session_mn, mn)
    if prefixes ~= "" then generated(part, F.session_hnp, prefixes) end
    if mhgid then generated(part, F.session_mhgid, mhgid) end
    for i = 1, #bound do generated(part, F.session_binding, bound[i]) end
    for i = 1, #owned do generated(part, F.session_flow, owned[i]) end
    if visible then
      part:set_text("Mobility session: " .. name .. (now and ", " .. #bound .. " bound, " .. #owned .. " flows" or ""))
      part:set_generated()
    end
  end

  function analysis.show(m, item, key, visited)
    local partner, _, role = frames.get(key, PARTNER), likeness.role_of(m)
    if partner and role == "request" then
      generated(item, F.response_in, math.floor(partner))
    elseif partner then
      generated(item, F.response_to, math.floor(partner))
      local time = frames.get(key, TIME)
      local delay = math.max(0, time > 0 and time - frames.get(partner, TIME) or -time)
      local seconds = math.floor(delay)
      generated(item, F.response_time, NSTime.new(seconds, math.floor((delay - seconds) * 1000000000 + 0.5)))
      if pairing.again_of[key] then generated(item, F.response_again, math.floor(pairing.again_of[key])) end
    end
    if pairing.repeat_of[key] then generated(item, F.repeat_of, math.floor(pairing.repeat_of[key])) end
    if pairing.repeated_by[key] then generated(item, F.repeated_in, math.floor(pairing.repeated_by[key])) end
    if visited and pairing.waiting[key] and pairing.repeated_by[key] == nil then
      item:add_proto_expert_info(judging.no_response, "No response in this capture")
    end
    show_session_of(item, key)
  end

  -- The frame's number; a second Mobility Header in the same frame has a fraction of its own.
  function analysis.key_of(number, tvb, visited)
    local at = offset_of(tvb)
    first_at = first_at or at
    if at ~= first_at and headers_of[number] ~= at then
      if visited or frames.get(number, TIME) then
        number = number + (at % 65536 + 1) / 131072
      else
        headers_of[number] = at
      end
    end
    return number
  end

  function analysis.selected() return selected end

  function analysis.forget()
    frames.forget()
    pairing.forget()
    sessions.forget()
    sessions.forget_endings()
    statistics.forget()
    selected = nil
    found_of, first_at, headers_of, last_key = {}, nil, {}, nil
  end
end
