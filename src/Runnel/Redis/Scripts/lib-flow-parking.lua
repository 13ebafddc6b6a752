-- Library, part of lib-flow.lua: tasks of paused types.
local function flow_parking(flow)
  local prefix = flow.prefix

  -- Sets a task aside whose type is paused. Those of one stream come back in the order in which they were in it.
  function flow.park(id, type, entry)
    local ms, sequence = string.match(entry, '^(%d+)%-(%d+)$')
    local place = (ms - 1700000000000) * 4096 + math.min(sequence, 4095) -- whole, and below 2^53 until the year 2093
    local record = prefix .. 'task:' .. id
    flow.release(id)
    redis.call('HSET', record, 'state', 'queued', 'parked', type)
    redis.call('HDEL', record, 'entry', 'due')
    redis.call('ZADD', prefix .. 'parked:' .. type, place, id)
    redis.call('SADD', prefix .. 'flow:parked', type)
    redis.call('HINCRBY', flow.main, 'parked', 1)
    redis.call('HINCRBY', flow.main, 'seq', 1) -- so that the beats look after it
  end

  -- Takes a task out of those set aside. Returns false where it is not among them.
  function flow.take_parked(id, type)
    if redis.call('ZREM', prefix .. 'parked:' .. type, id) == 0 then return false end
    redis.call('HINCRBY', flow.main, 'parked', -1)
    redis.call('HDEL', prefix .. 'task:' .. id, 'parked')
    return true
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
