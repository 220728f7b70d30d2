-- The rules that no expression says: those on a message (rules/messages.py, rules/flows.py), and those that match the
-- FID options of an answer with those of its request (rules/answers.py, rules/exchanges.py). What needs the anchor's
-- configuration, or headers before the Mobility Header, Wireshark cannot judge.

local by_hand = {}

do
  local ADD, MODIFY, REINSTANTIATED = 0, 1, 2 -- PRO
  local DISCARD, N_CAST = 2, 3 -- actions
  local UPDATE = { pbu = true, ["binding-update"] = true }
  local ZERO15 = string.rep("\0", 15)

  -- Whether an address is unicast and routable: not ::, ::1, link-local or multicast; any of IPv4 but the like.
  local function routable(address)
    local a, b = byte(address, 1, 2)
    if #address == 4 then return a ~= 0 and a ~= 127 and a < 224 and not (a == 169 and b == 254) end
    if a == 255 or (a == 254 and b >= 128 and b < 192) then return false end
    return sub(address, 1, 15) ~= ZERO15 or byte(address, 16) > 1
  end

  local function address_text(octets)
    return #octets == 16 and ipv6_text(octets) or table.concat({ byte(octets, 1, 4) }, ".")
  end

  local function described(element)
    for _, part in ipairs(element.subs or NOTHING) do
      if not part.pad and part.type >= 17 and part.type <= 32 then return true end
    end
    return element.parts["traffic-selector"] ~= nil
  end

  -- What an option breaks whatever stands beside it, in a message of that name. `m` takes the findings.
  function by_hand.option(m, name, element, option)
    if option ~= "fid" or not UPDATE[name] then return end
    local v = element.v or NOTHING
    if v.pro == ADD and not described(element) then
      found(m, "mext/5.2.2.1/no-selector", element, "FID " .. v.fid .. " has no flow description")
    end
    for _, part in ipairs(element.subs or NOTHING) do
      local w = part.v or NOTHING
      for _, end_of in ipairs({ "src", "dst" }) do
        local from, to = w[end_of], w[end_of .. "_end"]
        if from and to and to < from then
          local text = end_of .. " is " .. address_text(from) .. " to " .. address_text(to)
          found(m, "rfc6088/3/address-range", element, text)
        end
      end
    end
  end

  -- RFC 6705 10.1: MN1-ID, MN1-HNP, MN2-ID, MN2-HNP.
  local function tuples(m, rule)
    local short, nodes, prefixes = {}, 0, 0
    local function take(element)
      local known = option_of[element.type]
      local name = known and known.name
      if name == "mn-id" or name == "hnp" then
        if name == "mn-id" then nodes = nodes + 1 else prefixes = prefixes + 1 end
        if not (name == "hnp" and short[#short] == "hnp") then short[#short + 1] = name end
      end
    end
    for _, element in ipairs(m.options) do take(element) end
    if m.odd then take(m.odd) end
    if nodes == 2 and prefixes >= 2 and table.concat(short, " ") ~= "mn-id hnp mn-id hnp" then
      found(m, rule, first(m.named["mn-id"]), "each mobile node stands before its prefixes")
    end
  end

  -- Whether nothing but Pad1 and PadN stands from `at` to `last`, and something does.
  local function ends_in_pads(s, at, last)
    if at > last then return false end
    while at <= last do
      local kind = byte(s, at)
      if kind > 1 then return false end
      at = kind == 0 and at + 1 or at + 2 + (byte(s, at + 1) or 0)
    end
    return true
  end

  function by_hand.message(m, s)
    local named = m.named
    local other = named["alt-coa"] and values_of(named["alt-coa"]).alternate_care_of_address
    if UPDATE[m.name] then
      if other and not routable(other) then
        found(m, "rfc6275/6.1.7/care-of-address", named["alt-coa"][1], "the care-of address is " .. address_text(other))
      end
    elseif m.name == "pba" then
      local address = named.redirect and values_of(named.redirect).r2lma_address
      if address and address ~= "" and not routable(address) then
        found(m, "rfc6463/4.2/unicast", named.redirect[1], "the redirection goes to " .. address_text(address))
      end
    elseif m.name == "lri" then
      tuples(m, "rfc6705/10.1/order")
    elseif m.name == "lra" and m.v.status == 0 then
      tuples(m, "rfc6705/10.2/tuples")
    end
    local authorization = first(named["binding-auth-data"])
    if authorization and ends_in_pads(s, authorization.stop, math.min(m.stated, #s)) then
      found(m, "rfc6275/6.2/trailing-padding", authorization, "padding stands behind binding authorization data")
    end
  end

  -- Sub-options of one FID option that the other does not have, octet for octet.
  local function lost_suboptions(one, s, other, os)
    local kept, lost = {}, {}
    for _, part in ipairs(other.subs or NOTHING) do kept[sub(os, part.at, part.stop - 1)] = true end
    for _, part in ipairs(one.subs or NOTHING) do
      if not part.pad and not kept[sub(s, part.at, part.stop - 1)] then
        lost[#lost + 1] = part.entry and part.entry.title or "sub-option " .. part.type
      end
    end
    return table.concat(lost, ", ")
  end

  local function copied(id, asked, rs, echo, s, tell)
    local one, other, told = asked.v, echo.v, {}
    for _, name in ipairs({ "pri", "action", "pro" }) do
      local was, now = one[name], other[name]
      if was ~= now and not (name == "pro" and was == MODIFY and now == REINSTANTIATED) then
        told[#told + 1] = name .. " is " .. now .. ", expected " .. was
      end
    end
    if told[1] then tell(id .. "fid-changed", echo, "FID " .. other.fid .. ": " .. table.concat(told, ", ")) end
    local lost = lost_suboptions(asked, rs, echo, s)
    if lost ~= "" then
      tell(id .. "fid-suboptions", echo, "FID " .. other.fid .. " comes back without the same " .. lost)
    end
  end

  local function fits(mext, asked, echo, tell)
    local flow, status, has, refers = asked.v, echo.v.status, false, false
    for name in pairs(asked.parts) do
      if name == "binding-reference" then refers = true else has = true end
    end
    local text = "FID " .. flow.fid .. " has status " .. status
    if not mext then
      if status == 131 and not refers or status == 133 and not has then
        tell("rfc6089/4.2/status-fits", echo, text .. ", and its request has nothing that it speaks of")
      end
      return
    end
    if flow.pro == ADD and not has and status ~= 129 and status ~= 135 then
      tell("mext/5.3.2.1/no-selector", echo, text)
    end
    if status == 136 and flow.pro == ADD or status == 138 and flow.action ~= DISCARD or status == 139 and flow.action ~= N_CAST then
      tell("mext/4.2/status-fits", echo, text .. " for PRO " .. flow.pro .. " and action " .. flow.action)
    end
  end

  -- Whether a FID option says that the anchor re-instantiated it, by PRO=2 or by a status (muho 4.1, 4.2).
  local function marked(flow)
    if flow.pro == nil or flow.pro == REINSTANTIATED then return flow.status < 128 end
    local agreed = set.reinstantiated_status
    if agreed and agreed ~= 0 then return flow.status == agreed end
    return flow.status > 0 and flow.status < 128
  end

  -- `s` and `rs` are the octets of answer and request.
  local function flows(m, s, r, rs, tell)
    local mext = set.dialect == "mext"
    local id, asked, given, times = mext and "mext/5.3.5/" or "rfc6089/5.3.5/", {}, {}, {}
    local any, shared, twice = false, false, false
    for _, element in ipairs(r.named.fid or NOTHING) do
      if element.v then
        local fid = element.v.fid
        asked[#asked + 1], times[fid] = element, (times[fid] or 0) + 1
        twice = twice or times[fid] > 1
      end
    end
    for _, element in ipairs(m.named.fid or NOTHING) do
      if element.v then given[element.v.fid] = element end
    end
    for fid in pairs(times) do shared = shared or given[fid] ~= nil end
    any = m.named.multihoming or m.named["mag-multipath"]
    if not any and not shared then return end
    if asked[1] and not shared then
      tell(mext and "mext/5.2.5/flows-unsupported" or "rfc6089/5.3.5/flows-unsupported", nil, "none of its FIDs is answered")
    else
      for fid in pairs(times) do
        if given[fid] == nil then tell(id .. "fid-echo", nil, "FID " .. fid .. " of the request is not answered") end
      end
    end
    for _, element in ipairs(asked) do
      local echo = given[element.v.fid]
      if echo and twice then
        if echo.v.status < 128 then
          local text = "FID " .. echo.v.fid .. " has status " .. echo.v.status
          tell(mext and "mext/5.3.2/fid-twice-accepted" or "rfc6089/5.3.2/fid-twice-accepted", echo, text)
        end
      elseif echo then
        copied(id, element, rs, echo, s, tell)
        fits(mext, element, echo, tell)
      end
    end
    local named = {}
    for _, element in ipairs(r.named["flow-summary"] or NOTHING) do
      for _, fid in ipairs(element.v and element.v.fid or NOTHING) do named[fid] = true end
    end
    for fid, element in pairs(given) do
      if times[fid] == nil then
        local flow = element.v
        if flow.status >= 128 then
          if not named[fid] then tell("muho/4.2/fid-unasked", element, "FID " .. fid .. " has status " .. flow.status) end
        elseif mext and not marked(flow) then
          tell("muho/4.2/pro", element, "FID " .. fid .. ", which the request does not name, has PRO " .. flow.pro)
        end
      end
    end
  end

  -- What an answer says to the FID options and the lifetime of its request: the same for all that are alike.
  function by_hand.steady_exchange(m, s, r, rs, tell)
    if r.name ~= "pbu" or m.v.status == nil then return end
    local asked, granted = r.v.lifetime, m.v.lifetime
    if asked > 0 and m.v.status < 128 and granted == 4 * asked then
      tell("rfc6275/6.1.8/lifetime-in-seconds", nil, "the answer has " .. granted .. ", four times what was asked")
    end
    if m.v.status < 128 and asked > 0 then flows(m, s, r, rs, tell) end
  end

  local DISCARDING = { ["rfc6275/6.1.1/checksum"] = true, ["rfc6275/6.1.1/payload-proto"] = true }

  function by_hand.exchange(m, r, tell)
    if not UPDATE[r.name] or m.v.status == nil then return end
    for _, finding in ipairs(r.findings) do
      if DISCARDING[finding.id] then
        tell("rfc6275/9.2/answered", nil, "the request should have been discarded: " .. (finding.text or finding.id))
        break
      end
    end
    local other = r.named["alt-coa"] and value_of(r, "alt-coa")
    other = other and other.alternate_care_of_address
    if other and not routable(other) then
      tell("rfc6275/6.1.7/answered", nil, "the care-of address of the request is " .. address_text(other))
    end
  end
end
