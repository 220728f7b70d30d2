-- Rows of numbers, as hundreds of thousands of frames need them. A collection of garbage walks through all tables that
-- live, so only the pages that were written lately are tables; each of the others is a string, which it passes at once.
--
-- ledger.get(row, column) gives a number, or nil where none was entered; ledger.set(row, column, number) enters one; rows
-- are numbered from 1 on. ledger.clear(row) takes all numbers of a row out again; ledger.drop(row) says that no row before
-- this one will be asked for.

local new_ledger

do
  local ROWS = 64 -- of a page
  local AWAKE = 16 -- pages that are tables
  local EMPTY = math.huge -- no number that anyone enters
  local packed, unpacked = Struct.pack, Struct.unpack
  local NUMBER = "<d"

  function new_ledger(columns)
    local cells = ROWS * columns
    local form = "<" .. string.rep("d", cells)
    local awake, asleep = {}, {} -- number of a page -> its cells, as a table or a string
    local turn, hand = {}, 0 -- the pages that are awake, in a ring, and the one that came last
    local first = 0 -- the first page that is kept

    local function empty_page()
      local page = {}
      for i = 1, cells do page[i] = EMPTY end
      return page
    end

    local function wake(number)
      hand = hand % AWAKE + 1
      local out = turn[hand]
      if awake[out] then
        asleep[out], awake[out] = packed(form, table.unpack(awake[out], 1, cells)), nil
      end
      local octets = asleep[number]
      local page = octets and { unpacked(form, octets) } or empty_page()
      turn[hand], awake[number], asleep[number] = number, page, nil
      return page
    end

    local ledger = {}

    function ledger.get(row, column)
      local at = (row - 1) % ROWS
      local number, cell = (row - 1 - at) / ROWS, at * columns + column
      local page, value = awake[number], nil
      if page then
        value = page[cell]
      elseif asleep[number] then
        value = unpacked(NUMBER, asleep[number], 8 * cell - 7)
      end
      if value ~= EMPTY then return value end
    end

    function ledger.set(row, column, value)
      local at = (row - 1) % ROWS
      local number = (row - 1 - at) / ROWS
      local page = awake[number] or wake(number)
      page[at * columns + column] = value
    end

    function ledger.clear(row)
      for column = 1, columns do ledger.set(row, column, EMPTY) end
    end

    function ledger.drop(row)
      local stop = math.floor((row - 1) / ROWS)
      while first < stop do
        awake[first], asleep[first], first = nil, nil, first + 1
      end
    end

    return ledger
  end
end
