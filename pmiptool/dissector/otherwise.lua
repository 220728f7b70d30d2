-- Options read otherwise, where the texts contradict themselves. Only where something is odd under the readings taken
-- are the others tried; one is taken only where it alone makes sense: of lengths, where all that follows does too.

local level_of = {}
for _, rule in ipairs(description.rules) do level_of[rule.id] = rule.level end

-- Other readings of the options in force.
function number_others()
  lengths_of, numbers_of, ambiguous = {}, {}, {}
  for kind, entry in pairs(option_of) do
    local unit, more = span_of(kind)
    for _, length in ipairs(entry.lengths or NOTHING) do
      local list = lengths_of[kind] or {}
      local other = { entry = entry, rule = length.rule, last = length.last, text = length.text }
      other.unit, other.more = length.unit, length.more
      if unit == length.unit and more == length.more then -- a setting has made the other reading the one that is taken
        other.unit, other.more, other.text = 1, 0, length.turned
      end
      list[#list + 1] = other
      lengths_of[kind], ambiguous[kind] = list, true
    end
    for _, number in ipairs(entry.numbers and entry.numbers.list or NOTHING) do
      if number ~= kind and option_of[number] then
        local list = numbers_of[number] or {}
        local its_unit, its_more = span_of(number)
        local other = { entry = entry, rule = entry.numbers.rule, text = entry.numbers.text }
        other.unit, other.more = its_unit, its_more
        list[#list + 1] = other
        numbers_of[number], ambiguous[number] = list, true
      end
    end
  end
end

-- Whether values are ones that their description knows: reserved bits 0, members of enumerations, identifiers once and
-- not 0.
local function known_number(field, number)
  if field.reserved and number ~= 0 then return false end
  return not field.enum or current_names[field.enum][number] ~= nil
end

function plausible(entry, v)
  for _, field in ipairs(entry.fields) do
    if field.kind == "uint" and not known_number(field, v[field.name]) then return false end
    if field.kind == "bits" then
      for _, part in ipairs(field.parts) do
        if not known_number(part, v[part.name]) then return false end
      end
    end
    if field.kind == "numbers" then
      local seen = { [0] = true }
      if #v[field.name] == 0 then return false end
      for _, number in ipairs(v[field.name]) do
        if seen[number] then return false end
        seen[number] = true
      end
    end
  end
  return true
end

-- The element of octets that fit their format and leave nothing to say.
local function clean(m, entry, unit, s, at, stop)
  local trial, one, behind = { findings = {} }, { v = {}, parts = NO_PARTS }, nil
  if unit == 8 then
    behind = read_in_units(entry, trial, one, s, at, stop)
  else
    behind = read_fields(entry.fields, trial, one, s, at, stop)
  end
  return behind == stop and #trial.findings == 0 and one or nil
end

-- The options, by position, whose length counts otherwise than it should.
local function other_lengths(m, s, start, stop)
  local sense, padded = { [stop] = true }, { [stop] = true }
  local function fits(kind, at, other)
    local unit, more = span_of(kind)
    if other then unit, more = other.unit, other.more end
    local behind = at + 2 + unit * byte(s, at + 1) + more
    local last = false
    for _, one in ipairs(lengths_of[kind] or NOTHING) do last = last or one.last end
    if behind < at + 2 or behind > stop or not (last and padded or sense)[behind] then return nil end
    local entry = other and other.entry or option_of[kind]
    local one = clean(m, entry, unit, s, at + 2, behind)
    return one and (not other or plausible(entry, one.v)) and behind or nil
  end
  for at = stop - 1, start, -1 do
    local kind = byte(s, at)
    if kind == 0 then
      sense[at], padded[at] = sense[at + 1], padded[at + 1]
    elseif at + 2 <= stop and kind == 1 then
      local behind = at + 2 + byte(s, at + 1)
      if behind <= stop and not string.find(sub(s, at + 2, behind - 1), "[^\0]") then
        sense[at], padded[at] = sense[behind], padded[behind]
      end
    elseif at + 2 <= stop and option_of[kind] then
      sense[at] = fits(kind, at) ~= nil
      for _, other in ipairs(lengths_of[kind] or NOTHING) do sense[at] = sense[at] or fits(kind, at, other) ~= nil end
    end
  end
  local chosen, any, at = {}, false, start
  while at + 2 <= stop do
    local kind = byte(s, at)
    local behind = at + 1
    if kind ~= 0 then
      local unit, more = span_of(kind)
      behind = at + 2 + unit * byte(s, at + 1) + more
      if lengths_of[kind] and not fits(kind, at) then
        local fitting, ends = {}, nil
        for _, other in ipairs(lengths_of[kind]) do
          local found_at = fits(kind, at, other)
          if found_at then fitting[#fitting + 1], ends = other, found_at end
        end
        if #fitting == 1 then chosen[at], behind, any = fitting[1], ends, true end
      end
      if behind <= at then break end
    end
    at = behind
  end
  return any and chosen
end

-- Whether something is wrong with an option or one of its sub-options.
local function is_odd(m, element)
  for _, finding in ipairs(m.findings) do
    if finding.element == element then return true end
    for _, one in ipairs(element.subs or NOTHING) do
      if finding.element == one then return true end
    end
  end
  return false
end

-- The options, by position, that stand under the number of another.
local function other_numbers(m, s)
  local chosen, any = {}, false
  for _, element in ipairs(m.options) do
    local others = not element.other and numbers_of[element.type]
    if others and (is_odd(m, element) or is_doubtful(m, element)) then
      for _, other in ipairs(others) do
        local entry = other.entry
        local one = entry.carried_in[m.name] and clean(m, entry, 1, s, element.at + 2, element.stop)
        if one and plausible(entry, one.v) then chosen[element.at], any = other, true end
      end
    end
  end
  return any and chosen
end

function read_otherwise(m, s, at, stop)
  local of_header = {}
  for _, finding in ipairs(m.findings) do
    if finding.element == nil then of_header[#of_header + 1] = finding end
  end
  local function again(chosen)
    local before = { m.named, m.options, m.findings, m.chosen, m.odd }
    m.named, m.options, m.findings, m.chosen, m.odd = {}, {}, {}, chosen, nil
    for i, finding in ipairs(of_header) do m.findings[i] = finding end
    read_options(m, s, at, stop)
    return before
  end
  local lengths = #m.findings > #of_header and other_lengths(m, s, at, stop)
  if lengths then again(lengths) end
  local numbers = other_numbers(m, s)
  if not numbers then return end
  for position, other in pairs(lengths or NOTHING) do numbers[position] = other end
  local before = again(numbers)
  for i = #of_header + 1, #m.findings do
    if level_of[m.findings[i].id] == "error" then
      m.named, m.options, m.findings, m.chosen, m.odd = before[1], before[2], before[3], before[4], before[5]
      return
    end
  end
end
