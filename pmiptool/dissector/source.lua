-- Lua that is written and loaded when it is first wanted: the fields of an option are known then, so what reads and
-- shows them need not look each of them up again. reading.lua and drawing.lua write it.

local Source = {}
Source.__index = Source

local function new_source() return setmetatable({ lines = {}, values = {}, names = {} }, Source) end

local function quoted(text) return string.format("%q", text) end

function Source:line(text, ...) self.lines[#self.lines + 1] = string.format(text, ...) end

-- The name under which the text knows a value of ours that no literal can say.
function Source:given(value)
  local name = self.names[value]
  if name == nil then
    self.values[#self.values + 1] = value
    name = "g" .. #self.values
    self.names[value] = name
  end
  return name
end

-- The function with these arguments that the lines are the body of.
function Source:load(arguments, title)
  local names = {}
  for i = 1, #self.values do names[i] = "g" .. i end
  local head = names[1] and "local " .. table.concat(names, ", ") .. " = ...\n" or ""
  local text = head .. "return function(" .. arguments .. ")\n" .. table.concat(self.lines, "\n") .. "\nend"
  return assert(load(text, "=" .. title, "t"))(table.unpack(self.values))
end

-- A function of one argument whose values are remembered, up to 10,000 of them: few come often.
local function remembering(make)
  local known, count = {}, 0
  return function(argument)
    local value = known[argument]
    if value == nil then
      value = make(argument)
      if count >= 10000 then known, count = {}, 0 end
      known[argument], count = value, count + 1
    end
    return value
  end
end
