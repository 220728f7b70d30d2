-- What of a message pairs it with others: which of its exchange's two it is, its number, its mobile node, its timestamp, what
-- an answer copies, and what a request asks. `s` are the octets of the message.

local likeness = {}

do
  likeness.REGISTRATION = "binding-update" -- the family of registrations, with or without P

  local exchange_of_request, exchange_of_answer = {}, {}
  for _, exchange in ipairs(description.exchanges) do
    exchange_of_request[exchange.request], exchange_of_answer[exchange.answer] = exchange, exchange
    exchange.registers = exchange.family == likeness.REGISTRATION
  end

  -- The fields of a message that are part of what it asks: all but those that pair it and the lifetime.
  local asking = {}
  for _, entry in ipairs(description.messages) do
    local exchange, names = exchange_of_request[entry.proxy and entry.proxy.name or entry.name], {}
    local other = { lifetime = true }
    for _, name in ipairs(exchange and exchange.pairs or NOTHING) do other[name] = true end
    for _, field in ipairs(entry.fields) do
      for _, part in ipairs(field.parts or { field }) do
        if not other[part.name] then names[#names + 1] = part.name end
      end
    end
    asking[entry] = names
  end

  -- Which of its two a message is: the exchange, and "request" or "answer".
  function likeness.role_of(m)
    local exchange = exchange_of_request[m.name] or exchange_of_answer[m.name]
    if exchange == nil or m.v[exchange.pairs[1]] == nil then return nil end
    local sign = exchange.answer_when
    if sign then
      return exchange, bits(m.v[sign.field] or 0, sign.mask) == sign.value and "answer" or "request"
    end
    return exchange, exchange_of_request[m.name] and "request" or "answer"
  end

  -- Whether a message has the sign of being an answer, unsolicited or one that asks for an answer.
  function likeness.says(m, sign)
    local number = m.v[sign.field]
    return number ~= nil and bits(number, sign.mask) == sign.value
  end

  function likeness.number_of(exchange, m)
    if exchange.pairs[2] == nil then return m.v[exchange.pairs[1]] end
    local parts = {}
    for i, name in ipairs(exchange.pairs) do parts[i] = tostring(m.v[name]) end
    return table.concat(parts, ",")
  end

  local GLOBAL = 0x2000 -- a revocation whose identifier is a realm, or the gateway's (RFC 5846 8.1, 9.2)

  -- Subtype and identifier of the MN-ID option; nil without one, when it is empty, or that of no mobile node.
  function likeness.mobile_node(m)
    if (m.name == "bri" or m.name == "bra") and bits(m.v.flags or 0, GLOBAL) ~= 0 then return nil end
    local element = first(m.named["mn-id"])
    if element == nil then return nil end
    local node = element.node
    if node == nil then
      local v = element.v or NOTHING
      node = v.identifier and v.identifier ~= "" and v.subtype .. ":" .. v.identifier
      element.node = node or false
    end
    return node or nil
  end

  local function option_octets(element, s) return sub(s, element.at + 2, element.stop - 1) end

  -- Those of a number with a reserved octet before it, whatever stands behind.
  local function number_octets(element, s) return sub(s, element.at + 2, element.at + 3) end

  -- The first of a list that fits its format.
  local function well_formed(elements)
    for i = 1, elements and #elements or 0 do
      if elements[i].v then return elements[i] end
    end
  end

  -- What RFC 5213 5.3.6 has copied from the request.
  function likeness.echo_of(exchange, m, s)
    if not exchange.registers then return "" end
    local named = m.named
    local hi, att, ll = well_formed(named.hi), well_formed(named.att), well_formed(named["ll-id"])
    return (hi and number_octets(hi, s) or "-") .. "|" .. (att and number_octets(att, s) or "-") .. "|"
      .. (ll and option_octets(ll, s) or "-")
  end

  -- As a number where one holds it, which is no object of its own: thousands are remembered.
  function likeness.stamp_of(m, s)
    local element = well_formed(m.named.timestamp)
    if element == nil then return false end
    local at, stop = element.at + 2, element.stop
    if stop - at ~= 8 or byte(s, at) > 0 or byte(s, at + 1) > 0 then return sub(s, at, stop - 1) end
    return uint(s, at + 2, 4) * 65536 + uint(s, at + 6, 2)
  end

  -- What a request asks: its fields but those that pair it, and all options but the timestamp.
  function likeness.gist_of(m, s)
    local parts, n, again = { m.v.lifetime == 0 and "0" or "" }, 1, exchange_of_request[m.name].repeat_when
    for _, name in ipairs(asking[m.entry]) do
      local value = m.v[name]
      if again and name == again.field then value = value - bits(value, again.mask) end
      n = n + 1
      parts[n] = tostring(value)
    end
    if m.odd and m.odd.name ~= "timestamp" then parts[2], n = sub(s, m.odd.at, m.odd.stop - 1), 2 end
    for _, element in ipairs(m.options) do
      if element.entry == false or element.entry.name ~= "timestamp" then
        n = n + 1
        parts[n] = sub(s, element.at, element.stop - 1)
      end
    end
    return table.concat(parts, "|")
  end
end
