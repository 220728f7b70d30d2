-- A whole message: its options by order and by name, each read only where none like it was read before.

local name_option

do
  local inner_names = {}

  local function inner_name(name, part)
    local of_option = inner_names[name]
    if of_option == nil then
      if string.find(name, "^option%-") then return name .. "/" .. part end
      of_option = {}
      inner_names[name] = of_option
    end
    local whole = of_option[part]
    if whole == nil then
      whole = name .. "/" .. part
      if not string.find(part, "^sub%-option%-") then of_option[part] = whole end
    end
    return whole
  end

  -- One more under a name. A list of a first element is shared with other messages, so it grows as a copy.
  local function add_named(named, name, list)
    local before = named[name]
    if before == nil then
      named[name] = list
      return
    end
    local all = {}
    for i = 1, #before do all[i] = before[i] end
    for i = 1, #list do all[#all + 1] = list[i] end
    named[name] = all
  end

  -- Options by name: malformed ones count too, unknown ones are option-N. What is in them stands under `option/sub-option`.
  function name_option(named, element, entry)
    if not element.alone then
      local name = entry and entry.name or "option-" .. element.type
      element.name, element.alone = name, { element }
      if element.parts ~= NO_PARTS then
        local inner = {}
        for part, subs in pairs(element.parts) do inner[#inner + 1] = { name = inner_name(name, part), list = subs } end
        element.inner = inner
      end
    end
    local name, inner = element.name, element.inner or NOTHING
    if named[name] then add_named(named, name, element.alone) else named[name] = element.alone end
    for i = 1, #inner do add_named(named, inner[i].name, inner[i].list) end
  end
end

-- Few options are new: most stand in some message before, octet for octet and at the same place. Those are the same
-- elements again, which nothing may change once they are read; what they look like is worked out once too (`label`,
-- `info`). Those that came lately are remembered: in `young`, and in `old`, which was young before. More of them would cost
-- more than they save: each collection of garbage walks through them.
local MOST_YOUNG, LONGEST = 96, 64
local young, old, young_count = {}, {}, 0 -- place -> octets -> element

function forget_elements() young, old, young_count = {}, {}, 0 end

local function remember_element(element, octets)
  if young_count >= MOST_YOUNG then young, old, young_count = {}, young, 0 end
  local here = young[element.at]
  if here == nil then
    here = {}
    young[element.at] = here
  end
  here[octets] = element
  young_count = young_count + 1
end

local function remembered(at, octets)
  local here = young[at]
  local element = here and here[octets]
  if element then return element end
  here = old[at]
  element = here and here[octets]
  if element then remember_element(element, octets) end
  return element
end

local face_of

do
  local function octets_face(octets) return #octets .. (string.find(octets, "[^\0]") and "x" or "z") end

  -- The function that says what tells changing options of an entry apart; `v` are the values of the first.
  local function write_face(entry, v)
    local source, parts = new_source(), { quoted("," .. entry.name) }
    local function say(name)
      local value = "v[" .. quoted(name) .. "]"
      parts[#parts + 1] = type(v[name]) == "number" and value or source:given(octets_face) .. "(" .. value .. ")"
    end
    for _, field in ipairs(entry.fields) do
      for _, one in ipairs(field.parts or { field }) do
        if one.kind == "prefix" then say(one.length_key) end
        say(one.kind == "prefix" and one.address_key or one.name)
      end
    end
    source:line("return %s", table.concat(parts, " .. ',' .. "))
    entry.face = source:load("v", "face")
    return entry.face
  end

  -- What a steady rule (steady.py) can see of an option. Of a changing one: its numbers, the size of the rest, and whether
  -- that is all zero.
  function face_of(element, octets)
    local entry, v = element.entry, element.v
    if not (entry and entry.changing and v) then return element.at .. ":" .. octets end
    return element.at .. (entry.face or write_face(entry, v))(v)
  end
end

-- Whether an option may stand under the number of another, or have been read by the wrong length.
local function is_doubtful(m, element)
  local entry = element.entry
  return not entry or element.implausible or (entry.carried_in and not entry.carried_in[m.name])
end

local reading_now = { findings = {} } -- takes what is found of an option that is being read

-- An option that stands nowhere yet. `other`: the reading that it follows, where that is not the one taken.
local function new_option(m, s, octets, at, behind, other)
  local element = { -- whole at once, and with room for four more: a table that grows costs more than one that does not
    false, false, -- what it breaks in two kinds of messages (judging.lua)
    type = byte(s, at), length = byte(s, at + 1), offset = at - 1, at = at, stop = behind, v = false, entry = false,
    parts = NO_PARTS, face = false, name = false, alone = false, label = false,
  }
  if other then element.other = other end
  read_option(reading_now, element, s)
  if reading_now.findings[1] then element.findings, reading_now.findings = reading_now.findings, {} end
  element.face = face_of(element, octets)
  local entry = element.entry
  if ambiguous[element.type] and entry and entry.fields[#entry.fields].kind == "numbers" then
    element.implausible = not plausible(entry, element.v)
  end
  if not other and behind - at <= LONGEST then remember_element(element, octets) end
  return element
end

local function check_padding(m, s, at, length, stop)
  local past, odd = not m.cut and at + 2 + length > stop, string.find(s, "[^\0]", at + 2)
  odd = odd and odd < at + 2 + length and odd < stop
  if not past and not odd then return end
  local element = { type = 1, length = length, offset = at - 1, at = at, stop = stop, parts = NO_PARTS }
  if past then
    local text = "PadN has length " .. length .. ", and " .. stop - at - 2 .. " octets are there"
    found(m, description.form["option-past-end"], element, text)
  end
  if odd then found(m, description.form["padn-octets"], element, "PadN holds other octets than 0") end
end

-- An option whose octets are not all there. No more can be read behind it.
local function cut_option(m, at, stop, kind, length, known)
  local element = { type = kind, length = length, at = at, offset = at - 1, stop = stop, parts = NO_PARTS }
  local text = " has no length octet"
  if length then text = " has length " .. length .. ", and " .. stop - at - 2 .. " octets are there" end
  if not m.cut then found(m, description.form["option-past-end"], element, "option " .. kind .. text) end
  m.odd = element
  name_option(m.named, element, known)
end

-- What comes with an option that holds more than most: findings, sub-options, another of its name, or no name yet.
local function take_in(m, element, known)
  for i = 1, element.findings and #element.findings or 0 do m.findings[#m.findings + 1] = element.findings[i] end
  name_option(m.named, element, known)
end

-- Gives "ambiguous" where an option is one that may be read otherwise, "doubtful" where one should be.
local function read_options(m, s, at, stop)
  local options, named, chosen, n, other_reading = m.options, m.named, m.chosen, 0, nil
  while at < stop do
    local kind, length = byte(s, at, at + 1)
    if kind == 0 then
      at = at + 1
    elseif at + 2 > stop then
      cut_option(m, at, stop, kind, nil, option_of[kind])
      return other_reading
    else
      local other = chosen and chosen[at]
      local behind, span = at + 2 + length, other or spans[kind]
      if span then behind = at + 2 + span.unit * length + span.more end
      if kind == 1 then
        check_padding(m, s, at, length, stop)
      elseif behind > stop or behind < at + 2 then
        cut_option(m, at, stop, kind, length, other and other.entry or option_of[kind])
        return other_reading or ambiguous[kind] and "ambiguous"
      else
        local octets = sub(s, at, behind - 1)
        local element = not other and remembered(at, octets) or new_option(m, s, octets, at, behind, other)
        n = n + 1
        options[n] = element
        if ambiguous[kind] and other_reading ~= "doubtful" then
          other_reading = is_doubtful(m, element) and "doubtful" or "ambiguous"
        end
        local name = element.name -- false where it is new
        if not name or element.inner or element.findings or named[name] then
          take_in(m, element, other and other.entry or option_of[kind])
        else
          named[name] = element.alone
        end
      end
      at = behind
    end
  end
  return other_reading
end

local titles = {} -- what a message is called, by its name
for _, entry in ipairs(description.messages) do
  titles[entry.name] = entry.title
  if entry.proxy then titles[entry.proxy.name] = entry.proxy.title end
end

-- The option at an offset from the start of the Mobility Header.
local function option_by_offset(m, offset)
  local options = m.options
  for i = 1, #options do
    if options[i].offset == offset then return options[i] end
  end
end

local message_of = {} -- type -> description, or, where several share a type, a table of them by their first field
for _, entry in ipairs(description.messages) do
  if entry.when then
    local forms = message_of[entry.number] or { octets = entry.fields[1].octets, forms = {} }
    forms.forms[entry.when] = entry
    message_of[entry.number] = forms
  else
    message_of[entry.number] = entry
  end
end

local read_message

do
  -- Tables with room for eight: one that grows to that is allocated four times.
  local function new_named() return { a = nil, b = nil, c = nil, d = nil, e = nil, f = nil, g = nil, h = nil } end
  local function new_options() return { nil, nil, nil, nil, nil, nil, nil, nil } end

  -- A whole Mobility Header. `total`: its octets on the wire, of which `s` may have only the first.
  function read_message(s, total)
    local m = { -- whole at once: a table that grows costs more than one that does not
      type = false, checksum = nil, stated = nil, v = NOTHING, named = new_named(), findings = {}, cut = #s < total,
      options = new_options(), name = false, entry = nil, options_at = nil, shared = nil, shown = nil, base = nil,
      alone = nil, label = "",
    }
    local form = description.form
    if #s < 8 then
      m.type = byte(s, 3)
      if not m.cut then
        found(m, form["minimum-length"], nil, "a Mobility Header has at least 8 octets, and " .. #s .. " are there")
      end
      return m
    end
    local proto, units, kind, reserved, high, low = byte(s, 1, 6)
    m.type, m.checksum, m.stated = kind, high * 256 + low, 8 * units + 8
    if proto ~= 59 then found(m, form["payload-proto"], nil, "Payload Proto is " .. proto .. ", not 59") end
    if m.stated ~= total then
      found(m, form["header-length"], nil, "Header Len says " .. m.stated .. " octets, and " .. total .. " are there")
    end
    if reserved ~= 0 then
      found(m, form["reserved"], nil, string.format("the reserved octet is 0x%02x", reserved))
    end
    local stop = math.min(m.stated, #s) + 1
    local entry, told = message_of[kind], "message type " .. kind
    if entry and entry.forms then
      local first = uint(s, 7, entry.octets)
      entry, told = entry.forms[first], "form " .. first .. " of " .. told
    end
    if entry == nil then
      m.name = "message-" .. kind
      found(m, form["unknown-type"], nil, told .. " is unknown")
      return m
    end
    m.name = entry.name
    local behind = read_fields(entry.fields, m, m, s, 7, stop)
    if behind == nil then
      m.v = {}
      if not m.cut then
        local text = entry.title .. " is longer than the " .. stop - 1 .. " octets that are there"
        found(m, form["minimum-length"], nil, text)
      end
      return m
    end
    m.entry = entry
    if entry.proxy and bit.band(m.v.flags, entry.proxy_mask) ~= 0 then
      m.name = entry.proxy.name
    end
    m.options_at = behind
    local other = read_options(m, s, behind, stop)
    if other and (other == "doubtful" or m.findings[1]) then read_otherwise(m, s, behind, stop) end
    return m
  end
end
