-- Cancels a task: at once where it waits; a running one is marked, and its worker told.
-- KEYS[1] result   KEYS[2] record   KEYS[3] {queue}:delayed   KEYS[4] {queue}:completed   KEYS[5] {queue}:stats
-- KEYS[6] {queue}:cancelling   KEYS[7..11] streams: returned, critical, high, normal, low
-- ARGV[1] group   ARGV[2] task id   ARGV[3] level of the entry that the id names ('' for none)   ARGV[4] its entry id
-- ARGV[5] retention (ms)   ARGV[6] longest feed   ARGV[7] channel on which workers listen
-- Returns 'cancelled', 'cancelling' (running), 'ended' (too late), or 'unknown'.
if redis.call('EXISTS', KEYS[1]) == 1 then return 'ended' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HGET', KEYS[2], 'state')
local level, entry = ARGV[3], ARGV[4]
local place = redis.call('HGET', KEYS[2], 'entry')
if place then
  level = tostring(string.find('rchnl', string.sub(place, 1, 1)) - 1)
  entry = string.sub(place, 2)
end
local prefix = string.sub(KEYS[5], 1, -6)
local function finish()
  redis.call('HSET', KEYS[2], 'state', 'cancelled', 'finished', now)
  redis.call('HDEL', KEYS[2], 'entry', 'due', 'open', 'doomed')
  redis.call('PEXPIRE', KEYS[2], ARGV[5])
  if ended(prefix, ARGV[2], false) then open_flow(prefix).admit(10) end
  family_ended(prefix, ARGV[2], 'cancelled')
  redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[6], '*', 'state', 'cancelled', 'ids', ARGV[2], 'worker', '')
  redis.call('HINCRBY', KEYS[5], 'cancelled', 1)
  return 'cancelled'
end
if state == 'scheduled' or state == 'retrying' then
  redis.call('ZREM', KEYS[3], ARGV[2])
  return finish()
end
if state and state ~= 'queued' then return 'ended' end
if state == 'queued' and not place and place_of(prefix, ARGV[1], ARGV[2], true) == 'waiting' then return finish() end
if level == '' then return 'unknown' end
local stream = KEYS[7 + tonumber(level)]
local found = redis.call('XRANGE', stream, entry, entry)
if #found == 0 then return 'unknown' end
local pending = redis.pcall('XPENDING', stream, ARGV[1], entry, entry, 1)
if not pending.err and #pending > 0 then
  redis.call('ZADD', KEYS[6], now, ARGV[2])
  redis.call('ZREMRANGEBYSCORE', KEYS[6], '-inf', now - ARGV[5]) -- what completed before its worker heard of it
  redis.call('PUBLISH', ARGV[7], 'cancel ' .. ARGV[2])
  return 'cancelling'
end
local known = known_of(found[1][2])
if #known > 0 then redis.call('HSET', KEYS[2], unpack(known)) end -- its type and payload, for whoever looks it up
redis.call('HSETNX', KEYS[2], 'at', string.match(entry, '^%d+'))
redis.call('HSETNX', KEYS[2], 'priority', ({5, 20, 10, 5, 1})[level + 1])
redis.call('XDEL', stream, entry)
return finish()
