-- The Info column: what matters of a message, in a line.

local summary

do
  local SHORT = {
    pbu = "PBU", pba = "PBA", ["binding-update"] = "BU", ["binding-ack"] = "BA", ["binding-error"] = "BE", bri = "BRI",
    bra = "BRA", ["update-notification"] = "UPN", ["update-ack"] = "UPA", lri = "LRI", lra = "LRA", fbi = "FBI",
    fba = "FBA", ["handover-initiate"] = "HI", ["handover-ack"] = "HAck", fbu = "FBU", fback = "FBack",
  }
  local PRO = { [0] = "+", [1] = "~", [2] = "*" } -- added, modified, re-instantiated
  local TOLD = { trigger = true, reason = true, code = true, revocation_trigger = true } -- they say why a message comes

  for _, entry in ipairs(description.messages) do
    for _, field in ipairs(entry.fields) do
      if field.name == "status" then entry.status_enum = field.enum end
      if field.name == "lifetime" then entry.lifetime_unit = field.unit end
      if TOLD[field.name] and field.enum then
        entry.told = entry.told or {}
        table.insert(entry.told, field)
      end
    end
    for _, exchange in ipairs(description.exchanges) do
      if exchange.request == entry.name and exchange.answer_when then entry.exchange = exchange end
    end
  end

  -- Which of the two it is, where request and answer are one message; an answer to nothing says so.
  local function side_of(exchange, v)
    local function says(sign) return sign and bits(v[sign.field] or 0, sign.mask) == sign.value end
    return says(exchange.unsolicited_when) and "unsolicited" or says(exchange.answer_when) and "response" or "request"
  end

  local function status_text(enum, status)
    return enum and current_names[enum][status] or "status " .. status
  end

  local function flow_status(enum, status)
    return (string.gsub(string.gsub(status_text(enum, status), "^fid%-", ""), "%-", " "))
  end

  -- What is said of an option stands in it: the same one comes in many messages. `make`: what gives it.
  local function info_of(element, make, answer)
    local text = element.info
    if not text or element.info_of_answer ~= answer then
      text = make(element, element.v, answer)
      element.info, element.info_of_answer = text, answer
    end
    return text
  end

  local function flow_text(element, v, answer)
    if answer then return v.fid .. (v.pro == 2 and "*" or "") .. " " .. flow_status(element.entry.status_enum, v.status) end
    return v.fid .. (v.pro and (PRO[v.pro] or v.pro == set.pro_delete and "-" or "?") or "")
  end

  -- FID 1+ 2~ of a request, FID 1 ok, 2 in use of an answer.
  local function flows_text(elements, answer)
    local text = ""
    for i = 1, #elements do
      local element = elements[i]
      if element.v then
        text = text .. (text == "" and "FID " or answer and ", " or " ") .. info_of(element, flow_text, answer)
      end
    end
    return text == "" and "FID ?" or text
  end

  local function node_text(element, v)
    local field = element.entry.fields[#element.entry.fields]
    return rest_text(field, element, v[field.name])
  end

  local function prefix_text(_, v) return ipv6_text(v["home_network_prefix.address"]) .. "/" .. v["home_network_prefix.length"] end

  for _, entry in ipairs(description.options) do
    for _, field in ipairs(entry.fields) do
      if field.name == "status" then entry.status_enum = field.enum end
    end
  end

  local out, count = {}, 0 -- of the message that is summed up

  local function add(text)
    if text == "" then return end
    count = count + 1
    out[count] = text
  end

  function summary(m)
    local v, options = m.v, m.named
    for i = count, 1, -1 do out[i] = nil end
    out[1], count = SHORT[m.name] or titles[m.name], 1
    if m.entry.exchange then add(side_of(m.entry.exchange, v)) end
    if v.status then add(status_text(m.entry.status_enum, v.status)) end
    for _, field in ipairs(m.entry.told or NOTHING) do
      local number = v[field.name]
      if number then add(current_names[field.enum][number] or field.name .. " " .. number) end
    end
    local mn = v.status == nil and first(options["mn-id"])
    if mn and mn.v then
      add(info_of(mn, node_text, false))
    end
    for _, element in ipairs(options.hnp or NOTHING) do
      local w = element.v
      local length = w and w["home_network_prefix.length"]
      if w and (v.status or length > 0) then add(info_of(element, prefix_text, false)) end
    end
    if v.lifetime == 0 and (v.status or 0) < 128 then add("lifetime=0") end
    local hi = v.status == nil and values_of(options.hi).hi
    if hi then add("HI=" .. enum_text("hi", hi)) end
    local group = values_of(options.multihoming)
    if group.mhgid and (v.status == nil or group.mhgid ~= 0) then add("MHGID=" .. group.mhgid) end
    if group.act and group.act ~= 0 then add("ACT=" .. enum_text("act", group.act)) end
    if options.fid then add(flows_text(options.fid, v.status ~= nil)) end
    local kept = values_of(options["flow-summary"]).fid
    if kept then add("summary " .. (#kept > 0 and table.concat(kept, ",") or "none")) end
    if v.lifetime and v.lifetime > 0 then add("lifetime=" .. (m.entry.lifetime_unit or 1) * v.lifetime .. "s") end
    if v.sequence then add("seq=" .. v.sequence) end
    return table.concat(out, " ")
  end
end
