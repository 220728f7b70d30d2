-- Options, sub-options and records in Wireshark's tree. `at` is where one stands in the octets of `tvb`.

local lines -- the lines of options and what is in them, by element, where something will be said of any

-- Add a field, where anyone looks at it: its line, or nil.
local function put(item, field, tvb, at, octets, value)
  if visible or referenced(item, field) then
    if value then return add_item(item, field, tvb(at, octets), value) end
    return add_item(item, field, tvb(at, octets))
  end
end

-- What the line of an element says: its title, and what its fields say. It stands in the element, which comes again.
local function entitle(line, element, title, text)
  local label = element.label
  if not label then
    label = text and text ~= "" and title .. ": " .. text or title
    element.label = label
  end
  set_text(line, label)
end

function drawing.records(field, element, item, tvb, at)
  local octets = element.undecoded and element.undecoded[field.name]
  if octets then
    if #octets > 0 then put(item, field.octets_field, tvb, at, #octets) end
    return hex(octets), at + #octets
  end
  local list = element.parts[field.name]
  for i = 1, #list do
    local one = list[i]
    local size = one.stop - one.at
    local whole = put(item, field.field, tvb, at, size)
    local line = whole or item
    if lines then lines[one] = whole end
    local text = drawing.fields(one.record.fields, one, line, tvb, at)
    if visible then entitle(line, one, one.record.title, text) end
    at = at + size
  end
  return not field.single and #list or nil, at
end

local PADS = { [0] = "Pad1", [1] = "PadN" }

local function show_suboption(one, item, tvb, at)
  local size, entry, text = one.stop - one.at, one.entry, nil
  local line = item
  if visible then -- one TvbRange for the whole and its type: they cost most of all
    local range = tvb(at, size)
    line = add_item(item, F.suboption, range)
    set_len(add_item(line, F.suboption_type, range, one.type), 1)
    if lines then lines[one] = line end
  else
    local whole = put(item, F.suboption, tvb, at, size)
    line = whole or item
    if lines then lines[one] = whole end
    put(line, F.suboption_type, tvb, at, 1)
  end
  if one.length then put(line, F.suboption_length, tvb, at + 1, 1) end
  if entry then
    text = drawing.fields(entry.fields, one, line, tvb, at + 2)
    if one.trailing then put(line, F.suboption_trailing, tvb, at + one.trailing - one.at, one.stop - one.trailing) end
  elseif size > 2 then
    put(line, F.suboption_data, tvb, at + 2, size - 2)
  end
  if visible then
    local known = entry or one.asked
    entitle(line, one, known and known.title or one.pad and PADS[one.type] or "Sub-option " .. one.type, text)
  end
  return at + size
end

function drawing.suboptions(field, element, item, tvb, at)
  local list = element.subs
  for i = 1, #list do at = show_suboption(list[i], item, tvb, at) end
  return nil, at
end

local show_option

do
  local OPTION, TYPE, LENGTH, OFFSET = F.option, F.option_type, F.option_length, F.option_offset

  -- An option's line and its fields; gives the line, or what it would stand in.
  function show_option(element, tree, tvb, at, with_offset)
    local size, entry, text = element.stop - element.at, element.entry, nil
    local line
    if visible and at == 0 then -- what begins where Wireshark's current Tvb does needs no TvbRange, which costs most of all
      line = add_item(tree, OPTION)
      set_len(line, size)
      set_len(add_item(line, TYPE, element.type), 1)
      add_item(line, LENGTH, tvb(1, 1), element.length)
      if with_offset then set_generated(add_item(line, OFFSET, element.offset)) end
    else
      line = put(tree, OPTION, tvb, at, size) or tree
      put(line, TYPE, tvb, at, 1)
      put(line, LENGTH, tvb, at + 1, 1, element.length)
      local offset = with_offset and put(line, OFFSET, tvb, at, 1, element.offset)
      if offset then set_generated(offset) end
    end
    if lines then lines[element] = line end
    if entry then
      text = drawing.fields(entry.fields, element, line, tvb, at + 2)
      if element.trailing then
        put(line, F.option_trailing, tvb, at + element.trailing - element.at, element.stop - element.trailing)
      end
    elseif size > 2 then
      put(line, F.option_data, tvb, at + 2, size - 2)
    end
    if visible then
      local known = entry or option_of[element.type]
      entitle(line, element, known and known.title or "Option " .. element.type .. " (unknown)", text)
    end
    return line
  end
end
