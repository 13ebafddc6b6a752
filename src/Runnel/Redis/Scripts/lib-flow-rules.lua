-- Library, part of lib-flow.lua: the limits that people set, read once a call.
local function flow_rules(flow)
  local groups, types, rates = {}, {}, {}

  local function read(cache, key, name)
    if cache[name] == nil then cache[name] = redis.call('HGET', flow.prefix .. key, name) end
    return cache[name]
  end

  -- Returns the group's weight, and its limit or nil.
  function flow.group_rule(group)
    local rule = group ~= '' and read(groups, 'flow:groups', group)
    if not rule then return 1, nil end
    local weight, limit = string.match(rule, '^(%S+) (%S+)$')
    return tonumber(weight), tonumber(limit)
  end

  -- Returns whether the type is paused, and its limit or nil.
  function flow.type_rule(type)
    local rule = read(types, 'flow:types', type)
    if not rule then return false, nil end
    local paused, limit = string.match(rule, '^(%S+) (%S+)')
    return paused == '1', tonumber(limit)
  end

  local function rate(resource, interval, burst) return {resource = resource, interval = tonumber(interval), burst = tonumber(burst)} end

  -- The rates that a lane is subject to: its type's and its key's.
  function flow.rates_of(type, key)
    local found = {}
    local rule = read(types, 'flow:types', type)
    if rule then
      local interval, burst = string.match(rule, '(%d+) (%d+)$')
      if interval then found[1] = rate('r:type ' .. type, interval, burst) end
    end
    rule = key ~= '' and read(rates, 'flow:rates', key)
    if rule then
      local interval, burst = string.match(rule, '^(%S+) (%S+)$')
      found[#found + 1] = rate('r:' .. key, interval, burst)
    end
    return found
  end

  -- GCRA: returns when (us) the next task may go, and the time up to which that would use the rate.
  function flow.next_turn(rule)
    local up_to = tonumber(redis.call('GET', flow.prefix .. 'rate:' .. string.sub(rule.resource, 3)) or '0')
    local theirs = math.max(up_to, flow.now) + rule.interval
    return theirs - rule.burst * rule.interval, theirs
  end

  function flow.use_rate(rule, up_to)
    redis.call('SET', flow.prefix .. 'rate:' .. string.sub(rule.resource, 3), string.format('%.0f', up_to), 'PX', math.ceil((up_to - flow.now) / 1000) + 1)
  end

  function flow.in_use(counter) return tonumber(redis.call('HGET', flow.used, counter) or '0') end

  function flow.type_is_open(type)
    local paused, limit = flow.type_rule(type)
    return not paused and not (limit and flow.in_use('t:' .. type) >= limit)
  end
end
