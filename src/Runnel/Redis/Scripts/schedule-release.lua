-- Lets the task that waits behind an ended one of the same schedule start.
-- KEYS[1] {queue}:schedule:ID   KEYS[2] {queue}:delayed   ARGV[1] the ended task   ARGV[2] record key prefix
-- Returns 1, or 0 where none waited.
local last = redis.call('HGET', KEYS[1], 'last_task')
if not last or redis.call('HGET', ARGV[2] .. last, 'after') ~= ARGV[1] then return 0 end
if not redis.call('ZSCORE', KEYS[2], last) then return 0 end
redis.call('ZADD', KEYS[2], 0, last)
return 1
