-- Library, part of lib-flow.lua: makes true what could be untrue after entries or keys were deleted by hand, and what nobody was there for.
local function flow_sweep(flow)
  local prefix = flow.prefix

  -- Frees slots whose task is in no stream any more, a part of them at each sweep, and counts those in use anew.
  local function check_slots()
    local cursor, some = unpack(redis.call('HSCAN', flow.slots, redis.call('HGET', flow.main, 'cursor') or '0', 'COUNT', 200))
    redis.call('HSET', flow.main, 'cursor', cursor)
    for i = 1, #some, 2 do
      local entry = redis.call('HGET', prefix .. 'task:' .. some[i], 'entry') or ''
      local number = string.sub(entry, 2)
      if entry == '' or #redis.call('XRANGE', stream_of(prefix, string.sub(entry, 1, 1)), number, number) == 0 then flow.release(some[i]) end
    end
    if redis.call('HLEN', flow.slots) > 5000 then return end -- too long for one call; the counts are right as long as nobody meddles
    local used, all = {}, redis.call('HVALS', flow.slots)
    for _, lane in ipairs(all) do
      local _, group, type = flow.parse(lane)
      used['g:' .. group] = (used['g:' .. group] or 0) + 1
      used['t:' .. type] = (used['t:' .. type] or 0) + 1
    end
    redis.call('DEL', flow.used)
    for counter, number in pairs(used) do redis.call('HSET', flow.used, counter, number) end
  end

  -- Counts the workers' wishes anew; one that has no lease any more has none.
  local function check_window(workers)
    local fields, window = redis.call('HGETALL', flow.main), 0
    for i = 1, #fields, 2 do
      local consumer = string.match(fields[i], '^w:(.*)$')
      if consumer and redis.call('ZSCORE', workers, consumer) then
        window = window + fields[i + 1]
      elseif consumer then
        redis.call('HDEL', flow.main, fields[i])
      end
    end
    redis.call('HSET', flow.main, 'window', window)
  end

  function flow.sweep(workers)
    check_slots()
    check_window(workers)
    flow.wake_types()
    flow.unpark_resumed()
  end
end
