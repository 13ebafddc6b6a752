-- Renews a worker's lease and tells it what else needs doing.
-- KEYS[1] workers, a sorted set: consumer -> end of its lease (Unix ms)   KEYS[2] {queue}:delayed
-- KEYS[3] {queue}:cancelling   KEYS[4] {queue}:paused   KEYS[5] {queue}:schedules
-- ARGV[1] consumer   ARGV[2] lease (ms)   ARGV[3] '1' for the first beat
-- Returns {1 if the lease was still known, now (ms), next due time in {queue}:delayed or '', 1 if the queue is paused,
--          consumers whose lease has run out, ids of running tasks to cancel,
--          next fire time of a schedule, 'inf' or ''}.
-- A lease that ran out but is still in the set was taken by nobody: whoever recovers a worker removes it first.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1]) == 0 or ARGV[3] == '1'
local due = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
return {known and 1 or 0, now, due[2] or '', redis.call('EXISTS', KEYS[4]),
  redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, 10), redis.call('ZRANGE', KEYS[3], 0, 99),
  redis.call('ZRANGE', KEYS[5], 0, 0, 'WITHSCORES')[2] or ''}
