-- The flows of a binding, as the accepted exchanges say (rules/watch_flows.py does the same for `pmiptool validate`): those
-- that FID options ask for, with the status that each got, and those that the anchor has re-instantiated. `since` is a
-- number that grows with each that is installed. It is negative for one that was not named in the last exchange, or was not
-- answered: the anchor may have it no more.
-- `session.shown` goes with every change: what is shown of the session is then made again (sessions.lua).

local flows = {}

do
  local last_since -- of a flow: they are numbered as they are installed

  function flows.forget() last_since = 0 end

  local ADD, MODIFY = 0, 1 -- PRO (mext 4.1)
  local NOT_FOUND = { [135] = true, [136] = true } -- mext 5.3.2.2 prints 135, its table says 136

  function flows.at(binding, fid)
    for i, flow in ipairs(binding.flows) do
      if flow.fid == fid then return flow, i end
    end
  end

  -- The selector of a FID option, as its octets and as text.
  local function selector_of(element, s)
    for _, part in ipairs(element.subs or NOTHING) do
      local field = part.entry and part.entry.fields[#part.entry.fields]
      if field and field.kind == "flagged" then return sub(s, part.at, part.stop - 1), part end
    end
  end

  -- The binding references of a FID option, as octets.
  local function bids_of(element, s)
    local part = first(element.parts["binding-reference"])
    return part and sub(s, part.at + 2, part.stop - 1) or ""
  end

  local function selector_text(part)
    local out, v = {}, part.v
    for _, one in ipairs(part.entry.fields[#part.entry.fields].parts) do
      local value = v[one.name]
      if value ~= nil then
        if one.kind == "address" then
          value = one.octets == 16 and ipv6_text(value) or table.concat({ byte(value, 1, 4) }, ".")
        elseif one.mask then
          value = math.floor(value / one.weight) % one.count
        end
        if one.start and v[one.start] ~= nil then
          out[#out] = out[#out] .. "-" .. value
        else
          out[#out + 1] = string.gsub(one.name, "_", "-") .. "=" .. value
        end
      end
    end
    return out[1] and table.concat(out, " ") or "everything"
  end

  -- A flow as an option tells it. Many sessions have the same: one that differs from its option is a copy.
  local function flow_of(element, s)
    if element.flow == nil then
      local v = element.v
      local octets, part = selector_of(element, s)
      element.flow = {
        fid = v.fid, pri = v.pri, action = v.action or 1, selector = octets, text = part and selector_text(part) or "?",
        bids = bids_of(element, s), said = {},
      }
    end
    return element.flow
  end

  local function copy_of(flow)
    local copy = {}
    for key, value in pairs(flow) do copy[key] = value end
    copy.said = {}
    return copy
  end

  local function same_flow(one, other)
    return one.pri == other.pri and one.action == other.action and one.selector == other.selector
      and one.bids == other.bids and one.reinstantiated == other.reinstantiated and not one.unsure
  end

  -- A flow enters the list, behind the others of its priority. One that is there as it is stays in its place.
  local function install(session, binding, flow)
    binding.since = binding.since or {}
    local existing, at = flows.at(binding, flow.fid)
    if existing and same_flow(existing, flow) then
      binding.since[at] = math.abs(binding.since[at])
      return
    end
    last_since, at = last_since + 1, at or #binding.flows + 1
    binding.flows[at], binding.since[at], session.shown = flow, last_since, nil
  end

  -- Another description of a flow takes its place.
  local function replace(session, binding, at, flow)
    if not same_flow(binding.flows[at], flow) then binding.flows[at], session.shown = flow, nil end
    binding.since[at] = math.abs(binding.since[at])
  end

  local function remove(session, binding, at)
    table.remove(binding.flows, at)
    table.remove(binding.since, at)
    session.shown = nil
  end

  -- Nobody knows any more whether the flows of a binding are still there. fids: only these, where given.
  function flows.doubt(binding, fids)
    for i = 1, #binding.flows do
      if fids == nil or fids[binding.flows[i].fid] then binding.since[i] = -math.abs(binding.since[i]) end
    end
  end

  -- Adds to a set the FIDs of Flow Summary options.
  local function name_summaries(options, named)
    for _, element in ipairs(options) do
      for _, fid in ipairs(element.v and element.v.fid or NOTHING) do named[fid] = true end
    end
  end

  -- Adds to a set the FIDs that a request names.
  function flows.name_fids(m, named)
    for _, element in ipairs(m.named.fid or NOTHING) do
      if element.v then named[element.v.fid] = true end
    end
    name_summaries(m.named["flow-summary"] or NOTHING, named)
  end

  -- A FID option that its MAG did not ask for: the anchor has re-instantiated a filter.
  function flows.announced(session, binding, element, s)
    local existing, at = flows.at(binding, element.v.fid)
    if existing == nil or binding.since[at] < 0 then
      local flow = copy_of(flow_of(element, s))
      flow.reinstantiated = true
      if existing == nil or not same_flow(existing, flow) then install(session, binding, flow) end
      existing = flow
    end
    for i, kept in ipairs(session.kept) do
      if kept.selector == existing.selector then
        table.remove(session.kept, i)
        session.shown = nil
        break
      end
    end
  end

  -- Filters of a binding whose lifetime goes on: what was asked, with the status that it got, then what was announced.
  function flows.apply(session, binding, request, rs, answer, as)
    local given, times = {}, {}
    for _, element in ipairs(answer.named.fid or NOTHING) do
      if element.v then given[element.v.fid] = element end
    end
    for _, element in ipairs(request.named.fid or NOTHING) do
      if element.v then times[element.v.fid] = (times[element.v.fid] or 0) + 1 end
    end
    for _, element in ipairs(request.named.fid or NOTHING) do
      local v = element.v
      if v and times[v.fid] == 1 then
        local echo, existing, place = given[v.fid], flows.at(binding, v.fid)
        local pro = v.pro or (existing and MODIFY or ADD)
        if echo == nil then
          if existing then
            binding.flows[place], session.shown = copy_of(existing), nil
            binding.flows[place].unsure = true
            binding.since[place] = -math.abs(binding.since[place])
          elseif pro == ADD then
            install(session, binding, flow_of(element, rs))
            binding.since[#binding.since] = -last_since
          end
        elseif existing and pro == MODIFY and set.dialect == "mext" and NOT_FOUND[echo.v.status] and binding.since[place] > 0 then
          remove(session, binding, place) -- the anchor no longer knows it: a restart
        elseif echo.v.status >= 128 then
          if existing then binding.since[place] = math.abs(binding.since[place]) end
        elseif pro == set.pro_delete then
          if existing then remove(session, binding, place) end
        elseif pro == ADD or existing == nil then
          install(session, binding, flow_of(element, rs))
        elseif pro == MODIFY then
          local changed = flow_of(element, rs)
          if existing.reinstantiated or changed.selector == nil or changed.bids == "" and existing.bids ~= "" then
            changed = copy_of(changed)
            changed.reinstantiated = existing.reinstantiated
            if changed.selector == nil then changed.selector, changed.text = existing.selector, existing.text end
            if changed.bids == "" then changed.bids = existing.bids end
          end
          replace(session, binding, place, changed)
        else
          binding.since[place] = math.abs(binding.since[place])
        end
      end
    end
    local summary, reading, unnamed = request.named["flow-summary"], set.reading["flow-omission"], nil
    summary = summary and value_of(request, "flow-summary") and summary -- one that does not fit names nothing
    local removes = reading == "strict" or summary and reading == "summary" -- what nothing names
    local named = NOTHING
    if summary then
      named = {}
      name_summaries(summary, named)
    end
    for i = #binding.flows, 1, -1 do
      local fid = binding.flows[i].fid
      local refused = named[fid] and given[fid] and given[fid].v.status >= 128
      if refused and binding.since[i] > 0 and set.dialect == "mext" or removes and not named[fid] and not times[fid] then
        remove(session, binding, i)
      elseif not named[fid] and not times[fid] then
        unnamed = unnamed or {}
        unnamed[fid] = true
      end
    end
    for _, element in ipairs(answer.named.fid or NOTHING) do
      local last = element.v and given[element.v.fid]
      if last and times[last.v.fid] == nil then
        if last.v.status < 128 then flows.announced(session, binding, last, as) end
        given[last.v.fid] = nil
      end
    end
    if unnamed then flows.doubt(binding, unnamed) end
  end

  local ACTIONS = { [1] = "forward", [2] = "discard", [3] = "n-cast" }

  function flows.text(flow, care_of)
    if flow.said[care_of] then return flow.said[care_of] end
    local action = ACTIONS[flow.action] or "action " .. flow.action
    local text = "FID " .. flow.fid .. " pri=" .. flow.pri .. " " .. action .. " " .. flow.text .. " at " .. care_of
    if flow.reinstantiated then text = text .. " (re-instantiated)" end
    if flow.unsure then text = text .. " (unsure)" end
    flow.said[care_of] = text
    return text
  end
end
