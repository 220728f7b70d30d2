-- What is known of each frame, by its key (analysis.key_of): numbers, found when it is read for the first time and looked up
-- at every visit.

local frames = { TIME = 1, PARTNER = 2, SESSION = 3, SHOWN = 4 }

do
  local COLUMNS = 4
  local whole, others -- of most frames there is one key; those of further Mobility Headers are no whole numbers

  function frames.forget() whole, others = new_ledger(COLUMNS), {} end

  function frames.get(key, column)
    if key % 1 == 0 then return whole.get(key, column) end
    local other = others[key]
    return other and other[column]
  end

  function frames.set(key, column, number)
    if key % 1 == 0 then return whole.set(key, column, number) end
    others[key] = others[key] or {}
    others[key][column] = number
  end
end
