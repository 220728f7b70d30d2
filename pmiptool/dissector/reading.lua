-- What reads the fields of an entry: Lua of one function for each list of fields, made when the first such entry comes.
-- Fields of a size that is known before are read together. Kinds that are not are written here too, or stand in
-- `read` (reader.lua).

local byte, sub = string.byte, string.sub

local function uint(s, at, octets)
  local a, b, c, d = byte(s, at, at + octets - 1)
  if octets == 1 then return a end
  if octets == 2 then return a * 256 + b end
  if octets == 3 then return (a * 256 + b) * 256 + c end
  return ((a * 256 + b) * 256 + c) * 256 + d
end

local read = {} -- kind -> function(field, m, element, s, at, stop) that gives the position behind, or nil
local readers = {} -- list of fields -> function(m, element, s, at, stop) that gives the position behind, or nil

do
  local NUMBER = { uint = true, flags = true, bits = true, signed = true }
  local OCTETS = { address = true, octets = true, text = true }

  -- The octets of a field, where they are always as many.
  local function size_of(field)
    if NUMBER[field.kind] or OCTETS[field.kind] then return field.octets end
    return field.kind == "prefix" and 17 or field.kind == "time48" and 8 or nil
  end

  -- The number in octets k to k + count - 1 of a run, each of which is a local.
  local function number_text(stem, k, count)
    local text = stem .. k
    for i = k + 1, k + count - 1 do
      text = (i > k + 1 and "(" .. text .. ")" or text) .. " * 256 + " .. stem .. i
    end
    return text
  end

  local function part_text(source, part, whole, size)
    local text = whole
    if part.weight > 1 then text = source:given(math.floor) .. "(" .. whole .. " / " .. part.weight .. ")" end
    if part.weight * part.count < 256 ^ size then text = text .. " % " .. part.count end
    return text
  end

  -- Fields of known size from k octets behind `at`: the values that they give, as name and text.
  local function values_of_run(source, fields, first, last, stem)
    local values, k = {}, 0
    local s, start, numbers = source:given(sub), nil, {}
    local function flush(behind)
      if start == nil then return end
      source:line("local %s = %s(s, at + %d, at + %d)", table.concat(numbers, ", "), source:given(byte), start, behind - 1)
      start, numbers = nil, {}
    end
    for i = first, last do
      local field = fields[i]
      local name, size = quoted(field.name or ""), size_of(field) -- those that share octets have names of their own
      local behind = k + size
      if NUMBER[field.kind] then
        start = start or k
        for j = k, behind - 1 do numbers[#numbers + 1] = stem .. j end
        local whole = number_text(stem, k, size)
        if field.kind == "bits" then
          local all = size > 1 and "(" .. whole .. ")" or whole
          for _, part in ipairs(field.parts) do
            values[#values + 1] = { quoted(part.name), part_text(source, part, all, size) }
          end
        elseif field.kind == "signed" then
          values[#values + 1] = { name, string.format("(%s + %d) %% %d - %d", whole, 2 ^ (8 * size - 1), 2 ^ (8 * size), 2 ^ (8 * size - 1)) }
        else
          values[#values + 1] = { name, whole }
        end
      else
        flush(k)
        if field.kind == "prefix" then
          values[#values + 1] = { quoted(field.length_key), source:given(byte) .. "(s, at + " .. k .. ")" }
          values[#values + 1] = { quoted(field.address_key), string.format("%s(s, at + %d, at + %d)", s, k + 1, behind - 1) }
        else -- a number of Lua would round a timestamp: it stays octets
          values[#values + 1] = { name, string.format("%s(s, at + %d, at + %d)", s, k, behind - 1) }
        end
      end
      k = behind
    end
    flush(k)
    return values
  end

  local write = {} -- kinds whose size is not known before

  function write.rest(source, field)
    if field.minimum then source:line("if stop - at < %d then return nil end", field.minimum) end
    source:line("v[%s] = %s(s, at, stop - 1)", quoted(field.name), source:given(sub))
    source:line("at = stop")
  end

  function write.flagged(source, field)
    local number, octets = source:given(uint), source:given(sub)
    source:line("if at + 4 > stop then return nil end")
    source:line("local word = %s(s, at, 4)", number)
    source:line("v[%s] = %s(word, %d)", quoted(field.name), source:given(bits), field.reserved_mask)
    source:line("at = at + 4")
    for _, part in ipairs(field.parts) do
      local take = part.kind == "address" and string.format("%s(s, at, at + %d)", octets, part.octets - 1)
        or string.format("%s(s, at, %d)", number, part.octets)
      source:line("if word %% %d >= %d then", 2 * part.flag, part.flag)
      source:line("  if at + %d > stop then return nil end", part.octets)
      source:line("  v[%s] = %s", quoted(part.name), take)
      source:line("  at = at + %d", part.octets)
      source:line("end")
    end
  end

  local function write_reader(fields)
    local source, begun, i = new_source(), false, 1
    while i <= #fields do
      local last, size = i - 1, 0
      while last < #fields and size_of(fields[last + 1]) do
        last = last + 1
        size = size + size_of(fields[last])
      end
      if last >= i then
        source:line("if at + %d > stop then return nil end", size)
        local values = values_of_run(source, fields, i, last, "b" .. i .. "_")
        if not begun then
          source:line("local v = {")
          for _, value in ipairs(values) do source:line("[%s] = %s,", value[1], value[2]) end
          source:line("}")
          source:line("element.v = v")
        else
          for _, value in ipairs(values) do source:line("v[%s] = %s", value[1], value[2]) end
        end
        source:line("at = at + %d", size)
        i = last + 1
      else
        if not begun then source:line("local v = {} element.v = v") end
        local field = fields[i]
        if write[field.kind] then
          write[field.kind](source, field)
        else
          source:line("at = %s(%s, m, element, s, at, stop)", source:given(read[field.kind]), source:given(field))
          source:line("if at == nil then return nil end")
        end
        i = i + 1
      end
      begun = true
    end
    if not begun then source:line("element.v = {}") end
    source:line("return at")
    local reader = source:load("m, element, s, at, stop", "reader")
    readers[fields] = reader
    return reader
  end

  -- Read fields from position `at` up to before `stop` into element.v; the position behind them, or nil when octets are
  -- missing.
  function read.fields(fields, m, element, s, at, stop)
    return (readers[fields] or write_reader(fields))(m, element, s, at, stop)
  end
end

local read_fields = read.fields
