-- Has a task that waits for its time (a snooze, a retry, a delay) run now. One that runs is marked, so that its next snooze is over at once:
-- who wakes it need not know whether it sleeps yet.
-- KEYS[1] record   KEYS[2] {queue}:delayed
-- ARGV[1] task id   ARGV[2] channel on which workers listen
-- Returns 1; 0 where it waits for other tasks, has ended, or has no record.
local state, open, doomed = unpack(redis.call('HMGET', KEYS[1], 'state', 'open', 'doomed'))
if open or doomed or redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if not state or state == 'queued' then return redis.call('HSET', KEYS[1], 'woken', '1') and 1 end
if state ~= 'scheduled' and state ~= 'retrying' then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('HSET', KEYS[1], 'due', now)
redis.call('PUBLISH', ARGV[2], 'due 0')
return 1
