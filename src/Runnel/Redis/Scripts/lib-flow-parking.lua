-- Library, part of lib-flow.lua: tasks of paused types, and those that were delivered to a worker that does not take their
-- type. The first stand in the line 'TYPE' and come back to the streams when the type is resumed; the others in a siding, the line 'LEVEL TYPE',
-- which workers that take the type pull from (fetch-sidings.lua).
local function flow_parking(flow)
  local prefix = flow.prefix

  -- Level and type of a siding; nil for the line of a paused type.
  function flow.siding(line) return string.match(line, '^(%d) (%S+)$') end

  -- Sets a task aside. Those of one stream come back in the order in which they were in it.
  function flow.park(id, line, entry)
    local ms, sequence = string.match(entry, '^(%d+)%-(%d+)$')
    local place = (ms - 1700000000000) * 4096 + math.min(sequence, 4095) -- whole, and below 2^53 until the year 2093
    local record = prefix .. 'task:' .. id
    flow.release(id)
    redis.call('HSET', record, 'state', 'queued', 'parked', line)
    redis.call('HDEL', record, 'entry', 'due')
    redis.call('ZADD', prefix .. 'parked:' .. line, place, id)
    redis.call('HINCRBY', flow.main, 'parked', 1)
    redis.call('HINCRBY', flow.main, 'seq', 1) -- so that the beats look after it
    local _, type = flow.siding(line)
    if not type then
      redis.call('SADD', prefix .. 'flow:parked', line)
    else
      redis.call('HINCRBY', flow.main, 'sided', 1)
      if redis.call('SADD', prefix .. 'flow:sidings', line) == 1 then redis.call('PUBLISH', prefix .. 'control', 'siding ' .. type) end
    end
  end

  -- Takes a task out of those set aside. Returns false where it is not among them.
  function flow.take_parked(id, line)
    if redis.call('ZREM', prefix .. 'parked:' .. line, id) == 0 then return false end
    redis.call('HINCRBY', flow.main, 'parked', -1)
    redis.call('HDEL', prefix .. 'task:' .. id, 'parked')
    if flow.siding(line) then
      redis.call('HINCRBY', flow.main, 'sided', -1)
      if redis.call('EXISTS', prefix .. 'parked:' .. line) == 0 then redis.call('SREM', prefix .. 'flow:sidings', line) end
    end
    return true
  end

  -- Moves the first task that no rule holds up from a siding to a stream. Looks at those from the given place on, and returns its place;
  -- nil where there is none.
  function flow.pull(line, ids, from, stream)
    for i = from, #ids do
      local id = ids[i]
      local record = prefix .. 'task:' .. id
      local fields, lane = entry_of(record, id), redis.call('HGET', record, 'lane')
      if not fields then
        flow.take_parked(id, line) -- its record was deleted by hand
      elseif not lane or flow.take_slot(id, lane) then
        flow.take_parked(id, line)
        if lane then
          fields[#fields + 1] = 'slot'
          fields[#fields + 1] = '1'
        end
        redis.call('HSET', record, 'entry', 'r' .. redis.call('XADD', stream, '*', unpack(fields)))
        return i
      end
    end
  end

  function flow.has_sidings() return redis.call('EXISTS', prefix .. 'flow:sidings') == 1 end

  -- Some of the sidings whose type is not paused; another choice each time where there are very many.
  function flow.open_sidings()
    local open = {}
    for _, line in ipairs(redis.call('SRANDMEMBER', prefix .. 'flow:sidings', 200)) do
      local _, type = flow.siding(line)
      if not flow.type_rule(type) then open[#open + 1] = line end
    end
    return open
  end

  -- Brings back the first tasks set aside, to the ends of their lanes and streams. Returns how many.
  function flow.unpark(type, most)
    local ids = redis.call('ZRANGE', prefix .. 'parked:' .. type, 0, most - 1)
    for _, id in ipairs(ids) do
      local record = prefix .. 'task:' .. id
      local fields, level = entry_of(record, id)
      local lane = redis.call('HGET', record, 'lane')
      flow.take_parked(id, type)
      if fields and lane then
        flow.enqueue(id, lane)
      elseif fields then
        local letter = string.sub('chnl', level, level)
        redis.call('HSET', record, 'entry', letter .. redis.call('XADD', stream_of(prefix, letter), '*', unpack(fields)))
        redis.call('HINCRBY', prefix .. 'stats', 'readded', 1)
      end
    end
    if redis.call('EXISTS', prefix .. 'parked:' .. type) == 0 then redis.call('SREM', prefix .. 'flow:parked', type) end
    flow.admit(most)
    return #ids
  end

  -- Goes on with types that were resumed while somebody still set tasks aside, or whose resumption broke off.
  function flow.unpark_resumed()
    for _, type in ipairs(redis.call('SRANDMEMBER', prefix .. 'flow:parked', 20)) do
      if not flow.type_rule(type) then flow.unpark(type, 100) end
    end
  end
end
