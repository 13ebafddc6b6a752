-- Library: cancelling one task, wherever it is: at once where it waits; a running one is marked, and its worker told.
-- level, number: the entry that the id names ('' for none)   keep: retention (ms)   feed: longest feed   now: Unix ms
-- Returns 'cancelled', 'cancelling' (running), 'ended' (too late), or 'unknown'.
local function cancel_task(prefix, group, id, level, number, keep, feed, now)
  if has_result(prefix, id) then return 'ended' end
  local record = prefix .. 'task:' .. id
  local state, place = unpack(redis.call('HMGET', record, 'state', 'entry'))
  local letter = level ~= '' and string.sub('rchnl', level + 1, level + 1) or ''
  if place then letter, number = string.sub(place, 1, 1), string.sub(place, 2) end

  local function finish()
    redis.call('HSET', record, 'state', 'cancelled', 'finished', now)
    redis.call('HDEL', record, 'entry', 'due', 'open', 'doomed')
    redis.call('PEXPIRE', record, keep)
    if ended(prefix, id, false) then open_flow(prefix).admit(10) end
    family_ended(prefix, id, 'cancelled')
    redis.call('XADD', prefix .. 'completed', 'MAXLEN', '~', feed, '*', 'state', 'cancelled', 'ids', id, 'worker', '')
    redis.call('HINCRBY', prefix .. 'stats', 'cancelled', 1)
    return 'cancelled'
  end

  if state == 'scheduled' or state == 'retrying' then
    redis.call('ZREM', prefix .. 'delayed', id)
    return finish()
  end
  if state and state ~= 'queued' then return 'ended' end
  if state == 'queued' and not place and place_of(prefix, group, id, true) == 'waiting' then return finish() end
  if letter == '' then return 'unknown' end
  local stream = stream_of(prefix, letter)
  local found = redis.call('XRANGE', stream, number, number)
  if #found == 0 then return 'unknown' end
  local pending = redis.pcall('XPENDING', stream, group, number, number, 1)
  if not pending.err and #pending > 0 then
    redis.call('ZADD', prefix .. 'cancelling', now, id)
    redis.call('ZREMRANGEBYSCORE', prefix .. 'cancelling', '-inf', now - keep) -- what completed before its worker heard of it
    redis.call('PUBLISH', prefix .. 'control', 'cancel ' .. id)
    return 'cancelling'
  end
  local known = known_of(found[1][2])
  if #known > 0 then redis.call('HSET', record, unpack(known)) end -- its type and payload, for whoever looks it up
  redis.call('HSETNX', record, 'at', string.match(number, '^%d+'))
  redis.call('HSETNX', record, 'priority', ({r = 5, c = 20, h = 10, n = 5, l = 1})[letter])
  redis.call('XDEL', stream, number)
  return finish()
end
