-- Stores how far a running task is, if the consumer still owns it.
-- KEYS[1] stream   KEYS[2] record
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] entry id   ARGV[4] fraction   ARGV[5] message   ARGV[6] detail as JSON, where there is one
-- Returns 1, or 0 where the consumer does not own the entry.
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then return 0 end
redis.call('HSET', KEYS[2], 'progress', ARGV[4], 'progress_message', ARGV[5])
if ARGV[6] then redis.call('HSET', KEYS[2], 'progress_detail', ARGV[6]) end
return 1
