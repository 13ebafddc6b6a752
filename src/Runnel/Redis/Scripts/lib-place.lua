-- Library: where a task with a record waits.

-- Tells whether a task with a record is 'waiting' or 'running'; nil where it has ended, or nothing is left of it. Takes it off the place
-- where it waits if take is true, so that the caller can end it or put it elsewhere.
local function place_of(prefix, group, id, take)
  local state, entry, lane, parked = unpack(redis.call('HMGET', prefix .. 'task:' .. id, 'state', 'entry', 'lane', 'parked'))
  if state == 'scheduled' or state == 'retrying' then
    if not redis.call('ZSCORE', prefix .. 'delayed', id) then return nil end
    if take then redis.call('ZREM', prefix .. 'delayed', id) end
    return 'waiting'
  end
  if state ~= 'queued' then return nil end
  if not entry and parked then
    if not redis.call('ZSCORE', prefix .. 'parked:' .. parked, id) then return nil end
    if take then open_flow(prefix).take_parked(id, parked) end
    return 'waiting'
  end
  if not entry then
    if not lane or not redis.call('ZSCORE', prefix .. 'lane:' .. lane, id) then return nil end
    if take then open_flow(prefix).remove(id, lane) end
    return 'waiting'
  end
  local stream, number = stream_of(prefix, string.sub(entry, 1, 1)), string.sub(entry, 2)
  if #redis.call('XRANGE', stream, number, number) == 0 then return nil end
  local pending = redis.pcall('XPENDING', stream, group, number, number, 1)
  if not pending.err and #pending > 0 then return 'running' end
  if take then
    redis.call('XDEL', stream, number)
    if lane then open_flow(prefix).release(id) end
  end
  return 'waiting'
end
