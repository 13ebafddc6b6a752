-- Notes that a task is all that its worker's process has in hand, so that a death of the process from now on is the task's own.
-- KEYS[1] stream   KEYS[2] record
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] entry id   ARGV[4] the entry as records name it: level letter and entry id
-- Returns 1, or 0 where the consumer does not own the entry.
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then return 0 end
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('HSET', KEYS[2], 'alone', ARGV[4]) end -- else its deaths were only claimed by who submitted it
return 1
