-- Pauses or resumes a schedule. Fire times pass while it is paused.
-- KEYS[1] {queue}:schedules   KEYS[2] {queue}:schedule:ID
-- ARGV[1] id   ARGV[2] '1' to pause, '' to resume   ARGV[3] on resuming: next fire time from now (Unix ms), '' for none
-- ARGV[4] on resuming: the revision from which that was worked out   ARGV[5] channel to announce the fire time on
-- Returns 1; 0 where there is no such schedule; -1 where it has another revision.
if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
if ARGV[2] == '1' then
  redis.call('HSET', KEYS[2], 'paused', '1')
  redis.call('HINCRBY', KEYS[2], 'rev', 1)
  redis.call('ZADD', KEYS[1], '+inf', ARGV[1])
  return 1
end
if redis.call('HEXISTS', KEYS[2], 'paused') == 0 then return 1 end
if redis.call('HGET', KEYS[2], 'rev') ~= ARGV[4] then return -1 end
redis.call('HDEL', KEYS[2], 'paused', 'next')
redis.call('HINCRBY', KEYS[2], 'rev', 1)
if ARGV[3] == '' then return 1 end
redis.call('HSET', KEYS[2], 'next', ARGV[3])
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
local time = redis.call('TIME')
redis.call('PUBLISH', ARGV[5], 'schedule ' .. (ARGV[3] - time[1] * 1000 - math.floor(time[2] / 1000)))
return 1
