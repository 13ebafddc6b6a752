-- Library: where a task with a record waits.

local function stream_of(prefix, letter)
  if letter == 'n' then return string.sub(prefix, 2, -3) end
  return prefix .. ({r = 'returned', c = 'critical', h = 'high', l = 'low'})[letter]
end

-- Tells whether a task with a record is 'waiting' or 'running'; nil where it has ended, or nothing is left of it. Takes it off the place
-- where it waits if take is true, so that the caller can end it or put it elsewhere.
local function place_of(prefix, group, id, take)
  local state, entry = unpack(redis.call('HMGET', prefix .. 'task:' .. id, 'state', 'entry'))
  if state == 'scheduled' or state == 'retrying' then
    if not redis.call('ZSCORE', prefix .. 'delayed', id) then return nil end
    if take then redis.call('ZREM', prefix .. 'delayed', id) end
    return 'waiting'
  end
  if state ~= 'queued' or not entry then return nil end
  local stream, number = stream_of(prefix, string.sub(entry, 1, 1)), string.sub(entry, 2)
  if #redis.call('XRANGE', stream, number, number) == 0 then return nil end
  local pending = redis.pcall('XPENDING', stream, group, number, number, 1)
  if not pending.err and #pending > 0 then return 'running' end
  if take then redis.call('XDEL', stream, number) end
  return 'waiting'
end
