-- What is known of each frame, by its key (analysis.key_of): numbers, found when it is read for the first time and looked up
-- at every visit.

local frames = { TIME = 1, PARTNER = 2, SESSION = 3, SHOWN = 4 }

do
  local COLUMNS = 4
  local whole, others -- of most frames there is one key; those of further Mobility Headers are no whole numbers
  local by_user = gui_enabled() -- whether there is one who makes frames time references
  local zero -- by the clock of the wall, where the time of the first frame began

  function frames.forget() whole, others, zero = new_ledger(COLUMNS), {}, nil end

  -- The seconds at which a frame came. Wireshark counts them from its last time reference; the clock of the wall, which is
  -- exact to a microsecond only, says how much that took away.
  function frames.time_of(pinfo)
    local time = pinfo.rel_ts
    if not by_user then return time end
    local now = pinfo.abs_ts - time
    zero = zero or now
    local away = math.floor((now - zero) * 1000000 + 0.5)
    return away == 0 and time or time + away / 1000000
  end

  function frames.get(key, column)
    if key % 1 == 0 then return whole.get(key, column) end
    local other = others[key]
    return other and other[column]
  end

  function frames.clear(key)
    if key % 1 == 0 then return whole.clear(key) end
    others[key] = nil
  end

  function frames.set(key, column, number)
    if key % 1 == 0 then return whole.set(key, column, number) end
    others[key] = others[key] or {}
    others[key][column] = number
  end
end
