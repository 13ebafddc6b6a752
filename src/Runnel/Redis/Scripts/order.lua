-- Leaves an order for a worker or a supervisor that shows itself, and announces it.
-- KEYS[1] {queue}:worker:NAME or {queue}:supervisor:ID
-- ARGV[1] order   ARGV[2] channel   ARGV[3] message, or '' for none
-- Returns 1; 0 where nobody shows himself there.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'want', ARGV[1])
if ARGV[3] ~= '' then redis.call('PUBLISH', ARGV[2], ARGV[3]) end
return 1
