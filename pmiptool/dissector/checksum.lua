-- The checksum of a message (RFC 6275 6.1.1). Wireshark puts the addresses that count into pinfo.src and dst: the home
-- address after a Home Address option or a type 2 routing header.

local check

do
  local BAD, RIGHT, UNVERIFIED, NOT_PRESENT = 0, 1, 2, 3

  -- By words of four octets, which makes no difference to a sum that counts modulo 65535.
  local unpack_words, EIGHT_WORDS, TWO_WORDS = Struct.unpack, ">I4I4I4I4I4I4I4I4", ">I4I4"

  local function sum_of(s, last)
    local total, at = 0, 1
    while at + 31 <= last do
      local a, b, c, d, e, f, g, h = unpack_words(EIGHT_WORDS, s, at)
      total = total + a + b + c + d + e + f + g + h
      at = at + 32
    end
    while at + 7 <= last do
      local a, b = unpack_words(TWO_WORDS, s, at)
      total, at = total + a + b, at + 8
    end
    while at < last do
      total = total + uint(s, at, 2)
      at = at + 2
    end
    if at == last then total = total + 256 * byte(s, at) end
    return total
  end

  local address_sums, sums_count = {}, 0

  -- The sum of an IPv6 address's words, from its text; nil when the text is a name.
  local function address_sum(text)
    local sum = address_sums[text]
    if sum then return sum end
    if string.find(text, "[^%x:.]") or not string.find(text, ":", 1, true) then return nil end
    sum = 0
    for word in string.gmatch(text, "[^:]+") do
      local a, b, c, d = string.match(word, "^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
      if a then
        sum = sum + 256 * a + b + 256 * c + d
      else
        sum = sum + (tonumber(word, 16) or 0)
      end
    end
    if sums_count > 10000 then address_sums, sums_count = {}, 0 end
    address_sums[text], sums_count = sum, sums_count + 1
    return sum
  end

  -- The status of a message's checksum; nil where it has none. `source` and `target`: the addresses as text.
  function check(m, s, source, target, over_udp)
    if m.checksum == nil then return nil end
    if not set.check_checksum then return UNVERIFIED end
    local form = description.form
    if over_udp then
      if m.checksum ~= 0 then
        found(m, form["checksum-over-udp"], nil, string.format("the checksum is 0x%04x", m.checksum))
        return UNVERIFIED
      end
      return NOT_PRESENT
    end
    if m.cut then return UNVERIFIED end
    local from, to = address_sum(source), address_sum(target)
    if from == nil or to == nil then return UNVERIFIED end
    local octets = math.min(m.stated, #s)
    local total = from + to + octets + 135 + sum_of(s, octets)
    if total % 65535 == 0 then return RIGHT end
    local right = (65535 - (total - m.checksum) % 65535) % 65535
    local text = string.format("the checksum is 0x%04x, and 0x%04x would be right", m.checksum, right)
    found(m, form["checksum"], nil, text)
    return BAD
  end
end
