-- Cancels a batch: it takes no more members, and of those that it has some are cancelled at each call, until none is left to look at.
-- KEYS[1] {queue}:batch:ID   KEYS[2] {queue}:stats   KEYS[3] {queue}:cancelling:batches, a sorted set: batch -> number of its next member
-- ARGV[1] batch id   ARGV[2] group   ARGV[3] retention (ms)   ARGV[4] longest feed   ARGV[5] most members
-- Returns 1 where more calls are needed (any worker's beat makes them too), 0 where that was all, -1 where the batch is unknown.
local added, total, finished = unpack(redis.call('HMGET', KEYS[1], 'added', 'total', 'finished'))
if not added or finished then
  redis.call('ZREM', KEYS[3], ARGV[1])
  return added and 0 or -1
end
local prefix, now = string.sub(KEYS[2], 1, -6), family_now()
redis.call('HSETNX', KEYS[1], 'cancel', now)
redis.call('HSETNX', KEYS[1], 'total', added)
local first = tonumber(redis.call('ZSCORE', KEYS[3], ARGV[1]) or '0')
local last = math.min(first + ARGV[5], tonumber(added)) - 1
for i = first, last do cancel_task(prefix, ARGV[2], ARGV[1] .. '.' .. string.format('%d', i), '', '', ARGV[3], ARGV[4], now) end
if last + 1 < tonumber(added) then
  redis.call('ZADD', KEYS[3], last + 1, ARGV[1])
  return 1
end
redis.call('ZREM', KEYS[3], ARGV[1])
finish_batch(prefix, ARGV[1])
return 0
