-- The rules, and their expert information.

local judging = {}

do
  local SEVERITY = { error = expert.severity.ERROR, warning = expert.severity.WARN, note = expert.severity.NOTE }
  local rules, experts = {}, {}
  F.expert = ProtoField.string("pmip6.expert", "Rule")
  fields[#fields + 1] = F.expert
  for _, rule in ipairs(description.rules) do
    local summary = "Broken: " .. rule.sentence .. " (" .. rule.clause .. ")" -- in a column of some 40 characters
    rule.expert = ProtoExpert.new(rule.filter, summary, expert.group[rule.group], SEVERITY[rule.level])
    experts[#experts + 1] = rule.expert
    rules[rule.id] = rule
  end
  judging.no_response = ProtoExpert.new("pmip6.no_response", "No response", expert.group.SEQUENCE, expert.severity.NOTE)
  experts[#experts + 1] = judging.no_response
  judging.experts = experts

  -- The rules for one kind of message (or exchange, by its request); made when the first comes. A rule looks at
  --   alone: one option and nothing else: judged once for each option that is read;
  --   steady: what is the same in messages that are alike (steady.py): judged once for all that are;
  --   others: more: judged each time.
  -- Each is silent without its option (`on`), where it names one.

  local rules_for, exchange_rules_for, kinds = {}, {}, 0
  local alike, alike_count = {}, 0 -- message name -> fields -> face of its first option -> of its second -> ...
  local MOST_ALIKE, MOST_SOUND = 20000, 1000

  function judging.forget()
    rules_for, exchange_rules_for, kinds, alike, alike_count = {}, {}, 0, {}, 0
  end

  -- Whichever reading a peer is set to follow, it is not at fault.
  local SILENT = {
    ["muho/4.1/act-in-pba"] = { "pba-act", "echo" }, ["muho/4.1/mhgid"] = { "mhgid-nonzero", "accept" },
  }

  local function is_silent(id)
    local by = SILENT[id]
    return by ~= nil and set.reading[by[1]] == by[2]
  end

  local function sort_rules(scope, name)
    kinds = kinds + 1
    local sorted = {
      alone = {}, steady = {}, others = {}, place = kinds, -- where, in an element, stands what they found
      sound = {}, sound_count = 0, -- faces of options that break nothing, as true
    }
    for _, rule in ipairs(description.rules) do
      local meant = rule.messages == nil or rule.messages[name]
      local spoken = rule.dialect == nil or rule.dialect == set.dialect
      if rule.broken and rule.scope == scope and meant and spoken and not is_silent(rule.id) then
        if rule.alone then
          local list = sorted.alone[rule.on] or {}
          sorted.alone[rule.on], list[#list + 1] = list, rule
        else
          local list = rule.steady and sorted.steady or sorted.others
          list[#list + 1] = rule
        end
      end
    end
    return sorted
  end

  local function judge_each(rule, m, elements)
    for i = 1, #elements do
      local element = elements[i]
      if rule.broken(m, element, element.v or NOTHING) then found(m, rule.id, element, nil) end
    end
  end

  local function judge_by(list, m)
    for i = 1, #list do
      local rule = list[i]
      local elements = rule.on and m.named[rule.on]
      if rule.each then
        if elements then judge_each(rule, m, elements) end
      elseif (elements or not rule.on) and rule.broken(m) then
        if noted[1] == nil then
          found(m, rule.id, first(m.named[rule.about]), nil)
        else
          for _, element in ipairs(noted) do found(m, rule.id, element, nil) end
        end
      end
      if noted[1] then noted = {} end
    end
  end

  local trial = { findings = {} } -- takes what an option breaks while it is judged

  local function judge_by_alone(rules_on, elements, is_sound)
    for i = 1, rules_on and #rules_on or 0 do
      local rule = rules_on[i]
      if not (is_sound and rule.steady) then judge_each(rule, trial, elements) end
    end
  end

  -- What an option breaks by itself in a message of this name. It stands in the option, by the rules that judged it.
  -- Changing ones that look the same to steady rules (`face`) are judged by those once, where nothing was found.
  local function judge_alone(sorted, name, element)
    local changing = element.entry and element.entry.changing
    judge_by_alone(sorted.alone[element.name], element.alone, changing and sorted.sound[element.face])
    for _, inner in ipairs(element.inner or NOTHING) do judge_by_alone(sorted.alone[inner.name], inner.list) end
    by_hand.option(trial, name, element, element.name)
    if noted[1] then noted = {} end
    local broken = NOTHING
    if trial.findings[1] then
      broken, trial.findings = trial.findings, {}
    elseif changing and not sorted.sound[element.face] then
      if sorted.sound_count >= MOST_SOUND then sorted.sound, sorted.sound_count = {}, 0 end
      sorted.sound[element.face], sorted.sound_count = true, sorted.sound_count + 1
    end
    element[sorted.place] = broken
    return broken
  end

  local function judge_options(sorted, m)
    local findings, options, place = m.findings, m.options, sorted.place
    for i = 1, #options do
      local element = options[i]
      local broken = element[place] or judge_alone(sorted, m.name, element)
      if broken ~= NOTHING then
        for k = 1, #broken do findings[#findings + 1] = broken[k] end
      end
    end
    local odd = m.odd
    if odd then
      for _, finding in ipairs(judge_alone(sorted, m.name, odd)) do findings[#findings + 1] = finding end
    end
  end

  -- Where the sequence number stands among the fields of a message: position and octets; nil where that is not known.
  local NUMBER = { uint = true, flags = true, bits = true, signed = true, octets = true, address = true, text = true }
  local sequence_of = {}

  local function place_sequence(entry)
    local at, found_at = 7, { 0, 0 }
    for _, field in ipairs(entry.fields) do
      if not NUMBER[field.kind] or not field.octets then return nil end
      if field.name == "sequence" then found_at = { at, field.octets } end
      at = at + field.octets
    end
    return found_at
  end

  -- What all messages that are alike share: `broken`, the findings of the steady rules, as rule id and place in the list of
  -- options; `with`, what their exchanges with requests that are alike break. nil where something was odd about this one.
  local function shared_by_alike(m, s)
    local entry = m.entry
    local place = sequence_of[entry]
    if place == nil then
      place = place_sequence(entry) or false
      sequence_of[entry] = place
    end
    if not place then return nil end
    if alike_count > MOST_ALIKE then alike, alike_count = {}, 0 end
    local node = alike[m.name]
    if node == nil then
      node = {}
      alike[m.name] = node
    end
    local behind, options = m.options_at - 1, m.options
    local head = sub(s, 7, place[1] - 1) .. sub(s, math.max(7, place[1] + place[2]), behind)
    local next_node = node[head]
    for i = 0, #options do
      if i > 0 then
        head = options[i].face
        next_node = node[head]
      end
      if next_node == nil then
        next_node, alike_count = {}, alike_count + 1
        node[head] = next_node
      end
      node = next_node
    end
    return node
  end

  -- The findings that the steady rules have just added, for those that come; nil when one is on no option of the list.
  local function keep(m, before)
    local broken = {}
    for i = before + 1, #m.findings do
      local finding, place = m.findings[i], nil
      for k, element in ipairs(m.options) do
        if element == finding.element then place = k end
      end
      if finding.element and not place then return nil end
      broken[#broken + 1] = { id = finding.id, place = place }
    end
    return broken
  end

  function judging.judge(m, s)
    local name = m.name
    local sorted = rules_for[name]
    if sorted == nil then
      sorted = sort_rules(nil, name)
      rules_for[name] = sorted
    end
    local shared = m.findings[1] == nil and shared_by_alike(m, s) or nil
    m.shared = shared
    by_hand.message(m, s)
    judge_options(sorted, m)
    judge_by(sorted.others, m)
    local broken = shared and shared[0]
    if broken then
      for i = 1, #broken do found(m, broken[i].id, m.options[broken[i].place], nil) end
    else
      local before = #m.findings
      judge_by(sorted.steady, m)
      if shared then shared[0] = keep(m, before) end
    end
  end

  -- What an answer breaks for its request: rule ids, the offsets of the options meant, and what was seen. `s` and `rs`
  -- are the octets of answer and request.

  local function judge_exchange(list, m, r, out)
    for i = 1, #list do
      local rule = list[i]
      if rule.broken(m, r) then
        out = out or {}
        if noted[1] == nil then
          local about = first(m.named[rule.about])
          out[#out + 1] = { id = rule.id, offset = about and about.offset }
        end
        for _, element in ipairs(noted) do
          local own = element ~= NOTHING and option_by_offset(m, element.offset) == element
          out[#out + 1] = { id = rule.id, offset = own and element.offset or nil }
        end
      end
      if noted[1] then noted = {} end
    end
    return out
  end

  local function judge_steady_exchange(list, m, s, r, rs)
    local out
    by_hand.steady_exchange(m, s, r, rs, function(id, element, text)
      out = out or {}
      out[#out + 1] = { id = id, offset = element and element.offset, text = text }
    end)
    return judge_exchange(list, m, r, out)
  end

  function judging.exchange(m, s, r, rs)
    local sorted = exchange_rules_for[r.name]
    if sorted == nil then
      sorted = sort_rules("exchange", r.name)
      exchange_rules_for[r.name] = sorted
    end
    local known, steady = m.shared and r.shared and m.shared[r.shared], nil
    if known == nil then
      steady = judge_steady_exchange(sorted.steady, m, s, r, rs)
      if m.shared and r.shared then m.shared[r.shared] = steady or false end
    else
      steady = known or nil
    end
    local out
    by_hand.exchange(m, r, function(id, element, text)
      out = out or {}
      out[#out + 1] = { id = id, offset = element and element.offset, text = text }
    end)
    out = judge_exchange(sorted.others, m, r, out)
    if out == nil then return steady end
    for _, finding in ipairs(steady or NOTHING) do out[#out + 1] = finding end
    return out
  end

  -- Whether a length in it is wrong, as Wireshark says of others in the Info column.
  function judging.malformed(m)
    for i = 1, #m.findings do
      local rule = rules[m.findings[i].id]
      if rule and rule.group == "MALFORMED" then return true end
    end
    return false
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
        if visible or referenced(at, F.expert) then set_generated(add_item(at, F.expert, rule.id)) end
      end
    end
  end
end
