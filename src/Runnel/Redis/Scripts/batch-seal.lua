-- Closes a batch: it has all its members, and ends with the last of them, or now.
-- KEYS[1] {queue}:batch:ID   KEYS[2] {queue}:stats   ARGV[1] batch id   ARGV[2] how many members it has
-- Returns 1; 0 where it was closed before or is unknown.
if redis.call('HEXISTS', KEYS[1], 'added') == 0 or redis.call('HSETNX', KEYS[1], 'total', ARGV[2]) == 0 then return 0 end
finish_batch(string.sub(KEYS[2], 1, -6), ARGV[1])
return 1
