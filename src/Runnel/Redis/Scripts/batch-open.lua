-- Opens a batch.
-- KEYS[1] {queue}:batch:ID   ARGV[1] task type of its members   ARGV[2] retention (ms)   ARGV[3] longest feed
-- Returns 1; 0 where it is there already.
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'type', ARGV[1], 'at', time[1] * 1000 + math.floor(time[2] / 1000), 'keep', ARGV[2], 'feed', ARGV[3], 'added', 0)
return 1
