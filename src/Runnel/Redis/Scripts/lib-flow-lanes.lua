-- Library, part of lib-flow.lua: lanes, and the flows that they make.
local function flow_lanes(flow)
  local prefix = flow.prefix

  function flow.parse(lane)
    local level, group, type, rate = string.match(lane, '^(%d) (%S*) (%S*) (%S*)$')
    return level, group, type, rate, level .. ' ' .. group
  end

  local times = {} -- virtual time of levels, as far as this call has read it
  flow.empty = {} -- levels in which nobody waits, as far as this call knows

  local function virtual_time(level)
    times[level] = times[level] or tonumber(redis.call('HGET', flow.main, 'v:' .. level) or '0')
    return times[level]
  end

  -- A turn began at that time. Written by save_times at the end of the call.
  function flow.pass_time(level, at) times[tostring(level)] = at end

  function flow.save_times()
    for level, at in pairs(times) do
      redis.call('HSET', flow.main, 'v:' .. level, at)
      redis.call('ZREMRANGEBYSCORE', prefix .. 'flow:idle:' .. level, '-inf', at)
    end
  end

  -- Has a flow wait for its turn; one that was away goes on where the others are, and keeps no turns saved up.
  local function join(level, name, since)
    if redis.call('ZSCORE', prefix .. 'flow:ready:' .. level, name) then return end
    local at = math.max(virtual_time(level), tonumber(since or redis.call('ZSCORE', prefix .. 'flow:idle:' .. level, name) or '0'))
    redis.call('ZREM', prefix .. 'flow:idle:' .. level, name)
    redis.call('ZADD', prefix .. 'flow:ready:' .. level, at, name)
    flow.empty[tonumber(level)] = nil
  end

  -- Lets a lane go on if it has tasks. Returns true where it may be admitted from at once.
  function flow.offer(lane)
    local head = redis.call('ZRANGE', prefix .. 'lane:' .. lane, 0, 0, 'WITHSCORES')
    if not head[1] then return false end
    local level, _, _, _, name = flow.parse(lane)
    redis.call('ZADD', prefix .. 'flow:lanes:' .. name, head[2], lane)
    if redis.call('ZSCORE', flow.full, name) then return false end
    join(level, name)
    return true
  end

  -- A flow has no lane left that may go on. Its virtual time is kept while others wait that it must not get ahead of; where nobody does,
  -- time goes on to where the last one stopped, and there is nothing to keep.
  function flow.leave(level, name, at)
    level = tostring(level)
    local now, idle = virtual_time(level), prefix .. 'flow:idle:' .. level
    if redis.call('EXISTS', prefix .. 'flow:ready:' .. level) == 1 then
      if at > now then redis.call('ZADD', idle, at, name) end
    else
      local last = redis.call('ZRANGE', idle, -1, -1, 'WITHSCORES')[2]
      times[level] = math.max(now, at, tonumber(last or '0'))
      redis.call('HSET', flow.main, 'v:' .. level, times[level])
      redis.call('DEL', idle)
    end
  end

  -- Takes a lane off its flow, since it is empty or waits for a resource, and the flow off the line with its last lane.
  function flow.withdraw(lane)
    local level, _, _, _, name = flow.parse(lane)
    redis.call('ZREM', prefix .. 'flow:lanes:' .. name, lane)
    if redis.call('EXISTS', prefix .. 'flow:lanes:' .. name) == 1 then return end
    local at = redis.call('ZSCORE', prefix .. 'flow:ready:' .. level, name) or redis.call('ZSCORE', flow.full, name)
    redis.call('ZREM', prefix .. 'flow:ready:' .. level, name)
    redis.call('ZREM', flow.full, name)
    if at then flow.leave(level, name, tonumber(at)) end
  end

  -- A group's limit lets it go on.
  function flow.reopen(group)
    for level = 1, 4 do
      level = tostring(level)
      local name = level .. ' ' .. group
      local at = redis.call('ZSCORE', flow.full, name)
      if at then
        redis.call('ZREM', flow.full, name)
        join(level, name, at)
      end
    end
  end

  local function count(lane, change)
    local level, group = flow.parse(lane)
    redis.call('HINCRBY', flow.main, 'waiting:' .. level, change)
    if redis.call('HINCRBY', prefix .. 'flow:waiting', group, change) <= 0 then redis.call('HDEL', prefix .. 'flow:waiting', group) end
  end

  -- The lane's head has changed. Returns true where it has one.
  local function refresh(lane)
    local _, _, _, _, name = flow.parse(lane)
    local head = redis.call('ZRANGE', prefix .. 'lane:' .. lane, 0, 0, 'WITHSCORES')
    if head[1] then
      redis.call('ZADD', prefix .. 'flow:lanes:' .. name, 'XX', head[2], lane)
      redis.call('ZADD', flow.heads, head[2], lane)
    else
      redis.call('ZREM', flow.heads, lane)
      flow.withdraw(lane)
    end
    return head[1] ~= nil
  end

  -- Puts a task, whose record says that it is queued and in which lane, at the end of that.
  function flow.line_up(id, lane)
    local place = redis.call('HINCRBY', flow.main, 'seq', 1)
    redis.call('ZADD', prefix .. 'lane:' .. lane, place, id)
    redis.call('HSET', prefix .. 'task:' .. id, 'since', math.floor(flow.now / 1000))
    count(lane, 1)
    if redis.call('ZCARD', prefix .. 'lane:' .. lane) == 1 then
      redis.call('ZADD', flow.heads, place, lane)
      flow.offer(lane)
    end
  end

  -- The same for a task that was elsewhere before.
  function flow.enqueue(id, lane)
    local record = prefix .. 'task:' .. id
    redis.call('HSET', record, 'state', 'queued', 'lane', lane, 'since', math.floor(flow.now / 1000))
    redis.call('HDEL', record, 'entry', 'due')
    flow.line_up(id, lane)
  end

  -- Takes a waiting task out of its lane. Returns false where it does not wait there.
  function flow.remove(id, lane)
    if redis.call('ZREM', prefix .. 'lane:' .. lane, id) == 0 then return false end
    count(lane, -1)
    refresh(lane)
    return true
  end

  -- Takes the first task out of a lane; nil where there is none. Returns also whether the lane has another.
  function flow.pop(lane)
    local id = redis.call('ZPOPMIN', prefix .. 'lane:' .. lane)[1]
    if id then count(lane, -1) end
    return id, refresh(lane)
  end
end
