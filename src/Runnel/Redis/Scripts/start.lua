-- Starts a task that is unique until started: gives up its lock, if the consumer still owns it.
-- KEYS[1] stream   KEYS[2] {queue}:stats
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] entry id   ARGV[4] task id   ARGV[5] lock as in the field 'unique'
-- Returns 1, or 0 where the consumer does not own the entry.
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then return 0 end
unlock(string.sub(KEYS[2], 1, -6), ARGV[5], ARGV[4], false)
return 1
