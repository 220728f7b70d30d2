-- What shows the fields of an entry: Lua of one function for each list of fields, made when the first such entry comes,
-- and anew when preferences change names. Two functions, in truth: one for a tree that is drawn, which gives what the
-- line above says of the fields too, and one that adds only those fields that someone asks for.

local drawing = {}
-- Methods of Wireshark's: to look one up in an object costs as much as a call.
local add_item, set_text, append_text = TreeItem.add, TreeItem.set_text, TreeItem.append_text
local set_generated, set_len, referenced = TreeItem.set_generated, TreeItem.set_len, TreeItem.referenced
local offset_of, octets_of, reported_octets, octets_in = Tvb.offset, Tvb.len, Tvb.reported_len, Tvb.raw
local visible = true -- whether the tree is drawn; where it is not, only fields that someone asks for are added

do
  local drawn, asked -- list of fields -> function(element, item, tvb, at), `at` being where they begin in the TvbRange's octets

  function drawing.forget() drawn, asked = {}, {} end

  -- The writer has: source, drawn (which of the two), k (octets behind `at`), range (what `r` holds), said (name and text
  -- of the line above, or nil when what it says is known only later).

  local function place(k) return k == 0 and "at" or "at + " .. k end

  -- The TvbRange of some octets from here: one that was made before, if possible.
  local function range_of(w, octets)
    local wanted = place(w.k) .. ", " .. octets
    if not w.drawn then return "tvb(" .. wanted .. ")" end
    if w.range ~= wanted then
      w.source:line("r = tvb(%s)", wanted)
      w.range = wanted
    end
    return "r"
  end

  -- Add a field: its octets, with what `more` says of value and text. `to`: what takes its line, where it is drawn.
  local function add(w, field, octets, to, more)
    local name = w.source:given(field)
    local range = range_of(w, octets)
    if w.drawn then
      w.source:line("%sadd(item, %s, %s%s)", to or "", name, range, more or "")
    else
      if to and string.find(to, "local", 1, true) then to = nil end
      w.source:line("if referenced(item, %s) then %sadd(item, %s, %s%s) end", name, to or "", name, range, more or "")
    end
  end

  -- The octets are behind us: `by` many, or, when it is a name, as many as that says.
  local function step(w, by)
    if type(by) == "number" then
      w.k = w.k + by
    else
      w.source:line("at = %s + %s", place(w.k), by)
      w.k, w.range = 0, nil
    end
  end

  -- The line above says this of the fields: name=text, or the text alone where it is the only one.
  local function say(w, name, text)
    if not w.drawn then return end
    if w.said then
      w.said[#w.said + 1] = { name, text }
    else
      w.source:line("if not label then")
      w.source:line("  last = %s", text)
      w.source:line("  count, line = count + 1, line .. %s .. last", quoted(" " .. name .. "="))
      w.source:line("end")
    end
  end

  -- A name of the text's own that it does not have yet.
  local function fresh(w, stem)
    w.count = w.count + 1
    return stem .. w.count
  end

  local function value_text(field) return "v[" .. quoted(field.name) .. "]" end

  local function add_number(w, field, octets)
    local source, value, enum = w.source, value_text(field), field.enum
    if not w.drawn then return add(w, field.field, octets) end
    local name = value
    if enum then
      name = string.format("(%s[%s] or %s .. %s)", source:given(current_names[enum]), value, quoted(enum.key .. "_"), value)
    end
    if enum then -- where a preference gave it another name than Wireshark knows, or nothing did
      local chosen, known = fresh(w, "name"), source:given(enum.static)
      source:line("local %s = %s", chosen, name)
      name = chosen
      add(w, field.field, octets, "local l = ")
      source:line("if %s ~= %s[%s] then", name, known, value)
      source:line("  set_text(l, %s .. %s .. ' (' .. %s .. ')')", quoted(field.title .. ": "), name, value)
      source:line("end")
    elseif field.unit and not field.mask then
      local text = string.format(", %s, %s .. %s .. ' (' .. %s * %d .. ' s)'", value, quoted(field.title .. ": "), value, value, field.unit)
      add(w, field.field, octets, nil, text)
    else
      add(w, field.field, octets, field.unit and "local l = ")
    end
    if field.unit and (enum or field.mask) then source:line("append_text(l, ' (' .. %s * %d .. ' s)')", value, field.unit) end
    if not field.reserved then say(w, field.name, name) end
  end

  local write = {}

  function write.uint(w, field)
    add_number(w, field, field.octets)
    step(w, field.octets)
  end

  function write.bits(w, field)
    for _, part in ipairs(field.parts) do add_number(w, part, field.octets) end
    step(w, field.octets)
  end

  -- What the bit of a flag means instead, beside an option in a message that is no proxy form.
  local function meant_instead(flag, m)
    local also = flag.also
    return also and m.name == m.entry.name and m.named[also.beside] and also
  end

  local function letters_in(field, m)
    local out, number = {}, m.v[field.name]
    for _, flag in ipairs(field.flags) do
      if bit.band(number, flag.mask) ~= 0 then out[#out + 1] = (meant_instead(flag, m) or flag).letter end
    end
    return table.concat(out)
  end

  local function letters_of(field)
    return remembering(function(number) return letters_in(field, { v = { [field.name] = number } }) end)
  end

  local function write_flag(w, field, flag)
    if flag.also == nil then return add(w, flag.field, field.octets) end
    local source = w.source
    source:line("local l")
    add(w, flag.field, field.octets, "l = ")
    source:line("local also = l and %s(%s, element)", source:given(meant_instead), source:given(flag))
    source:line("if also then append_text(l, ' (here ' .. also.title .. ')') end")
  end

  -- The reserved bits of flags, where one is set: for all others a line less.
  local function write_reserved(w, field, reserved)
    local value, mask = value_text(field), reserved.mask
    local these = bit.band(mask, mask + 1) == 0 and string.format("%s %% %d", value, mask + 1)
      or string.format("%s(%s, %d)", w.source:given(bit.band), value, mask)
    w.source:line("if %s ~= 0 then", these)
    add(w, reserved.field, field.octets)
    w.source:line("end")
  end

  function write.flags(w, field)
    local source, letters, fixed = w.source, fresh(w, "letters"), true
    for _, flag in ipairs(field.flags) do fixed = fixed and flag.also == nil end
    local name, range = source:given(field.field), range_of(w, field.octets)
    source:line("local %s", letters)
    source:line("do")
    if w.drawn then
      if fixed then
        source:line("%s = %s(%s)", letters, source:given(letters_of(field)), value_text(field))
      else
        source:line("%s = %s(%s, element)", letters, source:given(letters_in), source:given(field))
      end
      source:line("local item = add(item, %s, %s)", name, range)
      source:line("if %s ~= '' then append_text(item, ' (' .. %s .. ')') end", letters, letters)
    else
      source:line("local item = item")
      source:line("if referenced(item, %s) then item = add(item, %s, %s) end", name, name, range)
    end
    for _, flag in ipairs(field.flags) do write_flag(w, field, flag) end
    if field.reserved then write_reserved(w, field, field.reserved) end
    source:line("end")
    say(w, field.name, letters)
    step(w, field.octets)
  end

  function write.signed(w, field)
    local source, value = w.source, value_text(field)
    if w.drawn and field.fraction then
      local degrees = fresh(w, "degrees")
      source:line("local %s = string.format('%%.5f', %s / %d)", degrees, value, field.fraction)
      add(w, field.field, field.octets, "local l = ")
      source:line("append_text(l, ' (' .. %s .. ' degrees)')", degrees)
      say(w, field.name, degrees)
    else
      add(w, field.field, field.octets)
      say(w, field.name, value)
    end
    if field.fraction then add(w, field.degrees_field, field.octets, nil, ", " .. value .. " / " .. field.fraction) end
    step(w, field.octets)
  end

  function write.address(w, field)
    add(w, field.field, field.octets)
    say(w, field.name, w.source:given(address_text) .. "(" .. value_text(field) .. ")")
    step(w, field.octets)
  end

  function write.octets(w, field)
    add(w, field.field, field.octets)
    say(w, field.name, w.source:given(hex) .. "(" .. value_text(field) .. ")")
    step(w, field.octets)
  end

  -- Several values of one size.
  local function add_each(w, field)
    w.source:line("local stop = %s + #%s * %d", place(w.k), value_text(field), field.octets)
    w.source:line("for at = %s, stop - 1, %d do", place(w.k), field.octets)
    w.k, w.range = 0, nil
    add(w, field.field, field.octets)
    w.source:line("end")
    w.source:line("at = stop")
    w.range = nil
  end

  function write.addresses(w, field) add_each(w, field) end

  function write.numbers(w, field)
    add_each(w, field)
    say(w, field.name, string.format("(%s[1] and table.concat(%s, ',') or 'none')", value_text(field), value_text(field)))
  end

  function write.prefix(w, field)
    add(w, field.length_field, 1)
    w.k = w.k + 1
    add(w, field.field, 16)
    local address, length = "v[" .. quoted(field.address_key) .. "]", "v[" .. quoted(field.length_key) .. "]"
    say(w, field.name, string.format("%s(%s) .. '/' .. %s", w.source:given(ipv6_text), address, length))
    w.k = w.k + 16
  end

  -- The seconds of a timestamp, and the moment, where a clock of the platform knows it: before the year 10000.
  local last_octets, last_moment, last_seconds -- an answer has that of its request again

  local function moment_of(octets)
    if octets == last_octets then return last_moment, last_seconds end
    local seconds, part = uint(octets, 1, 2) * 4294967296 + uint(octets, 3, 4), uint(octets, 7, 2)
    last_octets, last_seconds = octets, string.format("%.6f", seconds + part / 65536)
    last_moment = seconds < 253402300800 and NSTime.new(seconds, math.floor(part * 1000000000 / 65536)) or nil
    return last_moment, last_seconds
  end

  function write.time48(w, field)
    local source, value = w.source, w.source:given(moment_of) .. "(" .. value_text(field) .. ")"
    local time = source:given(field.time_field)
    if w.drawn then
      local seconds = fresh(w, "seconds")
      source:line("local moment, %s = %s", seconds, value)
      add(w, field.field, 8, "local l = ")
      source:line("if moment then add(item, %s, r, moment) end", time)
      source:line("append_text(l, ' (' .. %s .. ' s)')", seconds)
      say(w, field.name, seconds)
    else
      add(w, field.field, 8)
      source:line("local moment = referenced(item, %s) and %s", time, value)
      source:line("if moment then add(item, %s, %s, moment) end", time, range_of(w, 8))
    end
    step(w, 8)
  end

  function write.rest(w, field)
    local source, size = w.source, "#" .. value_text(field)
    local text = string.format("%s(%s, element, %s)", source:given(rest_text), source:given(field), value_text(field))
    if field.form == "text" then text = source:given(clean) .. "(" .. value_text(field) .. ")" end
    if field.octets_field then
      if w.drawn then
        local once = fresh(w, "text")
        source:line("local %s = %s", once, text)
        text = once
      end
      add(w, field.field, size, nil, ", " .. text)
      add(w, field.octets_field, size)
    else
      source:line("if %s > 0 then", size)
      add(w, field.field, size)
      source:line("end")
      w.range = nil
    end
    say(w, field.name, text)
    step(w, size)
  end

  write.sized, write.text = write.rest, write.rest

  function write.address_rest(w, field)
    local source, value = w.source, value_text(field)
    for _, octets in ipairs({ 16, 4 }) do
      source:line("if #%s == %d then", value, octets)
      add(w, octets == 16 and field.field or field.field4, octets)
      say(w, field.name, source:given(address_text) .. "(" .. value .. ")")
      source:line("end")
      w.range = nil
    end
    step(w, "#" .. value)
  end

  function write.flagged(w, field)
    local source, value = w.source, value_text(field)
    add(w, field.word_field, 4)
    source:line("if %s ~= 0 then", value)
    add(w, field.field, 4)
    source:line("end")
    step(w, "4")
    for _, part in ipairs(field.parts) do
      local text = value_text(part)
      source:line("if %s ~= nil then", text)
      add(w, part.field, part.octets)
      if part.kind == "address" then
        text = source:given(address_text) .. "(" .. text .. ")"
      elseif part.mask then
        text = string.format("%s(%s / %d) %% %d", source:given(math.floor), text, part.weight, part.count)
      end
      say(w, part.name, text)
      step(w, tostring(part.octets))
      source:line("end")
    end
  end

  -- Kinds that stand in tree.lua: a function(field, element, item, tvb, at) that gives what the line says of them, if
  -- anything, and the position behind.
  local function write_call(w, field)
    w.source:line("local text, behind = %s(%s, element, item, tvb, %s)", w.source:given(drawing[field.kind]), w.source:given(field), place(w.k))
    if w.drawn and w.said == nil then
      w.source:line("if text then")
      say(w, field.name, "text")
      w.source:line("end")
    end
    w.source:line("at = behind")
    w.k, w.range = 0, nil
  end

  local LATER = { flagged = true, address_rest = true, records = true } -- whether the line speaks of them is seen later

  local function said_text(w)
    if w.said == nil then return "count == 1 and last .. '' or string.sub(line, 2)" end
    if w.said[1] == nil then return "''" end
    if w.said[2] == nil then return w.said[1][2] .. " .. ''" end
    local parts = {}
    for i, one in ipairs(w.said) do parts[i] = quoted((i > 1 and " " or "") .. one[1] .. "=") .. " .. " .. one[2] end
    return table.concat(parts, " .. ")
  end

  local function write_function(fields)
    local w = { source = new_source(), drawn = visible, k = 0, said = {}, count = 0 }
    for _, field in ipairs(fields) do
      if LATER[field.kind] then w.said = nil end
    end
    local source = w.source
    source:line("local add, append_text, set_text, referenced = %s, %s, %s, %s", source:given(add_item),
      source:given(append_text), source:given(set_text), source:given(referenced))
    source:line("local v, label, r = element.v, element.label")
    if w.said == nil then source:line("local line, count, last = '', 0") end
    for _, field in ipairs(fields) do
      (write[field.kind] or write_call)(w, field)
    end
    if visible then
      source:line("if label then return label end")
      source:line("return %s", said_text(w))
    end
    local made = source:load("element, item, tvb, at", "drawing")
    if visible then drawn[fields] = made else asked[fields] = made end
    return made
  end

  -- Show the fields of an element from octet `at` of the Tvb; when it is drawn, gives what the line above says of them, or
  -- the label of the element where it has one.
  function drawing.fields(fields, element, item, tvb, at)
    return ((visible and drawn or asked)[fields] or write_function(fields))(element, item, tvb, at)
  end
end
