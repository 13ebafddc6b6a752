-- Takes or keeps the lead of a queue's autoscalers. Each time it goes to another one a new term begins, so that what a former leader still
-- writes is refused.
-- KEYS[1] {queue}:scaler
-- ARGV[1] autoscaler   ARGV[2] lease (ms)   ARGV[3] 'leave' to give it up
-- Returns {1 if it leads, term, who leads, how long the lease still runs (ms)}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local holder, expires, term = unpack(redis.call('HMGET', KEYS[1], 'holder', 'until', 'term'))
local mine = holder == ARGV[1]
if ARGV[3] == 'leave' then
  if mine then redis.call('HDEL', KEYS[1], 'holder', 'until') end
  return {0, tonumber(term or '0'), '', 0}
end
if holder and not mine and tonumber(expires) > now then return {0, tonumber(term), holder, expires - now} end
if not mine or tonumber(expires) <= now then term = redis.call('HINCRBY', KEYS[1], 'term', 1) end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'until', now + ARGV[2])
return {1, tonumber(term), ARGV[1], tonumber(ARGV[2])}
