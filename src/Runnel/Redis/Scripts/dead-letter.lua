-- Moves a task from its stream to the dead letters, if the consumer still owns it.
-- KEYS[1] stream   KEYS[2] record   KEYS[3] {queue}:dead   KEYS[4] {queue}:completed   KEYS[5] {queue}:stats
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] entry id   ARGV[4] task id   ARGV[5] reason   ARGV[6] longest feed
-- ARGV[7] error as JSON   ARGV[8] number of the error   ARGV[9] errors kept   ARGV[10] '1' if the attempt ran out of time
-- ARGV[11..] fields of the record and their values
-- Returns 1, or 0 where the consumer does not own the entry.
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then
  if redis.call('HGET', KEYS[2], 'error:' .. ARGV[8]) == ARGV[7] then return 1 end -- done before: its first reply was lost
  redis.call('HINCRBY', KEYS[5], 'stale_results', 1)
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = ARGV[5] == 'timeout' and 'timeout' or 'failed'
redis.call('HSET', KEYS[2], 'state', state, 'reason', ARGV[5], 'finished', now, 'error:' .. ARGV[8], ARGV[7], unpack(ARGV, 11))
redis.call('HDEL', KEYS[2], 'entry', 'due', 'error:' .. (ARGV[8] - ARGV[9]))
redis.call('PERSIST', KEYS[2])
redis.call('ZADD', KEYS[3], now, ARGV[4])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
redis.call('XDEL', KEYS[1], ARGV[3])
redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[6], '*', 'state', state, 'ids', ARGV[4], 'worker', ARGV[2])
redis.call('HINCRBY', KEYS[5], 'failed', 1)
if ARGV[10] == '1' then redis.call('HINCRBY', KEYS[5], 'timed_out', 1) end
return 1
