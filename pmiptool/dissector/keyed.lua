-- Numbers by keys. Most often a key has one: it stands alone then, and in a list only when there are more.

local keyed = {}

function keyed.enter(by_key, key, number)
  local there = by_key[key]
  if there == nil then
    by_key[key] = number
  elseif type(there) == "number" then
    by_key[key] = { there, number }
  else
    there[#there + 1] = number
  end
end

function keyed.leave(by_key, key, number)
  local there = by_key[key]
  if there == number then
    by_key[key] = nil
  elseif type(there) == "table" then
    for i = #there, 1, -1 do
      if there[i] == number then
        table.remove(there, i)
        break
      end
    end
    if there[1] == nil then by_key[key] = nil end
  end
end

-- What stands there as a list; `alone` is one to say it with.
function keyed.list_of(there, alone)
  if type(there) ~= "number" then return there or NOTHING end
  alone[1] = there
  return alone
end

-- Where many share a key their lists know where they begin and end, and the oldest goes first.
function keyed.enter_behind(by_key, key, number)
  local there = by_key[key]
  if there == nil then
    by_key[key] = number
  elseif type(there) == "number" then
    by_key[key] = { first = 1, last = 2, there, number }
  else
    there.last = there.last + 1
    there[there.last] = number
  end
end

function keyed.leave_first(by_key, key)
  local there = by_key[key]
  if type(there) == "table" then
    there[there.first], there.first = nil, there.first + 1
    if there.first <= there.last then return end
  end
  by_key[key] = nil
end
