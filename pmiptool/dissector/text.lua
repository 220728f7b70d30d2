-- Values as text.

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

local ipv6_text

do
  -- Some are remembered, for few addresses come often; not many, for each collection of garbage passes what lives.
  local MOST_TEXTS = 500
  local address_texts, address_count = {}, 0
  local WORDS = { [0] = "" }
  for i = 1, 8 do WORDS[i] = string.rep("%x", i, ":") end

  -- An IPv6 address (RFC 5952).
  function ipv6_text(octets)
    local text = address_texts[octets]
    if text then return text end
    local words, best, best_size, run = {}, 0, 1, 0
    for i = 1, 8 do
      local word = uint(octets, 2 * i - 1, 2)
      words[i], run = word, word == 0 and run + 1 or 0
      if run > best_size then best, best_size = i - run + 1, run end
    end
    if best == 0 then
      text = string.format(WORDS[8], table.unpack(words))
    else -- what is behind the zeros moves up
      for i = best + best_size, 8 do words[i - best_size] = words[i] end
      local form = WORDS[best - 1] .. "::" .. WORDS[9 - best - best_size]
      text = string.format(form, table.unpack(words, 1, 8 - best_size))
    end
    if address_count >= MOST_TEXTS then address_texts, address_count = {}, 0 end
    address_texts[octets], address_count = text, address_count + 1
    return text
  end
end

local function address_text(octets)
  if #octets == 16 then return ipv6_text(octets) end
  if #octets == 4 then return table.concat({ byte(octets, 1, 4) }, ".") end
  return hex(octets)
end

local text_of_address

do
  -- The text of an address of Wireshark's, whose own text is a name where names are resolved: several may share it, and it
  -- may come while the capture is read. Lua cannot ask for the octets; they are found by comparing.
  local MOST_KNOWN = 1000
  local WEIGHTS = { 128, 64, 32, 16, 8, 4, 2, 1 }
  local known, known_count = {}, 0 -- text -> the same text; name -> its addresses and their texts

  local function ipv6_form(octets)
    local words = {}
    for i = 1, 15, 2 do words[#words + 1] = string.format("%x", octets[i] * 256 + octets[i + 1]) end
    return table.concat(words, ":")
  end

  local function ipv4_form(octets) return table.concat(octets, ".") end

  local function search(address, size, make, form)
    local octets = {}
    for i = 1, size do octets[i] = 0 end
    for i = 1, size do
      for _, weight in ipairs(WEIGHTS) do
        octets[i] = octets[i] + weight
        if not (make(form(octets)) <= address) then octets[i] = octets[i] - weight end
      end
    end
    return make(form(octets)) == address and octets or nil
  end

  local function text_behind(address, name)
    local octets = search(address, 16, Address.ipv6, ipv6_form)
    if octets then return ipv6_text(string.char(table.unpack(octets))) end
    octets = search(address, 4, Address.ip, ipv4_form)
    return octets and ipv4_form(octets) or name
  end

  local function is_number(text)
    if string.find(text, "[^%x:.]") then return false end
    return string.find(text, ":", 1, true) or string.find(text, "^%d+%.%d+%.%d+%.%d+$")
  end

  function text_of_address(address)
    local name = tostring(address)
    local there = known[name]
    if there == name then return name end
    if there == nil then
      if known_count >= MOST_KNOWN then known, known_count = {}, 0 end
      there = is_number(name) and name or {}
      known[name], known_count = there, known_count + 1
      if there == name then return name end
    end
    for i = 1, #there do
      if there[i].address == address then return there[i].text end
    end
    local text = text_behind(address, name)
    there[#there + 1] = { address = address, text = text }
    return text
  end
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

local function enum_text(name, number)
  local enum = description.enums[name]
  return enum and current_names[enum][number] or number
end
