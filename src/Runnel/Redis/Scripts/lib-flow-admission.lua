-- Library, part of lib-flow.lua: slots, and who gets the next one.
local function flow_admission(flow)
  local prefix = flow.prefix
  local soonest = nil -- the earliest turn of a rate that this call has set

  local function wait_for(resource, lane, at)
    redis.call('ZADD', prefix .. 'flow:wait:' .. resource, at, lane)
    flow.withdraw(lane)
    if string.sub(resource, 1, 1) == 't' then redis.call('SADD', flow.blocked, resource) end
  end

  local function wake_at(resource, us)
    local ms = math.ceil(us / 1000)
    redis.call('ZADD', flow.due, ms, resource)
    if not soonest or ms < soonest then soonest = ms end
  end

  -- Lets one lane go on that waits for the resource. Returns false where none does.
  function flow.wake(resource)
    for _ = 1, 20 do
      local lane = redis.call('ZPOPMIN', prefix .. 'flow:wait:' .. resource)[1]
      if not lane then
        redis.call('SREM', flow.blocked, resource)
        return false
      end
      if flow.offer(lane) then return true end
    end
    return true
  end

  -- Lets a lane go on for each rate whose time has come. Where more wait, the next follows after an interval at most: also if this one
  -- cannot use its turn. Called by the promoter, which sleeps until exactly that time.
  function flow.wake_due()
    for _, resource in ipairs(redis.call('ZRANGE', flow.due, '-inf', math.floor(flow.now / 1000), 'BYSCORE', 'LIMIT', 0, 100)) do
      redis.call('ZREM', flow.due, resource)
      if flow.wake(resource) and redis.call('EXISTS', prefix .. 'flow:wait:' .. resource) == 1 then
        local key = string.sub(resource, 3)
        local type = string.match(key, '^type (%S+)$')
        local rule = flow.rates_of(type or '', type and '' or key)[1]
        if rule then wake_at(resource, flow.now + rule.interval) else wake_at(resource, flow.now) end
      end
    end
  end

  -- Lets lanes go on that wait for a type which is open: its limit was raised, or whoever was let go on could not use it.
  function flow.wake_types()
    local woken = false
    for _, resource in ipairs(redis.call('SRANDMEMBER', flow.blocked, 20)) do
      if flow.type_is_open(string.sub(resource, 3)) and flow.wake(resource) then woken = true end
    end
    return woken
  end

  -- Gives back the slot of a task that left its stream. Returns false where it had none: releasing twice does nothing.
  function flow.release(id)
    local lane = redis.call('HGET', flow.slots, id)
    if not lane then return false end
    redis.call('HDEL', flow.slots, id)
    local _, group, type = flow.parse(lane)
    for _, counter in ipairs({'g:' .. group, 't:' .. type}) do
      if redis.call('HINCRBY', flow.used, counter, -1) <= 0 then redis.call('HDEL', flow.used, counter) end
    end
    local _, limit = flow.group_rule(group)
    if limit and flow.in_use('g:' .. group) < limit then flow.reopen(group) end
    if redis.call('SISMEMBER', flow.blocked, 't:' .. type) == 1 and flow.type_is_open(type) then flow.wake('t:' .. type) end
    local _, most = flow.type_rule(type)
    if (limit or most) and flow.has_sidings() then redis.call('PUBLISH', prefix .. 'control', 'room') end
    return true
  end

  -- The flow whose turn it is: of the highest level that has one, but three turns in twenty begin at a lower level, so that none starves.
  local starts = {[6] = 4, [13] = 3, [19] = 2}
  local function next_flow(turn)
    local first = starts[turn % 20] or 1
    for i = 0, 3 do
      local level = i == 0 and first or (i < first and i or i + 1)
      if not flow.empty[level] then
        local found = redis.call('ZRANGE', prefix .. 'flow:ready:' .. level, 0, 0, 'WITHSCORES')
        if found[1] then return level, found[1], tonumber(found[2]) end
        flow.empty[level] = true
      end
    end
  end

  local function hold(id, lane, group, type)
    redis.call('HSET', flow.slots, id, lane)
    redis.call('HINCRBY', flow.used, 'g:' .. group, 1)
    redis.call('HINCRBY', flow.used, 't:' .. type, 1)
  end

  -- Gives a slot to a task that had its turn in the lane once, where limits and rates allow that now.
  function flow.take_slot(id, lane)
    local _, group, type, key = flow.parse(lane)
    local _, limit = flow.group_rule(group)
    if limit and flow.in_use('g:' .. group) >= limit or not flow.type_is_open(type) then return false end
    local rates, up_to = flow.rates_of(type, key), {}
    for i, rule in ipairs(rates) do
      local turn
      turn, up_to[i] = flow.next_turn(rule)
      if turn > flow.now then return false end
    end
    for i, rule in ipairs(rates) do flow.use_rate(rule, up_to[i]) end
    hold(id, lane, group, type)
    return true
  end

  -- Moves a task to its stream with a slot. The slot is kept, also when its worker dies, until the task leaves the streams.
  local function admit_task(id, lane, level, group, type)
    local record = prefix .. 'task:' .. id
    local fields = entry_of(record, id)
    if not fields then return false end -- its record was deleted by hand
    fields[#fields + 1] = 'slot'
    fields[#fields + 1] = '1'
    local letter = string.sub('chnl', level, level)
    local entry = redis.call('XADD', stream_of(prefix, letter), '*', unpack(fields))
    redis.call('HSET', record, 'entry', letter .. entry)
    hold(id, lane, group, type)
    return true
  end

  -- Gives the flow its turn. Returns true if a task was admitted; else something was found to wait, and is out of the way now.
  local function take_turn(level, name, at)
    local lane = redis.call('ZRANGE', prefix .. 'flow:lanes:' .. name, 0, 0)[1]
    if not lane then
      redis.call('ZREM', prefix .. 'flow:ready:' .. level, name)
      return false
    end
    local _, group, type, key = flow.parse(lane)
    local weight, limit = flow.group_rule(group)
    if limit and flow.in_use('g:' .. group) >= limit then
      redis.call('ZREM', prefix .. 'flow:ready:' .. level, name)
      redis.call('ZADD', flow.full, at, name)
      return false
    end
    if not flow.type_is_open(type) then
      wait_for('t:' .. type, lane, at)
      return false
    end
    local rates, up_to = flow.rates_of(type, key), {}
    for i, rule in ipairs(rates) do
      local turn
      turn, up_to[i] = flow.next_turn(rule)
      if turn > flow.now then
        wait_for(rule.resource, lane, at)
        wake_at(rule.resource, turn)
        return false
      end
    end
    flow.pass_time(level, at)
    local id, more = flow.pop(lane)
    if not id or not admit_task(id, lane, level, group, type) then return false end
    for i, rule in ipairs(rates) do
      flow.use_rate(rule, up_to[i])
      if redis.call('EXISTS', prefix .. 'flow:wait:' .. rule.resource) == 1 then
        local turn = flow.next_turn(rule)
        if turn <= flow.now then flow.wake(rule.resource) else wake_at(rule.resource, turn) end
      end
    end
    if more or redis.call('EXISTS', prefix .. 'flow:lanes:' .. name) == 1 then
      redis.call('ZADD', prefix .. 'flow:ready:' .. level, at + 1 / weight, name)
    else
      flow.leave(level, name, at + 1 / weight)
    end
    return true
  end

  -- Returns the window, the number of the next turn, and how many tasks wait.
  function flow.figures()
    local figures = redis.call('HMGET', flow.main, 'window', 'turn', 'waiting:1', 'waiting:2', 'waiting:3', 'waiting:4')
    for i = 1, 6 do figures[i] = tonumber(figures[i] or '0') end
    return figures[1], figures[2], figures[3] + figures[4] + figures[5] + figures[6]
  end

  -- Admits waiting tasks while there is room, most at once.
  function flow.admit(most)
    local window, turn, waiting = flow.figures()
    if waiting <= 0 then return end
    local room = math.min(most, window - redis.call('HLEN', flow.slots))
    if room <= 0 then return end
    local admitted, tries = 0, 3 * most + 50
    while admitted < room and tries > 0 do
      tries = tries - 1
      local level, name, at = next_flow(turn + admitted)
      if level then
        if take_turn(level, name, at) then admitted = admitted + 1 end
      elseif not flow.wake_types() then
        break
      end
    end
    flow.save_times()
    if admitted > 0 then
      redis.call('HINCRBY', flow.main, 'turn', admitted)
      redis.call('HINCRBY', prefix .. 'stats', 'readded', admitted)
    end
    if soonest and tonumber(redis.call('ZRANGE', flow.due, 0, 0, 'WITHSCORES')[2] or '0') >= soonest then
      redis.call('PUBLISH', prefix .. 'control', 'due ' .. math.max(0, soonest - math.floor(flow.now / 1000)))
    end
  end
end
