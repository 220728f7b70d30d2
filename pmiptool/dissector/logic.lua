-- What the conditions of the rules call. Each condition is written as the one under which its rule is broken.

local set = { reading = {} } -- the code points in force, by key; readings of open questions
local NOTHING = {} -- no options; the values of an element that does not fit its format

local function first(list) return list and list[1] end

-- The values of the first element of a list.
local function values_of(list)
  local element = list and list[1]
  return element and element.v or NOTHING
end

-- The values of the first option of a name that fits its format, and that option.
local function value_of(m, name)
  local elements = m.named[name]
  for i = 1, elements and #elements or 0 do
    local element = elements[i]
    if element.v then return element.v, element end
  end
end

-- How many options stand behind one, padding not counted.
local function after(m, element)
  local count = 0
  for name, elements in pairs(m.named) do
    if not string.find(name, "/", 1, true) then
      for _, other in ipairs(elements) do
        if other.offset > element.offset then count = count + 1 end
      end
    end
  end
  return count
end

local function bits(number, mask)
  local both = bit.band(number, mask)
  return both < 0 and both + 4294967296 or both
end

-- The values of one field in all options of a list differ from each other.
local function unique(elements, name)
  local seen = {}
  for _, element in ipairs(elements) do
    local one = (element.v or NOTHING)[name]
    if one ~= nil then
      if seen[one] then return false end
      seen[one] = true
    end
  end
  return true
end

-- The octets of the UTF-8 character at a position (RFC 3629 4); nil where there is none.
local function utf8_octets(s, at)
  local a, b, c, d = string.byte(s, at, at + 3)
  local function tail(octet) return octet and octet >= 128 and octet < 192 end
  if a < 128 then return 1 end
  if a >= 194 and a < 224 and tail(b) then return 2 end
  if a >= 224 and a < 240 and tail(b) and tail(c) and (a ~= 224 or b >= 160) and (a ~= 237 or b < 160) then return 3 end
  if a >= 240 and a < 245 and tail(b) and tail(c) and tail(d) and (a ~= 240 or b >= 144) and (a ~= 244 or b < 144) then
    return 4
  end
end

local function is_utf8(s)
  local at = 1
  while at <= #s do
    local octets = utf8_octets(s, at)
    if octets == nil then return false end
    at = at + octets
  end
  return true
end

-- Whether a condition holds for every element.
local function every(list, holds)
  for _, element in ipairs(list) do
    if not holds(element, element.v or NOTHING) then return false end
  end
  return true
end

local noted = {} -- the elements that a condition is broken for

-- Whether one breaks a condition for any element; those that do are noted, for the finding. `theirs`: they are those of
-- the request, and none of this message.
local function culprits(list, fails, theirs)
  local any = false
  for _, element in ipairs(list) do
    if fails(element, element.v or NOTHING) then
      any = true
      noted[#noted + 1] = theirs and NOTHING or element
    end
  end
  return any
end

-- An address without its host bits.
local function masked(address, length)
  local whole, rest = math.floor(length / 8), length % 8
  if whole >= 16 then return address end
  local out = string.sub(address, 1, whole)
  if rest > 0 then
    local octet = string.byte(address, whole + 1)
    out = out .. string.char(octet - octet % 2 ^ (8 - rest))
  end
  return out .. string.rep("\0", 16 - #out)
end

-- A prefix as one value, without its host bits; nil where there is none.
local function network(v, name)
  local address, length = v[name .. ".address"], v[name .. ".length"]
  return address and masked(address, length) .. string.char(math.min(length, 128))
end

local function field_of(element, name, is_prefix)
  local v = element.v or NOTHING
  if is_prefix then return network(v, name) end
  return v[name]
end

-- Whether one of the elements has this value in a field.
local function among(value, elements, name, is_prefix)
  for _, element in ipairs(elements) do
    if field_of(element, name, is_prefix) == value then return true end
  end
  return false
end

local function within(elements, name, is_prefix, others, other_name, other_is_prefix)
  for _, element in ipairs(elements) do
    local value = field_of(element, name, is_prefix)
    if value ~= nil and not among(value, others, other_name, other_is_prefix) then return false end
  end
  return true
end

-- Whether two lists of elements have the same values in a field each.
local function same_set(one, name, is_prefix, other, other_name, other_is_prefix)
  return within(one, name, is_prefix, other, other_name, other_is_prefix)
    and within(other, other_name, other_is_prefix, one, name, is_prefix)
end
