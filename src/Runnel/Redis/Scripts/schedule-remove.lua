-- Removes a schedule; tasks that it submitted stay.
-- KEYS[1] {queue}:schedules   KEYS[2] {queue}:schedule:ID   ARGV[1] id
-- Returns 1, or 0 where there was none.
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('DEL', KEYS[2])
