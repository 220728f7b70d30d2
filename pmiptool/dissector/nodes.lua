-- Mobile nodes as each anchor has them, with their sessions. A collection of garbage walks through all tables that live,
-- and thousands of nodes may live of which nothing comes for long. So only the few that came lately stand in tables;
-- the others sleep in the cells of a single one (7 tables for each of 2,000 nodes were half of what collections cost).
--
-- A node has number, anchor, mn, its sessions in order, and plain: those without the Multihoming option that are in force.
-- A session has number, key (the mobile node), mhgid, prefixes (as text), mag (of several paths), shown (what is shown of
-- it, while that is known), bindings, kept (flows of none), ended (the ages of bindings that may come again), home (its
-- IPv4 home address) and bids (BID -> the key of its binding).
-- A binding has key, care_of, att, ll, age, expires, renewed, path and flows; of each of these `since` (flows.lua), in
-- the same order.

local nodes = {}

do
  local AWAKE = 32 -- nodes that stand in tables
  local NONE = {}

  local number_of -- anchor -> mobile node -> number
  local anchor_of, mn_of -- by number
  local awake -- number -> node
  local turn, hand -- the nodes that are awake, in a ring, and the one that came last
  local bed_of -- number -> where its cells begin
  local cells, cell_count
  local beds -- size -> where so many cells are free
  local all_of -- anchor -> numbers of all its nodes, in order

  function nodes.forget()
    number_of, anchor_of, mn_of, all_of, awake, turn, hand = {}, {}, {}, {}, {}, {}, 0
    bed_of, cells, cell_count, beds = {}, {}, 0, {}
  end

  local row, width = {}, 0 -- the cells of the node that goes to sleep

  local function lay_binding(binding)
    local at, flows = width, binding.flows
    row[at + 1], row[at + 2], row[at + 3], row[at + 4] = binding.key, binding.care_of, binding.att or false, binding.ll
    row[at + 5], row[at + 6], row[at + 7] = binding.age, binding.expires or false, binding.renewed or false
    row[at + 8], row[at + 9] = binding.path or false, #flows
    width = at + 9 + 2 * #flows
    for i = 1, #flows do row[at + 8 + 2 * i], row[at + 9 + 2 * i] = flows[i], binding.since[i] end
  end

  local function lay_session(session, is_plain)
    local at, bindings = width, session.bindings
    row[at + 1], row[at + 2], row[at + 3] = session.number, session.mhgid or false, session.prefixes
    row[at + 4], row[at + 5], row[at + 6] = session.mag or false, session.shown or false, is_plain
    row[at + 7], row[at + 8], row[at + 9] = session.kept, session.ended or false, session.home or false
    row[at + 10], row[at + 11], width = session.bids or false, #bindings, at + 11
    for i = 1, #bindings do lay_binding(bindings[i]) end
  end

  local function put_to_sleep(node)
    row[2], width = #node, 2
    for _, session in ipairs(node) do
      local is_plain = false
      for _, one in ipairs(node.plain) do is_plain = is_plain or one == session end
      lay_session(session, is_plain)
    end
    row[1] = width
    local free = beds[width]
    local bed = free and table.remove(free)
    if bed == nil then bed, cell_count = cell_count + 1, cell_count + width end
    for i = 1, width do cells[bed + i - 1] = row[i] end
    bed_of[node.number], awake[node.number] = bed, nil
  end

  local function take_binding(at)
    local binding = { -- whole at once: a table that grows costs more than one that does not
      since = nil, key = cells[at], care_of = cells[at + 1], att = cells[at + 2] or nil, ll = cells[at + 3], age = cells[at + 4],
      expires = cells[at + 5] or nil, renewed = cells[at + 6] or nil, path = cells[at + 7] or nil, flows = {},
    }
    local count = cells[at + 8]
    if count > 0 then
      local flows, since = binding.flows, {}
      for i = 1, count do flows[i], since[i] = cells[at + 7 + 2 * i], cells[at + 8 + 2 * i] end
      binding.since = since
    end
    return binding, at + 9 + 2 * count
  end

  local function take_session(at, mn)
    local session, is_plain = {
      number = cells[at], key = mn, mhgid = cells[at + 1] or nil, prefixes = cells[at + 2], mag = cells[at + 3] or nil,
      shown = cells[at + 4] or nil, kept = cells[at + 6], ended = cells[at + 7] or nil, home = cells[at + 8] or nil,
      bids = cells[at + 9] or nil, bindings = {},
    }, cells[at + 5]
    local count = cells[at + 10]
    at = at + 11
    for i = 1, count do session.bindings[i], at = take_binding(at) end
    return session, is_plain, at
  end

  local function new_table(number)
    return { number = number, anchor = anchor_of[number], mn = mn_of[number], plain = {}, used = true }
  end

  -- The one that has not been asked for since the hand passed it last makes room.
  local function keep_awake(node)
    awake[node.number] = node
    local there
    repeat
      hand = hand % AWAKE + 1
      there = turn[hand]
      local stays = there and there.used
      if stays then there.used = false end
    until not stays
    if there then put_to_sleep(there) end
    turn[hand] = node
  end

  local function wake(number)
    local bed, node = bed_of[number], new_table(number)
    local size, count, at = cells[bed], cells[bed + 1], bed + 2 -- how many they are stands first
    for i = 1, count do
      local session, is_plain
      session, is_plain, at = take_session(at, node.mn)
      node[i] = session
      if is_plain then node.plain[#node.plain + 1] = session end
    end
    for i = bed, bed + size - 1 do cells[i] = false end
    local free = beds[size] or {}
    beds[size], free[#free + 1] = free, bed
    bed_of[number] = false
    keep_awake(node)
    return node
  end

  local function numbered(number)
    local node = awake[number]
    if node == nil then return wake(number) end
    node.used = true
    return node
  end

  -- The node of an anchor; nil where there is none.
  function nodes.at(anchor, mn)
    local there = number_of[anchor]
    local number = there and there[mn]
    return number and numbered(number)
  end

  function nodes.new(anchor, mn)
    local node = nodes.at(anchor, mn)
    if node then return node end
    local number = #mn_of + 1
    anchor_of[number], mn_of[number], bed_of[number] = anchor, mn, false
    local there, all = number_of[anchor] or {}, all_of[anchor] or {}
    number_of[anchor], there[mn] = there, number
    all_of[anchor], all[#all + 1] = all, number
    node = new_table(number)
    keep_awake(node)
    return node
  end

  -- All nodes of an anchor, one after the other: what was done with one is done when the next comes.
  function nodes.each(anchor)
    local i, all = 0, all_of[anchor] or NONE
    return function()
      i = i + 1
      return all[i] and numbered(all[i])
    end
  end

  function nodes.by_number(number) return numbered(number) end

  function nodes.mn_of(number) return mn_of[number] end
end
