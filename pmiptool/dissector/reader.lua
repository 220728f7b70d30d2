-- From octets to elements, as the codec does it: every option is cut to its own length before it is looked into,
-- and what is left over or missing is a finding on that option. Nothing here touches Wireshark.
--
-- An element (option or sub-option) has: type, length (its octet), offset (from the start of the Mobility Header),
-- at and stop (positions in the string, stop behind its end), entry (its description, nil when unknown or misfit),
-- v (values by field), subs (sub-options), parts (those, and records, by name), trailing (position of what its format
-- leaves over), other (the reading that it follows where that is not the one taken: otherwise.lua), label (what its
-- line says, once it was drawn).

local NO_PARTS = {}

local option_of = {} -- type -> description, under the code points in force
local suboption_of = {} -- space -> number -> { [format or 0] = description }
local suboption_names = {} -- space -> number -> name
local units_type -- the option whose length counts units of 8 octets
local forms_of = {} -- space -> number -> other forms of its sub-options (other fields), where texts contradict
local lengths_of, numbers_of = {}, {} -- type -> other readings of its options: of their length, of their number
local ambiguous = {} -- the types of both
local spans = {} -- type -> unit and more, where the length of an option does not just count its octets
local number_others, read_otherwise, plausible -- stand in otherwise.lua
local forget_elements -- stands below

-- How the length of an option counts: so many octets each, and so many besides, behind type and length.
local function span_of(kind)
  local known = option_of[kind]
  if kind == units_type then return 8, -2 end
  if known and known.words then return 4, 2 end
  return 1, 0
end

local function number_of(entry)
  local number = entry.number
  if type(number) == "string" then return set[number], true end
  return number, false
end

