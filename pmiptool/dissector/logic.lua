-- Logic of three values for the rules: true, false, nil (unknown: it asks for something absent).
-- A rule is broken only where its condition is false.

local set = {} -- the code points in force, by key

local function eq(a, b)
  if a == nil or b == nil then return nil end
  return a == b
end

local function ne(a, b)
  if a == nil or b == nil then return nil end
  return a ~= b
end

-- With a code point on one side: nothing equals one that is not set.
local function eq_set(a, b, code_point)
  if code_point == nil and (a ~= nil or b ~= nil) then return false end
  return eq(a, b)
end

local function ne_set(a, b, code_point)
  if code_point == nil and (a ~= nil or b ~= nil) then return true end
  return ne(a, b)
end

local function lt(a, b)
  if a == nil or b == nil or type(a) ~= type(b) then return nil end
  return a < b
end

local function le(a, b)
  if a == nil or b == nil or type(a) ~= type(b) then return nil end
  return a <= b
end

local function gt(a, b) return lt(b, a) end
local function ge(a, b) return le(b, a) end

local function among(item, ...)
  if item == nil then return nil end
  for i = 1, select("#", ...) do
    if item == select(i, ...) then return true end
  end
  return false
end

local function no(a)
  if a == nil then return nil end
  return not a
end

-- n: how many follow (nil may be the last).
local function all(n, ...)
  local verdict = true
  for i = 1, n do
    local item = select(i, ...)
    if item == false then return false end
    if item == nil then verdict = nil end
  end
  return verdict
end

local function any(n, ...)
  local verdict = false
  for i = 1, n do
    local item = select(i, ...)
    if item then return true end
    if item == nil then verdict = nil end
  end
  return verdict
end

local function implies(when, so)
  if when then return so end
  if when == nil then return nil end
  return true
end

local NOTHING = {} -- the values of an element that does not fit its format

local function count(list) return list and #list or 0 end
local function first(list) return list and list[1] end
local function get(element, key) return element and element[key] end
local function value(element, name) return element and element.v and element.v[name] end
local function size(item) return (type(item) == "string" or type(item) == "table") and #item or nil end

local function bits(number, mask)
  if type(number) ~= "number" then return nil end
  local both = bit.band(number, mask)
  return both < 0 and both + 4294967296 or both
end

-- The sub-options of that name in an option, and in all options of a list.
local function subs(element, name, into)
  local list = into or {}
  for _, sub in ipairs(element and element.subs or NOTHING) do
    if sub.name == name then list[#list + 1] = sub end
  end
  return list
end

local function subs_of(elements, name)
  local list = {}
  for _, element in ipairs(elements or NOTHING) do subs(element, name, list) end
  return list
end

-- The values of one field in all options of a list differ from each other.
local function unique(elements, name)
  local seen = {}
  for _, element in ipairs(elements or NOTHING) do
    local one = value(element, name)
    if one ~= nil then
      if seen[one] then return false end
      seen[one] = true
    end
  end
  return true
end

-- The condition for each element; those that break it are noted in the message, for the finding.
local function each(m, list, holds)
  local verdict = true
  for _, element in ipairs(list or NOTHING) do
    local held = holds(element, element.v or NOTHING)
    if held == false then
      verdict = false
      m.culprits[#m.culprits + 1] = element
    elseif held == nil and verdict then
      verdict = nil
    end
  end
  return verdict
end
