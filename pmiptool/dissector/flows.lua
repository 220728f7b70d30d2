-- The flows of a binding, as the accepted exchanges say (rules/watch.py does the same for `pmiptool validate`): those that
-- FID options ask for, with the status that each got, and those that the anchor has re-instantiated.
-- `session.shown` goes with every change: what is shown of the session is then made again (sessions.lua).

local flows = {}

do
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
        if one.start then
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
        said = {},
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
      and one.reinstantiated == other.reinstantiated and not one.unsure
  end

  local function place_flow(session, binding, flow)
    local existing, at = flows.at(binding, flow.fid)
    if existing and same_flow(existing, flow) then return end
    binding.flows[at or #binding.flows + 1] = flow
    session.shown = nil
  end

  -- A FID option that its MAG did not ask for: the anchor has re-instantiated a filter.
  function flows.announced(session, binding, element, s)
    local existing = flows.at(binding, element.v.fid)
    if not (existing and existing.reinstantiated) then
      local flow = copy_of(flow_of(element, s))
      flow.reinstantiated = true
      place_flow(session, binding, flow)
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
          elseif pro == ADD then
            place_flow(session, binding, flow_of(element, rs))
          end
        elseif existing and pro == MODIFY and set.dialect == "mext" and NOT_FOUND[echo.v.status] then
          table.remove(binding.flows, place) -- the anchor no longer knows it: a restart
          session.shown = nil
        elseif echo.v.status < 128 then
          if pro == ADD or existing == nil then
            place_flow(session, binding, flow_of(element, rs))
          elseif pro == MODIFY then
            local changed = flow_of(element, rs)
            if existing.reinstantiated or changed.selector == nil then
              changed = copy_of(changed)
              changed.reinstantiated = existing.reinstantiated
              if changed.selector == nil then changed.selector, changed.text = existing.selector, existing.text end
            end
            place_flow(session, binding, changed)
          elseif pro == set.pro_delete then
            table.remove(binding.flows, place)
            session.shown = nil
          end
        end
      end
    end
    local summary, reading = value_of(request, "flow-summary"), set.reading["flow-omission"]
    if reading == "strict" or summary and reading == "summary" then -- what nothing names is removed
      local named = {}
      for _, fid in ipairs(summary and summary.fid or NOTHING) do named[fid] = true end
      for i = #binding.flows, 1, -1 do
        local flow = binding.flows[i]
        local refused = given[flow.fid] and given[flow.fid].v.status >= 128
        if not named[flow.fid] and not times[flow.fid] or named[flow.fid] and refused then
          table.remove(binding.flows, i)
          session.shown = nil
        end
      end
    end
    for _, element in ipairs(answer.named.fid or NOTHING) do
      local v = element.v
      if v and times[v.fid] == nil and v.status < 128 then flows.announced(session, binding, element, as) end
    end
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
