-- The protocol: preferences, the option dissectors in Wireshark's own table, the layer around Wireshark's own
-- dissector, and the Info column.

local proto = Proto("pmip6", "Proxy Mobile IPv6")
local udp_proto = Proto("pmip6.udp", "Proxy Mobile IPv6 over UDP")
local option_proto = Proto("pmip6.tlv", "Proxy Mobile IPv6 Mobility Option")

local GOOD = { [0] = "Bad", [1] = "Good", [2] = "Unverified", [3] = "Not present" } -- as Wireshark's own

F.message = ProtoField.string("pmip6.message", "Message")
F.type = ProtoField.uint8("pmip6.type", "Type", base.DEC)
F.payload_proto = ProtoField.uint8("pmip6.header.payload_proto", "Payload Proto", base.DEC)
F.header_length = ProtoField.uint8("pmip6.header.length", "Header Len", base.DEC)
F.header_reserved = ProtoField.uint8("pmip6.header.reserved", "Reserved", base.HEX)
F.checksum = ProtoField.uint16("pmip6.checksum", "Checksum", base.HEX)
F.checksum_status = ProtoField.uint8("pmip6.checksum.status", "Checksum Status", base.DEC, GOOD)
for _, key in ipairs({ "message", "type", "payload_proto", "header_length", "header_reserved", "checksum", "checksum_status" }) do
  fields[#fields + 1] = F[key]
end
proto.fields = fields

proto.experts = judging.experts

-- Preferences: every code point, and whether our layer stands around Wireshark's own dissector.

for _, preference in ipairs(description.preferences) do
  local key = preference.key
  if preference.choices then
    local choices, default = {}, 1
    for i, choice in ipairs(preference.choices) do
      choices[i] = { i, choice, i }
      if choice == preference.default then default = i end
    end
    proto.prefs[key] = Pref.enum(preference.title, default, preference.help, choices, false)
  else
    proto.prefs[key] = Pref.uint(preference.title, preference.default, preference.help)
  end
end
for _, reading in ipairs(description.readings) do
  local choices = {}
  for i, choice in ipairs(reading.choices) do choices[i] = { i, choice, i } end
  proto.prefs[reading.preference] = Pref.enum(reading.title, 1, reading.help, choices, false)
end
proto.prefs.layer = Pref.bool("Show the Proxy Mobile IPv6 layer", true,
  "Summary, checksum, findings and Info column; without it only the mobility options are shown")
proto.prefs.analysis = Pref.bool("Pair requests with answers and follow sessions", true,
  "Response in, response to, response time, rules on answers, and the session's bindings and flows")
proto.prefs.statistics = Pref.bool("Print statistics at the end (tshark)", false,
  "Messages, response times, sessions and ladders, as Tools > PMIPv6 shows them")
proto.prefs.check_checksum = Pref.bool("Validate the checksum", true, "RFC 6275 6.1.1; there is none over UDP")
proto.prefs.keep_mip6_fields = Pref.bool("Keep Wireshark's own fields of mobility options", false,
  "Show Wireshark's own dissection (mip6.*) inside each option that it knows; not after its Lua plugins were reloaded")

local function read_preferences()
  for _, preference in ipairs(description.preferences) do
    local value = proto.prefs[preference.key]
    if preference.choices then
      value = preference.choices[value] or preference.default
    elseif preference.optional and value == 0 then
      value = nil
    end
    set[preference.key] = value
  end
  for _, reading in ipairs(description.readings) do
    set.reading[reading.key] = reading.choices[proto.prefs[reading.preference]] or reading.choices[1]
  end
  judging.forget()
  number_options()
  name_values()
  drawing.forget()
end

-- Garbage. Lua 5.4 keeps far less memory when it collects by generations. On 5.2 it would keep more, for there it then
-- finalizes four userdata at a time, and nearly all garbage is userdata of Wireshark's, some 180 for a message. There it is
-- collected at once, not in steps (5 MB living and by steps: twice the time), and before there is more of it than the caches
-- of a processor hold: rarer collections took longer, since what is made then stands in memory that is cold.
if string.find(_VERSION, "5%.[123]") then
  collectgarbage("setpause", 125) -- when there is a quarter as much as lives
  collectgarbage("setstepmul", 5000)
else
  collectgarbage("generational")
end

-- The layers.

local mip6, call_dissector = Dissector.get("mip6"), Dissector.call
local option_table = DissectorTable.get("mip6.option")
local ip_table, udp_table = DissectorTable.get("ip.proto"), DissectorTable.get("udp.port")
local MOBILITY_HEADER, UDP_PORT = 135, 5436

local originals = {} -- Wireshark's own option dissectors, by type
if option_table then
  for number = 2, 255 do originals[number] = option_table:get_dissector(number) end
end

local current -- the message whose options Wireshark's own dissector is walking through
local expected -- where in its list the option stands that should come next

-- Whether anyone looks at our fields, and whether the tree is drawn. Wireshark knows our dissector by name only after
-- this file has been loaded.
local own, frame
local function shown(tree)
  own = own or Dissector.get("pmip6")
  visible = tree.visible
  return visible or own == nil or tree:referenced(own)
end

local function show_original(element, tvb, pinfo, item)
  local original = set.keep_mip6_fields and originals[element.type]
  if original then pcall(original.call, original, tvb, pinfo, item) end
end

-- An option that the layer has not read: it is switched off, or does not know the message. It is judged by its form alone,
-- and only where the layer does not judge the message (`m`, if any).
local function show_alone(m, tvb, pinfo, tree)
  local s = tvb:raw()
  if #s < 2 then return end
  local judged, trial = m and (m.entry or message_of[m.type]), { named = {}, findings = {} }
  local element = { type = byte(s, 1), length = byte(s, 2), at = 1, stop = #s + 1, offset = 0, parts = NO_PARTS }
  read_option(trial, element, s)
  local outer = lines
  lines = #trial.findings > 0 and {} or nil
  local item = show_option(element, tree, tvb, 0, false)
  if not judged then judging.complain(trial, item) end
  lines = outer
  show_original(element, tvb, pinfo, item)
end

-- One option in Wireshark's own list.
function option_proto.dissector(tvb, pinfo, tree)
  local m = current
  if m == nil then
    if shown(tree) then show_alone(nil, tvb, pinfo, tree) end
    return
  end
  if not m.shown then return end
  local element, offset = m.options[expected], offset_of(tvb) - m.base
  if not element or element.offset ~= offset then element = option_by_offset(m, offset) end
  expected = expected + 1
  if element and octets_of(tvb) >= element.stop - element.at then
    show_original(element, tvb, pinfo, show_option(element, tree, tvb, 0, true))
  else
    show_alone(m, tvb, pinfo, tree)
  end
end

-- Wireshark's own dissector steps by the length octet. Where that counts units or words, it gets a copy in octets. It
-- has no part in a message with an option of more octets than that can say, which ours shows alone.
local function read_lengths(m)
  local known = m.shared or m -- messages that are alike have the same lengths
  if known.alone == nil then
    known.alone, known.counts_otherwise = m.entry ~= nil and m.entry.own or false, false
    for _, element in ipairs(m.entry and m.options or NOTHING) do
      if element.stop - element.at - 2 > 255 then known.alone = true end
      if spans[element.type] or element.other then known.counts_otherwise = true end
    end
  end
  m.alone = known.alone
  return known.counts_otherwise
end

local function in_octets(m, tvb)
  local copy = tvb:bytes()
  for _, element in ipairs(m.options) do
    if spans[element.type] or element.other then copy:set_index(element.offset + 1, element.stop - element.at - 2) end
  end
  return copy:tvb("Mobility Header, lengths in octets")
end

local function show_message(m, item, tvb, status)
  if visible or referenced(item, F.message) then set_generated(add_item(item, F.message, m.name)) end
  put(item, F.payload_proto, tvb, 0, 1)
  local length = put(item, F.header_length, tvb, 1, 1)
  local kind = put(item, F.type, tvb, 2, 1)
  put(item, F.header_reserved, tvb, 3, 1)
  put(item, F.checksum, tvb, 4, 2)
  if status and (visible or referenced(item, F.checksum_status)) then
    set_generated(add_item(item, F.checksum_status, status))
  end
  if visible then
    append_text(length, " (" .. m.stated .. " octets)")
    local title = titles[m.name]
    if title then append_text(kind, " (" .. title .. ")") end
  end
  if m.entry then drawing.fields(m.entry.fields, m, item, tvb, 6) end
  if m.alone then
    for _, element in ipairs(m.options) do show_option(element, item, tvb, element.at - 1, true) end
  end
end

-- Whether anyone may see what Wireshark's own dissector does with a message of which ours is not shown: it adds fields (and
-- frame.protocols), names what it alone knows, and calls others for what stands behind the header.
local function wants_mip6(m, s, tree)
  frame = frame or Dissector.get("frame")
  return m.entry == nil or byte(s, 1) ~= 59 or mip6 and referenced(tree, mip6) or frame == nil or referenced(tree, frame)
end

local function call_mip6(tvb, pinfo, tree)
  if mip6 == nil then return end
  return pcall(call_dissector, mip6, tvb, pinfo, tree)
end

local MOST_LAYERS = 400

local function dissect(tvb, pinfo, tree, over_udp)
  local s = octets_in(tvb)
  local m = read_message(s, reported_octets(tvb))
  m.shown = shown(tree)
  local source, target, visited = text_of_address(pinfo.src), text_of_address(pinfo.dst), pinfo.visited
  local status = check(m, s, source, target, over_udp)
  if m.entry and not m.cut then judging.judge(m, s) end
  if not visited and statistics.wanted() then statistics.message(m) end
  local key
  if set.analysis and m.entry then
    key = analysis.key_of(pinfo.number, tvb, visited)
    if not visited then analysis.observe(m, s, key, source, target, frames.time_of(pinfo)) end
    analysis.recall(m, key)
  end
  local counts_otherwise = read_lengths(m)
  -- Where octets were not captured Wireshark's own dissector leaves by an exception that passes Lua by. Lua counts its calls,
  -- and after some 200 that never came back it would refuse all others. It counts each option as a layer too, and gives up
  -- a packet of 500 layers.
  if m.cut or #m.options > MOST_LAYERS then m.alone = m.entry ~= nil end
  local copy = m.shown and not m.alone and counts_otherwise and in_octets(m, tvb)
  m.base = copy and 0 or offset_of(tvb)
  local outer, outer_lines, outer_expected = current, lines, expected
  current, lines, expected = m, #m.findings > 0 and {} or nil, 1
  if not m.alone and not m.cut and (m.shown or wants_mip6(m, s, tree)) then call_mip6(copy or tvb, pinfo, tree) end
  if expected == 1 and m.options[1] then m.alone = true end -- it gave up before the first option, or is switched off
  local item
  if m.shown or #m.findings > 0 then
    item = add_item(tree, proto)
    set_len(item, octets_of(tvb))
    if m.shown and m.stated then show_message(m, item, tvb, status) end
    if key then analysis.show(m, item, key, visited) end
    judging.complain(m, item)
  end
  current, lines, expected = outer, outer_lines, outer_expected
  if m.entry then
    local text = summary(m)
    if key and pairing.repeat_of[key] then text = text .. " [Retransmission]" end
    if m.findings[1] and judging.malformed(m) then text = text .. " [Malformed Packet]" end
    local columns = pinfo.cols
    columns.info = text
    columns.protocol = (m.name == "pbu" or m.name == "pba") and "PMIPv6" or "MIPv6"
    if item and visible then append_text(item, ", " .. text) end
  end
  return octets_of(tvb)
end

function proto.dissector(tvb, pinfo, tree) return dissect(tvb, pinfo, tree, false) end
function udp_proto.dissector(tvb, pinfo, tree) return dissect(tvb, pinfo, tree, true) end

-- Where Wireshark finds us. A code point may take the number of an option that Wireshark knows; it is given back.

local ours = {}

local function register()
  for number = 2, 255 do
    local wanted = option_table ~= nil and (option_of[number] ~= nil or originals[number] == nil)
    if wanted and not ours[number] then
      option_table:add(number, option_proto)
    elseif ours[number] and not wanted then
      option_table:add(number, originals[number])
    end
    ours[number] = wanted
  end
end

local layered -- after its Lua plugins were reloaded, Wireshark has nothing in our places, so each is filled at first

local function place(layer)
  if layer == layered or mip6 == nil then return end
  layered = layer
  if ip_table then ip_table:add(MOBILITY_HEADER, layer and proto or mip6) end
  if udp_table then udp_table:add(UDP_PORT, layer and udp_proto or mip6) end
end

local function follow_preferences()
  read_preferences()
  set.keep_mip6_fields = proto.prefs.keep_mip6_fields
  set.analysis, set.check_checksum = proto.prefs.analysis, proto.prefs.check_checksum
  set.statistics = proto.prefs.statistics
  register()
  place(proto.prefs.layer)
  statistics.print_at_end()
end

analysis.forget()
proto.init = analysis.forget

follow_preferences()
proto.prefs_changed = follow_preferences

statistics.offer(analysis.selected)

if set_plugin_info then
  set_plugin_info({
    version = description.version,
    author = "pmiptool",
    description = "Proxy Mobile IPv6 with multihoming (draft-melia-netext-muho-solution-00)",
  })
end
