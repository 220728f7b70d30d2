-- From elements to Wireshark's tree: values as text, and how each kind of field is shown.

-- Octets of the wire as text that every output can carry: valid UTF-8 stays, the rest and controls become \xNN.
local function clean(octets)
  if not string.find(octets, "[^\32-\126]") then return octets end
  local out, at, last = {}, 1, #octets
  while at <= last do
    local a, b, c = byte(octets, at, at + 2)
    local n = utf8_octets(octets, at)
    if n == 1 and (a < 32 or a == 127) or n == 2 and a == 194 and b < 160 then n = nil end -- controls
    if n == 3 and a == 226 and b == 128 and c >= 168 and c <= 174 then n = nil end -- line ends, changes of direction
    out[#out + 1] = n and sub(octets, at, at + n - 1) or string.format("\\x%02x", a)
    at = at + (n or 1)
  end
  return table.concat(out)
end

local function hex(octets)
  return (string.gsub(octets, ".", function(c) return string.format("%02x", byte(c)) end))
end

-- RFC 5952; remembered, because few addresses come often.
local address_texts, address_count = {}, 0

local function ipv6_text(octets)
  local text = address_texts[octets]
  if text then return text end
  local words, best, best_size, run = {}, 0, 1, 0
  for i = 1, 8 do
    words[i] = uint(octets, 2 * i - 1, 2)
    run = words[i] == 0 and run + 1 or 0
    if run > best_size then best, best_size = i - run + 1, run end
  end
  local out = {}
  for i = 1, 8 do
    if best > 0 and i == best then
      out[#out + 1] = i == 1 and "::" or ":"
    elseif best == 0 or i < best or i >= best + best_size then
      out[#out + 1] = string.format(i < 8 and "%x:" or "%x", words[i])
    end
  end
  text = table.concat(out)
  if address_count > 10000 then address_texts, address_count = {}, 0 end
  address_texts[octets], address_count = text, address_count + 1
  return text
end

local function address_text(octets)
  if #octets == 16 then return ipv6_text(octets) end
  if #octets == 4 then return table.concat({ byte(octets, 1, 4) }, ".") end
  return hex(octets)
end

-- The labels of DNS with a dot behind each, or text as it is; text that ends with a dot shows it as \x2e.
local function domain_text(octets)
  local labels, at = {}, 1
  while at <= #octets and byte(octets, at) > 0 and byte(octets, at) < 64 and at + byte(octets, at) <= #octets do
    local label = sub(octets, at + 1, at + byte(octets, at))
    if string.find(label, "[^!-~]") or string.find(label, "[.\\]") then break end
    labels[#labels + 1] = label
    at = at + 1 + #label
  end
  if at == #octets and byte(octets, at) == 0 then return table.concat(labels, ".") .. "." end
  return (string.gsub(clean(octets), "%.$", "\\x2e"))
end

local function rest_text(field, element, octets)
  local form = field.form or (field.forms and field.forms[element.v[field.by]]) or "hex"
  if form == "text" then return clean(octets) end
  if form == "address" then return address_text(octets) end
  if form == "imsi" then return (string.gsub(hex(octets), "f$", "")) end
  if form == "eui" then return (string.gsub(string.gsub(hex(octets), "..", "%0:"), ":$", "")) end
  if form == "domain" then return domain_text(octets) end
  if form == "number" and #octets <= 6 then
    local number = 0
    for i = 1, #octets do number = number * 256 + byte(octets, i) end
    return string.format("%.0f", number)
  end
  return hex(octets)
end

local function named(field, number)
  local names = field.enum and current_names[field.enum]
  return names and (names[number] or field.enum.key .. "_" .. number)
end

local function enum_text(name, number)
  local enum = description.enums[name]
  return enum and current_names[enum][number] or number
end

-- What the line of an element says of a field: name=value, or the value alone where it is the only one.
local function brief(out, name, text) out[#out + 1] = { name, text } end

local function brief_text(out)
  if #out == 1 then return tostring(out[1][2]) end
  local parts = {}
  for i, pair in ipairs(out) do parts[i] = pair[1] .. "=" .. pair[2] end
  return table.concat(parts, " ")
end

local show = {}
local visible = true -- whether the tree is drawn; where it is not, only fields that someone asks for are added

-- Add a field, where anyone looks at it: its line, or nil.
local function put(item, field, range, at, octets, text)
  if visible or item:referenced(field) then
    if text then return item:add(field, range(at, octets), text) end
    return item:add(field, range(at, octets))
  end
end

-- Each shows one field from position `at` and gives the position behind it. `range(at, octets)` is the TvbRange.
local function show_fields(list, element, item, range, at, out)
  for i = 1, #list do
    local field = list[i]
    at = field.show(field, element, item, range, at, out)
  end
end

local function show_uint(field, element, item, range, at, octets, out)
  local line = put(item, field.field, range, at, octets)
  if not visible then return end
  local number = element.v[field.name]
  local name = named(field, number)
  if name and name ~= field.enum.static[number] then
    line:set_text(field.title .. ": " .. name .. " (" .. number .. ")")
  end
  if field.unit then line:append_text(" (" .. number * field.unit .. " s)") end
  if not field.reserved then brief(out, field.name, name or number) end
end

function show.uint(field, element, item, range, at, out)
  show_uint(field, element, item, range, at, field.octets, out)
  return at + field.octets
end

function show.bits(field, element, item, range, at, out)
  for _, part in ipairs(field.parts) do show_uint(part, element, item, range, at, field.octets, out) end
  return at + field.octets
end

-- What the bit of a flag means instead, beside an option in a message that is no proxy form.
local function meant_instead(flag, m)
  local also = flag.also
  return also and m.name == m.entry.name and m.named[also.beside] and also
end

local function letters(field, m)
  local out, number = {}, m.v[field.name]
  for _, flag in ipairs(field.flags) do
    if bit.band(number, flag.mask) ~= 0 then out[#out + 1] = (meant_instead(flag, m) or flag).letter end
  end
  return table.concat(out)
end

function show.flags(field, element, item, range, at, out)
  local line = put(item, field.field, range, at, field.octets) or item
  for _, flag in ipairs(field.flags) do
    local shown, also = put(line, flag.field, range, at, field.octets), meant_instead(flag, element)
    if shown and also then shown:append_text(" (here " .. also.title .. ")") end
  end
  if visible then
    local text = letters(field, element)
    if text ~= "" then line:append_text(" (" .. text .. ")") end
    brief(out, field.name, text)
  end
  return at + field.octets
end

function show.signed(field, element, item, range, at, out)
  local line = put(item, field.field, range, at, field.octets)
  local number = element.v[field.name]
  local text = number
  if field.fraction then
    put(item, field.degrees_field, range, at, field.octets, number / field.fraction)
    text = string.format("%.5f", number / field.fraction)
    if visible then line:append_text(" (" .. text .. " degrees)") end
  end
  if visible then brief(out, field.name, text) end
  return at + field.octets
end

function show.address(field, element, item, range, at, out)
  put(item, field.field, range, at, field.octets)
  if visible then brief(out, field.name, address_text(element.v[field.name])) end
  return at + field.octets
end

function show.octets(field, element, item, range, at, out)
  put(item, field.field, range, at, field.octets)
  if visible then brief(out, field.name, hex(element.v[field.name])) end
  return at + field.octets
end

function show.addresses(field, element, item, range, at, out)
  local list = element.v[field.name]
  for i = 1, #list do put(item, field.field, range, at + field.octets * (i - 1), field.octets) end
  return at + field.octets * #list
end

function show.prefix(field, element, item, range, at, out)
  put(item, field.length_field, range, at, 1)
  put(item, field.field, range, at + 1, 16)
  if visible then
    brief(out, field.name, ipv6_text(element.v[field.address_key]) .. "/" .. element.v[field.length_key])
  end
  return at + 17
end

function show.time48(field, element, item, range, at, out)
  local line = put(item, field.field, range, at, 8)
  if visible or item:referenced(field.time_field) then
    local where = range(at, 8)
    local s = where:raw()
    local seconds, part = uint(s, 1, 2) * 4294967296 + uint(s, 3, 4), uint(s, 7, 2)
    if seconds < 253402300800 then -- the year 10000: no clock of the platform needs to know more
      item:add(field.time_field, where, NSTime.new(seconds, math.floor(part * 1000000000 / 65536)))
    end
    if visible then
      local text = string.format("%.6f", seconds + part / 65536)
      line:append_text(" (" .. text .. " s)")
      brief(out, field.name, text)
    end
  end
  return at + 8
end

function show.rest(field, element, item, range, at, out)
  local octets = element.v[field.name]
  if field.octets_field then
    if visible or item:referenced(field.field) then
      local text = rest_text(field, element, octets)
      item:add(field.field, range(at, #octets), text)
      brief(out, field.name, text)
    end
    put(item, field.octets_field, range, at, #octets)
  else
    if #octets > 0 then put(item, field.field, range, at, #octets) end
    if visible then brief(out, field.name, rest_text(field, element, octets)) end
  end
  return at + #octets
end

show.sized, show.text = show.rest, show.rest

function show.records(field, element, item, range, at, out)
  local octets = element.undecoded and element.undecoded[field.name]
  if octets then
    if #octets > 0 then put(item, field.octets_field, range, at, #octets) end
    if visible then brief(out, field.name, hex(octets)) end
    return at + #octets
  end
  local list = element.parts[field.name]
  for _, one in ipairs(list) do
    local whole = put(item, field.field, range, one.at, one.stop - one.at)
    local line, inner = whole or item, {}
    one.item = whole
    show_fields(one.record.fields, one, line, range, one.at, inner)
    if visible then
      local text = brief_text(inner)
      line:set_text(text ~= "" and one.record.title .. ": " .. text or one.record.title)
    end
    at = one.stop
  end
  if visible and not field.single then brief(out, field.name, #list) end
  return at
end

function show.address_rest(field, element, item, range, at, out)
  local octets = element.v[field.name]
  if #octets == 16 then
    put(item, field.field, range, at, 16)
    brief(out, field.name, ipv6_text(octets))
  elseif #octets == 4 then
    put(item, field.field4, range, at, 4)
    brief(out, field.name, table.concat({ byte(octets, 1, 4) }, "."))
  end
  return at + #octets
end

function show.numbers(field, element, item, range, at, out)
  local list = element.v[field.name]
  for i = 1, #list do put(item, field.field, range, at + (i - 1) * field.octets, field.octets) end
  if visible then brief(out, field.name, #list > 0 and table.concat(list, ",") or "none") end
  return at + #list * field.octets
end

function show.flagged(field, element, item, range, at, out)
  put(item, field.word_field, range, at, 4)
  if element.v[field.name] ~= 0 then put(item, field.field, range, at, 4) end
  at = at + 4
  for _, part in ipairs(field.parts) do
    local value = element.v[part.name]
    if value ~= nil then
      put(item, part.field, range, at, part.octets)
      if visible then
        if part.kind == "address" then
          value = part.octets == 16 and ipv6_text(value) or table.concat({ byte(value, 1, 4) }, ".")
        elseif part.mask then
          value = math.floor(value / part.weight) % part.count
        end
        brief(out, part.name, value)
      end
      at = at + part.octets
    end
  end
  return at
end

-- What the line of an option or sub-option says.
local function entitle(line, title, out)
  local text = brief_text(out)
  line:set_text(text ~= "" and title .. ": " .. text or title)
end

local PADS = { [0] = "Pad1", [1] = "PadN" }

local function show_suboption(one, item, range)
  local whole = put(item, F.suboption, range, one.at, one.stop - one.at)
  local line, out = whole or item, {}
  one.item = whole
  put(line, F.suboption_type, range, one.at, 1)
  if one.length then put(line, F.suboption_length, range, one.at + 1, 1) end
  if one.entry then
    show_fields(one.entry.fields, one, line, range, one.at + 2, out)
    if one.trailing then put(line, F.suboption_trailing, range, one.trailing, one.stop - one.trailing) end
  elseif one.stop > one.at + 2 then
    put(line, F.suboption_data, range, one.at + 2, one.stop - one.at - 2)
  end
  if visible then
    local known = one.entry or one.asked
    entitle(line, known and known.title or one.pad and PADS[one.type] or "Sub-option " .. one.type, out)
  end
end

function show.suboptions(field, element, item, range, at, out)
  for _, one in ipairs(element.subs) do
    show_suboption(one, item, range)
    at = one.stop
  end
  return at
end

-- An option's line and its fields.
local function show_option(element, tree, range, with_offset)
  local whole = put(tree, F.option, range, element.at, element.stop - element.at)
  local line, out = whole or tree, {}
  element.item = whole
  put(line, F.option_type, range, element.at, 1)
  put(line, F.option_length, range, element.at + 1, 1, element.length)
  if with_offset then
    local offset = put(line, F.option_offset, range, element.at, 1, element.offset)
    if offset then offset:set_generated() end
  end
  if element.entry then
    show_fields(element.entry.fields, element, line, range, element.at + 2, out)
    if element.trailing then
      put(line, F.option_trailing, range, element.trailing, element.stop - element.trailing)
    end
  elseif element.stop > element.at + 2 then
    put(line, F.option_data, range, element.at + 2, element.stop - element.at - 2)
  end
  if visible then
    local known = element.entry or option_of[element.type]
    entitle(line, known and known.title or "Option " .. element.type .. " (unknown)", out)
  end
end

local function show_all(entries)
  for _, entry in ipairs(entries) do
    for _, field in ipairs(entry.fields or NOTHING) do
      field.show = show[field.kind]
      show_all(field.records or NOTHING)
    end
  end
end

show_all(description.messages)
show_all(description.options)
for _, space in pairs(description.spaces) do
  show_all(space.entries)
  show_all(space.forms)
end
