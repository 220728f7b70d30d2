-- One ProtoField for each field of the description.

local fields = {} -- every ProtoField, to register
local by_key = {} -- a filter name may have several shapes (16 bits or 8); each stands once

local function protofield(make, filter, ...)
  local key = filter
  for i = 1, select("#", ...) do
    key = key .. "|" .. tostring((select(i, ...)))
  end
  local made = by_key[key]
  if made == nil then
    made = make(filter, ...)
    by_key[key] = made
    fields[#fields + 1] = made
  end
  return made
end

local UINT = { ProtoField.uint8, ProtoField.uint16, ProtoField.uint24, ProtoField.uint32 }

-- Names as Wireshark knows them from the start; a preference that changes one is shown by `named` below.
local function static_names(enum)
  if enum == nil then return nil end
  if enum.static == nil then
    enum.static = {}
    for number, name in pairs(enum.names) do enum.static[number] = name end
    for key, name in pairs(enum.chosen or {}) do
      local number = description.default[key]
      if number and number ~= 0 then enum.static[number] = name end
    end
  end
  return enum.static
end

local current_names = {} -- enumeration -> number -> name, under the code points in force

local function name_values()
  current_names = {}
  for _, enum in pairs(description.enums) do
    local names = {}
    for number, name in pairs(enum.names) do names[number] = name end
    for key, name in pairs(enum.chosen or {}) do
      if set[key] then names[set[key]] = name end
    end
    current_names[enum] = names
  end
end

local widest = {} -- the octets of the widest field of a filter name: one type must hold the values of all

local function measure(entries)
  for _, entry in ipairs(entries) do
    for _, field in ipairs(entry.fields or {}) do
      if field.kind == "uint" or field.kind == "flags" then
        widest[field.filter] = math.max(widest[field.filter] or 0, field.octets)
      end
      measure(field.records or {})
    end
  end
end

measure(description.messages)
measure(description.options)
for _, space in pairs(description.spaces) do
  measure(space.entries)
  measure(space.forms)
end

local function declare_uint(field, octets)
  field.enum = field.enum and description.enums[field.enum]
  local display = field.reserved and base.HEX or base.DEC
  local width = field.mask and octets or widest[field.filter]
  field.field = protofield(UINT[width], field.filter, field.title, display, static_names(field.enum), field.mask)
end

local declare = {}

function declare.uint(field) declare_uint(field, field.octets) end

function declare.bits(field)
  for _, part in ipairs(field.parts) do declare_uint(part, field.octets) end
end

function declare.flags(field)
  field.field = protofield(UINT[widest[field.filter]], field.filter, field.title, base.HEX)
  for _, flag in ipairs(field.flags) do
    flag.field = protofield(ProtoField.bool, flag.filter, flag.title, 8 * field.octets, nil, flag.mask)
  end
  local reserved = field.reserved
  if reserved then
    reserved.field = protofield(UINT[field.octets], reserved.filter, "Reserved", base.HEX, nil, reserved.mask)
  end
end

local INT = { ProtoField.int8, ProtoField.int16, ProtoField.int24, ProtoField.int32 }

function declare.signed(field)
  field.field = protofield(INT[field.octets], field.filter, field.title, base.DEC)
  if field.fraction then
    field.degrees_field = protofield(ProtoField.double, field.degrees_filter, field.title .. ", degrees")
  end
end

function declare.address(field)
  field.field = protofield(field.octets == 4 and ProtoField.ipv4 or ProtoField.ipv6, field.filter, field.title)
end

function declare.octets(field) field.field = protofield(ProtoField.bytes, field.filter, field.title) end

declare.addresses = declare.address

function declare.prefix(field)
  field.length_key, field.address_key = field.name .. ".length", field.name .. ".address"
  field.field = protofield(ProtoField.ipv6, field.filter, field.title)
  field.length_field = protofield(ProtoField.uint8, field.length_filter, "Prefix length", base.DEC)
end

function declare.time48(field)
  field.field = protofield(ProtoField.uint64, field.filter, field.title, base.HEX)
  field.time_field = protofield(ProtoField.absolute_time, field.time_filter, "Time", base.UTC)
end

function declare.rest(field)
  if field.octets_filter then
    field.field = protofield(ProtoField.string, field.filter, field.title)
    field.octets_field = protofield(ProtoField.bytes, field.octets_filter, field.title .. ", octets")
  else
    field.field = protofield(ProtoField.bytes, field.filter, field.title)
  end
end

declare.sized, declare.text = declare.rest, declare.rest

function declare.address_rest(field)
  field.field = protofield(ProtoField.ipv6, field.filter, field.title)
  field.field4 = protofield(ProtoField.ipv4, field.filter4, field.title .. " (IPv4)")
end

function declare.numbers(field) field.field = protofield(UINT[field.octets], field.filter, field.title, base.DEC) end

function declare.flagged(field)
  field.word_field = protofield(ProtoField.uint32, field.word_filter, "Flags", base.HEX)
  field.field = protofield(ProtoField.uint32, field.filter, field.title, base.HEX, nil, field.reserved_mask)
  for _, part in ipairs(field.parts) do
    if part.kind == "address" then
      part.field = protofield(part.octets == 4 and ProtoField.ipv4 or ProtoField.ipv6, part.filter, part.title)
    else
      part.field = protofield(UINT[part.octets], part.filter, part.title, base.DEC, nil, part.mask)
    end
  end
end

function declare.suboptions() end

local function declare_all(entries)
  for _, entry in ipairs(entries) do
    for _, field in ipairs(entry.fields or {}) do
      declare[field.kind](field)
      declare_all(field.records or {})
    end
  end
end

function declare.records(field)
  field.field = protofield(ProtoField.none, field.filter, field.title)
  field.octets_field = protofield(ProtoField.bytes, field.octets_filter, field.title .. ", octets")
end

declare_all(description.messages)
declare_all(description.options)
for _, space in pairs(description.spaces) do
  declare_all(space.entries)
  declare_all(space.forms)
end

local F = {
  option = ProtoField.none("pmip6.option", "Mobility option"),
  option_type = ProtoField.uint8("pmip6.option.type", "Type", base.DEC),
  option_length = ProtoField.uint8("pmip6.option.length", "Length", base.DEC),
  option_offset = ProtoField.uint16("pmip6.option.offset", "Offset in the Mobility Header", base.DEC),
  option_data = ProtoField.bytes("pmip6.option.data", "Data"),
  option_trailing = ProtoField.bytes("pmip6.option.trailing", "Octets that the format leaves over"),
  suboption = ProtoField.none("pmip6.suboption", "Sub-option"),
  suboption_type = ProtoField.uint8("pmip6.suboption.type", "Type", base.DEC),
  suboption_length = ProtoField.uint8("pmip6.suboption.length", "Length", base.DEC),
  suboption_data = ProtoField.bytes("pmip6.suboption.data", "Data"),
  suboption_trailing = ProtoField.bytes("pmip6.suboption.trailing", "Octets that the format leaves over"),
}
for _, field in pairs(F) do fields[#fields + 1] = field end
by_key = nil -- all are made; its long keys would live as long as the file
