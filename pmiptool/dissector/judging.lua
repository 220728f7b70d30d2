-- The rules, and their expert information.

local judging = {}

do
  local SEVERITY = { error = expert.severity.ERROR, warning = expert.severity.WARN, note = expert.severity.NOTE }
  local rules, experts = {}, {}
  for _, rule in ipairs(description.rules) do
    rule.expert = ProtoExpert.new(rule.filter, rule.sentence, expert.group[rule.group], SEVERITY[rule.level])
    experts[#experts + 1] = rule.expert
    rules[rule.id] = rule
  end
  judging.no_response = ProtoExpert.new("pmip6.no_response", "No response", expert.group.SEQUENCE, expert.severity.NOTE)
  experts[#experts + 1] = judging.no_response
  judging.experts = experts

  local rules_for = {} -- the rules on one message, by its name
  local exchange_rules_for = {} -- those on a request with its answer, by the name of the request

  function judging.forget() rules_for, exchange_rules_for = {}, {} end

  -- The rules for one kind of message, by the option without which they are silent; made when the first comes.

  -- Whichever reading a peer is set to follow, it is not at fault.
  local SILENT = {
    ["muho/4.1/act-in-pba"] = { "pba-act", "echo" }, ["muho/4.1/mhgid"] = { "mhgid-nonzero", "accept" },
  }

  local function is_silent(id)
    local by = SILENT[id]
    return by ~= nil and set.reading[by[1]] == by[2]
  end

  local function sort_rules(name)
    local sorted = { always = {}, on = {} }
    for _, rule in ipairs(description.rules) do
      local meant = rule.messages == nil or rule.messages[name]
      local spoken = rule.dialect == nil or rule.dialect == set.dialect
      if rule.broken and rule.scope == nil and meant and spoken and not is_silent(rule.id) then
        local list = sorted.always
        if rule.on then
          list = sorted.on[rule.on] or {}
          sorted.on[rule.on] = list
        end
        list[#list + 1] = rule
      end
    end
    rules_for[name] = sorted
    return sorted
  end

  local function judge_by(list, m, elements)
    for i = 1, #list do
      local rule = list[i]
      local broken = rule.broken
      if rule.each then
        for k = 1, #elements do
          local element = elements[k]
          if broken(m, element, element.v or NOTHING) then found(m, rule.id, element, nil) end
        end
      elseif broken(m) then
        if m.culprits[1] == nil then
          found(m, rule.id, first(m.named[rule.about]), nil)
        else
          for _, element in ipairs(m.culprits) do found(m, rule.id, element, nil) end
        end
      end
      if m.culprits[1] then m.culprits = {} end
    end
  end

  function judging.judge(m, s)
    by_hand.message(m, s)
    local sorted = rules_for[m.name] or sort_rules(m.name)
    judge_by(sorted.always, m, NOTHING)
    for name, elements in pairs(m.named) do
      local list = sorted.on[name]
      if list then judge_by(list, m, elements) end
    end
  end

  -- What an answer breaks for its request: rule ids, the offsets of the options meant, and what was seen. `s` and `rs`
  -- are the octets of answer and request.

  local function exchange_rules(name)
    local list = {}
    for _, rule in ipairs(description.rules) do
      local meant = rule.messages == nil or rule.messages[name]
      if rule.broken and rule.scope == "exchange" and meant and (rule.dialect == nil or rule.dialect == set.dialect) then
        list[#list + 1] = rule
      end
    end
    exchange_rules_for[name] = list
    return list
  end

  function judging.exchange(m, s, r, rs)
    local list, out = exchange_rules_for[r.name] or exchange_rules(r.name), nil
    by_hand.exchange(m, s, r, rs, function(id, element, text)
      out = out or {}
      out[#out + 1] = { id = id, offset = element and element.offset, text = text }
    end)
    for i = 1, #list do
      local rule = list[i]
      if rule.broken(m, r) then
        out = out or {}
        if m.culprits[1] == nil then
          local about = first(m.named[rule.about])
          out[#out + 1] = { id = rule.id, offset = about and about.offset }
        end
        for _, element in ipairs(m.culprits) do
          local own = element ~= NOTHING and option_by_offset(m, element.offset) == element
          out[#out + 1] = { id = rule.id, offset = own and element.offset or nil }
        end
      end
      if m.culprits[1] then m.culprits = {} end
    end
    return out
  end

  -- Every finding on the line of its option, or on that of the message.
  function judging.complain(m, item)
    for i = 1, #m.findings do
      local finding = m.findings[i]
      local rule = rules[finding.id]
      if rule then
        local at = finding.element and lines and lines[finding.element] or item
        local text = finding.text and finding.text .. " (" .. rule.clause .. ")"
        at:add_proto_expert_info(rule.expert, text or "Against " .. rule.clause .. ": " .. rule.sentence)
      end
    end
  end
end
