-- Statistics, and the ladder of a session, as text: Tools > PMIPv6 in Wireshark; at the end of a run of tshark with
-- `-o pmip6.statistics:TRUE`. Counted when a frame is read for the first time.

local statistics = {}

do
  local LADDER = 10000 -- messages of all ladders that are kept
  local LISTED = 1000 -- sessions in a window: with tens of thousands of them Wireshark stands still for seconds

  local counts, order -- message and status -> how many; in the order of their first appearance
  local times -- who answered -> response times
  local ladders, kept -- session -> its messages; how many there are in all

  function statistics.forget()
    counts, order, times, ladders, kept = {}, {}, {}, {}, 0
  end

  -- Whether anyone will ask.
  function statistics.wanted() return gui_enabled() or set.statistics end

  function statistics.message(m)
    local status, name = m.v.status, m.name or "shorter than a header"
    if status then
      local enum = m.entry.status_enum
      name = name .. ", " .. (enum and current_names[enum][status] or "status") .. " (" .. status .. ")"
    end
    if counts[name] == nil then
      counts[name] = 0
      order[#order + 1] = name
    end
    counts[name] = counts[name] + 1
  end

  function statistics.answered(by, seconds)
    local one = times[by]
    if one == nil then
      one = { count = 0, sum = 0, least = seconds, most = seconds }
      times[by] = one
    end
    one.count, one.sum = one.count + 1, one.sum + seconds
    one.least, one.most = math.min(one.least, seconds), math.max(one.most, seconds)
  end

  function statistics.step(session, number, time, source, target, text)
    local list = ladders[session]
    if list == nil then
      list = {}
      ladders[session] = list
    end
    if kept >= LADDER then
      list.cut = true
      return
    end
    list[#list + 1] = { number = number, time = time, source = source, target = target, text = text }
    kept = kept + 1
  end

  local function sorted(map)
    local keys = {}
    for key in pairs(map) do keys[#keys + 1] = key end
    table.sort(keys)
    return keys
  end

  -- most: how many sessions are listed.
  function statistics.text(most)
    local out = { "Messages" }
    local function say(...) out[#out + 1] = string.format(...) end
    table.sort(order)
    for _, name in ipairs(order) do say("  %-52s %8d", name, counts[name]) end
    say("")
    say("Response time in ms           answers     least      mean      most")
    for _, by in ipairs(sorted(times)) do
      local one = times[by]
      say("  %-26s %9d %9.3f %9.3f %9.3f", by, one.count, 1000 * one.least, 1000 * one.sum / one.count, 1000 * one.most)
    end
    say("")
    local bound, flows, inner = 0, 0, {}
    for session, now in sessions.each() do
      local its_flows = sessions.shown_flows[now]
      if sessions.shown_bindings[now][1] then
        bound, flows = bound + 1, flows + #its_flows
        if bound <= most then
          inner[#inner + 1] = "  " .. sessions.name(session)
          for _, text in ipairs(sessions.shown_bindings[now]) do inner[#inner + 1] = "    " .. text end
          for _, text in ipairs(its_flows) do inner[#inner + 1] = "    " .. text end
        end
      end
    end
    say("Sessions: %d seen, %d in force at the end, with %d flows", sessions.count(), bound, flows)
    for _, line in ipairs(inner) do out[#out + 1] = line end
    if bound > most then say("  and %d more", bound - most) end
    return table.concat(out, "\n") .. "\n"
  end

  local LEFT_OUT = "Left out: what comes after the first %d messages of all sessions. To see it, export the packets of\n"
    .. '  pmip6.session.id == "%s"\nto a file of their own, and open that.'

  local function say_cut(out, steps, name)
    if steps.cut then out[#out + 1] = string.format(LEFT_OUT, LADDER, name) end
    return table.concat(out, "\n") .. "\n"
  end

  -- One session as a ladder: a column for each address, an arrow for each message.
  function statistics.ladder(session)
    local steps = session and ladders[session]
    if steps == nil then return "No session: select a packet of one first.\n" end
    local name, mn = sessions.name(session)
    if steps[1] == nil then return say_cut({ name, "" }, steps, name) end
    local place, columns = {}, {}
    for _, step in ipairs(steps) do
      for _, address in ipairs({ step.source, step.target }) do
        if place[address] == nil then
          columns[#columns + 1] = address
          place[address] = #columns
        end
      end
    end
    local out = { name, "" }
    for i, address in ipairs(columns) do out[#out + 1] = string.rep(" ", 18 + 10 * (i - 1)) .. "|  " .. address end
    for _, step in ipairs(steps) do
      local from, to = place[step.source], place[step.target]
      local left, right = math.min(from, to), math.max(from, to)
      local line = {}
      for i = 1, #columns do
        local last = i == #columns
        line[i] = "|" .. (last and "" or string.rep((i >= left and i < right) and "-" or " ", 9))
      end
      local arrow = table.concat(line)
      local tip = to > from and 10 * (to - 1) or 10 * (to - 1) + 2
      arrow = sub(arrow, 1, tip - 1) .. (to > from and ">" or "<") .. sub(arrow, tip + 1)
      local from_mn, to_mn = string.find(step.text, " " .. mn .. " ", 1, true) -- which stands above all of them
      local text = from_mn and sub(step.text, 1, from_mn) .. sub(step.text, to_mn + 1) or step.text
      out[#out + 1] = string.format("%6d %10.6f %s  %s", math.floor(step.number), step.time, arrow, text)
    end
    return say_cut(out, steps, name)
  end

  local function window(title, text)
    local one = TextWindow.new(title)
    one:set(text())
    one:add_button("Refresh", function() one:set(text()) end)
  end

  -- The menu in Wireshark.
  function statistics.offer(selected)
    if not gui_enabled() then return end
    register_menu("PMIPv6/Statistics", function()
      window("PMIPv6 statistics", function() return statistics.text(LISTED) end)
    end, MENU_TOOLS_UNSORTED)
    register_menu("PMIPv6/Ladder of the selected session", function()
      window("PMIPv6 ladder", function() return statistics.ladder(selected()) end)
    end, MENU_TOOLS_UNSORTED)
  end

  local tap

  -- What tshark prints at the end.
  function statistics.print_at_end()
    if tap or gui_enabled() or not set.statistics then return end
    tap = Listener.new("frame")
    function tap.draw()
      print(statistics.text(math.huge))
      for session in sessions.each() do
        if ladders[session] and ladders[session][1] then print(statistics.ladder(session)) end
      end
    end
  end
end
