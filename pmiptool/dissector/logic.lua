-- What the conditions of the rules call. Each condition is written as the one under which its rule is broken.

local set = {} -- the code points in force, by key
local NOTHING = {} -- no options; the values of an element that does not fit its format

local function first(list) return list and list[1] end

-- The values of the first element of a list.
local function values_of(list)
  local element = list and list[1]
  return element and element.v or NOTHING
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

-- Whether one breaks a condition for any element; those that do are noted in the message, for the finding.
local function culprits(m, list, fails)
  local any = false
  for _, element in ipairs(list) do
    if fails(element, element.v or NOTHING) then
      any = true
      m.culprits[#m.culprits + 1] = element
    end
  end
  return any
end