-- Fill the tables above from the code points.
local function number_options()
  option_of, suboption_of, units_type = {}, {}, nil
  for _, chosen in ipairs({ false, true }) do -- a code point wins over a registered number
    for _, entry in ipairs(description.options) do
      local number, is_chosen = number_of(entry)
      if number and is_chosen == chosen and (entry.dialect == nil or entry.dialect == set.dialect) then
        option_of[number] = entry
        if entry.units and set.fid_length_unit == "units-of-8" then units_type = number end
      end
    end
  end
  for key, space in pairs(description.spaces) do
    local numbers, names = {}, {}
    for _, entry in ipairs(space.entries) do
      local number = number_of(entry)
      names[number] = entry.name
      numbers[number] = numbers[number] or {}
      numbers[number][entry.when or 0] = entry
      if entry.when then numbers[number].by_format, numbers[number].chooser = true, entry.when_at end
    end
    forms_of[key] = {}
    for _, form in ipairs(space.forms) do
      local list = forms_of[key][form.number] or {}
      list[#list + 1] = form
      forms_of[key][form.number] = list
    end
    suboption_of[key], suboption_names[key] = numbers, names
  end
  spans = {}
  for number in pairs(option_of) do
    local unit, more = span_of(number)
    if unit ~= 1 or more ~= 0 then spans[number] = { unit = unit, more = more } end
  end
  number_others()
  forget_elements()
end

local function found(m, id, element, text)
  m.findings[#m.findings + 1] = { id = id, element = element, text = text }
end

function read.sized(field, m, element, s, at, stop)
  local behind = at + field.unit * element.v[field.count]
  if behind > stop then return nil end
  element.v[field.name] = sub(s, at, behind - 1)
  return behind
end

function read.addresses(field, m, element, s, at, stop)
  local behind = at + field.octets * element.v[field.count]
  if behind > stop then return nil end
  local list = {}
  while at < behind do
    list[#list + 1] = sub(s, at, at + field.octets - 1)
    at = at + field.octets
  end
  element.v[field.name] = list
  return behind
end

function read.address_rest(field, m, element, s, at, stop)
  local best
  for _, octets in ipairs(field.sizes) do
    if at + octets <= stop then best = octets end
  end
  if best == nil then return nil end
  element.v[field.name] = sub(s, at, at + best - 1)
  return at + best
end

function read.numbers(field, m, element, s, at, stop)
  local list = {}
  while at + field.octets <= stop and (field.maximum == nil or #list < field.maximum) do
    list[#list + 1] = uint(s, at, field.octets)
    at = at + field.octets
  end
  element.v[field.name] = list
  return at
end

-- Records inside an element: each is an element too, and stands among its parts under the name of the field. Octets
-- that no text describes stand in `undecoded`; then there is no value.
function read.records(field, m, element, s, at, stop)
  local name, list = field.name, {}
  local count = field.count and element.v[field.count]
  if element.parts == NO_PARTS then element.parts = {} end
  if not field.single and (count == 0 or count == nil and at == stop) then
    element.v[name], element.parts[name] = list, list
    return at
  end
  if field.by_at and at + field.by_at >= stop then return nil end
  local by = field.by_at and byte(s, at + field.by_at) or field.by and element.v[field.by] or 0
  local record = field.records[field.of[by]]
  if record == nil then
    element.undecoded = element.undecoded or {}
    element.undecoded[name] = sub(s, at, stop - 1)
    return stop
  end
  local most = field.single and 1 or count
  while most and #list < most or not most and at < stop do
    local one = { type = element.type, at = at, offset = at - 1, parts = NO_PARTS, record = record, label = false }
    local behind = read_fields(record.fields, m, one, s, at, stop)
    if behind == nil then
      if most then return nil end
      break
    end
    one.stop = behind
    list[#list + 1] = one
    at = behind
  end
  element.parts[name] = list
  element.v[name] = field.single and list[1].v or list
  return at
end

-- The ends of ranges, by entry: none stands without its start.
for _, space in pairs(description.spaces) do
  for _, list in ipairs({ space.entries, space.forms }) do
    for _, entry in ipairs(list) do
      entry.ends = {}
      for _, part in ipairs(entry.start_rule and entry.fields[#entry.fields].parts or NOTHING) do
        if part.start then table.insert(entry.ends, part) end
      end
    end
  end
end

-- An End that stands without its Start.
local function check_starts(m, element, entry)
  local ends, v = entry.ends, element.v
  for i = 1, #ends do
    local part = ends[i]
    if v[part.name] and v[part.start] == nil then
      found(m, entry.start_rule, element, part.name .. " stands without " .. part.start)
    end
  end
end

-- A sub-option in other fields, where its octets fit those alone.
local function read_other_form(space, m, element, s, at, stop)
  for _, form in ipairs(forms_of[space.key][element.type] or NOTHING) do
    if form.when == nil or (at + form.when_at < stop and byte(s, at + form.when_at) == form.when) then
      element.parts = NO_PARTS
      if read_fields(form.fields, m, element, s, at, stop) == stop then
        check_starts(m, element, form)
        found(m, form.rule, element, form.text)
        element.entry = form
        return true
      end
    end
  end
  element.v = nil
end

-- One sub-option that has its octets: its description and values, or the finding that it has none.
local function read_suboption(space, m, element, s, at, stop)
  local numbers = suboption_of[space.key][element.type]
  local chooser = at + (numbers and numbers.chooser or 0)
  local format = numbers and numbers.by_format and chooser < stop and byte(s, chooser) or 0
  local entry = numbers and numbers[format]
  if entry == nil then
    if read_other_form(space, m, element, s, at, stop) then return end
    local text = "sub-option " .. element.type .. " is unknown"
    if format ~= 0 then text = "format " .. format .. " of sub-option " .. element.type .. " is unknown" end
    if space.unknown then found(m, space.unknown, element, text) end
    return
  end
  local behind = read_fields(entry.fields, m, element, s, at, stop)
  if behind ~= stop then
    local v, parts = element.v, element.parts
    if read_other_form(space, m, element, s, at, stop) then return end
    element.v, element.parts = v, parts
    found(m, entry.length_rule, element, entry.title .. ": its " .. stop - at .. " octets do not fit its format")
    if behind == nil then
      element.v, element.parts = false, NO_PARTS
      return
    end
    element.trailing = behind
  end
  element.entry = entry
  check_starts(m, element, entry)
end

-- `more`: how many octets more than its length says stand behind a PadN.
local function walk_suboptions(field, m, element, s, at, stop, more)
  local space, known, names = description.spaces[field.space], suboption_of[field.space], suboption_names[field.space]
  local list, parts = {}, {}
  element.subs, element.parts = list, parts
  while at < stop do
    local kind = byte(s, at)
    local pad = known[kind]
    pad = pad and pad[0] and pad[0].pad
    local one = {
      type = kind, at = at, offset = at - 1, pad = pad, parts = NO_PARTS, v = false, entry = false, stop = false, label = false,
      asked = space.unknown == nil and option_of[kind] or nil, -- a type of option, which is asked for
    }
    if not pad then
      local name = names[kind] or "sub-option-" .. kind
      if parts[name] then parts[name][#parts[name] + 1] = one else parts[name] = { one } end
    end
    list[#list + 1] = one
    if kind == 0 and pad then
      one.stop = at + 1
    else
      local length = at + 1 < stop and byte(s, at + 1) or nil
      one.length = length
      one.stop = length and at + 2 + length - space.header + (kind == 1 and pad and more or 0) or stop
      if length == nil or one.stop > stop or one.stop < at + 2 then
        local text = length and (" has length " .. length .. ", and " .. stop - at .. " octets are there")
        found(m, space.past_end, one, "sub-option " .. kind .. (text or " has no length octet"))
        one.stop = stop
      elseif not pad then
        read_suboption(space, m, one, s, at + 2, one.stop)
      end
    end
    at = one.stop
  end
  return at
end

-- Where something is wrong, and nothing would be if the lengths of PadN were read otherwise, they are.
function read.suboptions(field, m, element, s, at, stop)
  local before = #m.findings
  local behind = walk_suboptions(field, m, element, s, at, stop, 0)
  local padn = suboption_of[field.space][1]
  padn = padn and padn[0] and padn[0].padn
  if not padn or #m.findings == before then return behind end
  local padded = false
  for _, one in ipairs(element.subs) do padded = padded or one.pad and one.type == 1 end
  if not padded then return behind end
  local trial, other, pads = { findings = {} }, {}, {}
  walk_suboptions(field, trial, other, s, at, stop, padn.more)
  if #trial.findings > 0 then return behind end
  for _, one in ipairs(other.subs) do
    if one.pad and one.type == 1 then
      if string.find(sub(s, one.at + 2, one.stop - 1), "[^\0]") then return behind end
      pads[#pads + 1] = one
    end
  end
  for i = #m.findings, before + 1, -1 do m.findings[i] = nil end
  element.subs, element.parts = other.subs, other.parts
  for _, one in ipairs(pads) do found(m, padn.rule, one, padn.text) end
  return stop
end

-- The length counts units of 8 octets and zero octets fill the tail: try how many, and take what breaks least.
local function read_in_units(entry, m, element, s, at, stop)
  local best, best_broken
  for filled = math.min(7, stop - at - 6), 0, -1 do
    if not string.find(sub(s, stop - filled, stop - 1), "[^\0]") then
      local trial = { findings = {} }
      local one = { parts = NO_PARTS }
      local behind = read_fields(entry.fields, trial, one, s, at, stop - filled)
      local broken = 0
      for _, finding in ipairs(trial.findings) do
        if string.find(finding.id, "/sub-option-past-end", 1, true) then broken = broken + 1 end
      end
      if behind == stop - filled and (best == nil or broken < best_broken) then
        best, best_broken = { one = one, findings = trial.findings, behind = behind }, broken
      end
    end
  end
  if best == nil then return nil end
  element.v, element.subs, element.parts = best.one.v, best.one.subs, best.one.parts
  element.filled = best.behind < stop and best.behind or nil
  for _, finding in ipairs(best.findings) do m.findings[#m.findings + 1] = finding end
  return stop
end

-- One option whose octets are there, type and length read.
local function read_option(m, element, s)
  local kind, at, stop = element.type, element.at + 2, element.stop
  local other = element.other
  local entry = other and other.entry or option_of[kind]
  if entry == nil then
    found(m, description.form["unknown-option"], element, "option " .. kind .. " is unknown")
    return
  end
  local behind
  local unit = other and other.unit or span_of(kind)
  if unit == 8 then
    behind = read_in_units(entry, m, element, s, at, stop)
  else
    behind = read_fields(entry.fields, m, element, s, at, stop)
  end
  if behind ~= stop then
    found(m, entry.length_rule, element, entry.title .. ": length " .. stop - at .. " does not fit its format")
    if behind == nil then
      element.v, element.parts = false, NO_PARTS
      return
    end
    element.trailing = behind
  end
  element.entry = entry
  if other then found(m, other.rule, element, other.text) end
end
