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
  return nil
end

local function count(list) return list and #list or 0 end
local function first(list) return list and list[1] end
local function get(element, key) return element and element[key] end
local function value(element, name) return element and element.v and element.v[name] end

local function size(element, name)
  local item = value(element, name)
  return (type(item) == "string" or type(item) == "table") and #item or nil
end

local function bits(number, mask)
  if type(number) ~= "number" then return nil end
  local found = bit.band(number, mask)
  return found < 0 and found + 4294967296 or found
end

-- The sub-options of that name in an option, and in all options of a name.
local function subs(element, name)
  local found = {}
  for _, sub in ipairs(element and element.subs or {}) do
    if sub.entry and sub.entry.name == name then found[#found + 1] = sub end
  end
  return found
end

local function subs_of(m, option, name)
  local found = {}
  for _, element in ipairs(m.named[option] or {}) do
    for _, sub in ipairs(subs(element, name)) do found[#found + 1] = sub end
  end
  return found
end

-- The condition for each element; those that break it are noted in the message, for the finding.
local function each(m, list, holds)
  local verdict = true
  for _, element in ipairs(list or {}) do
    local held = holds(element)
    if held == false then
      verdict = false
      m.culprits[#m.culprits + 1] = element
    elseif held == nil and verdict then
      verdict = nil
    end
  end
  return verdict
end
