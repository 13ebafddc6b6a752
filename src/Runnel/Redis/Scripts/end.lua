-- Ends a task without a result, if the consumer still owns it: as a dead letter, cancelled, or expired.
-- KEYS[1] stream   KEYS[2] record   KEYS[3] {queue}:dead   KEYS[4] {queue}:completed   KEYS[5] {queue}:stats
-- KEYS[6] {queue}:cancelling
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] entry id   ARGV[4] task id   ARGV[5] state: failed, timeout, cancelled, expired
-- ARGV[6] longest feed   ARGV[7] error as JSON, or ''   ARGV[8] number of the error   ARGV[9] errors kept
-- ARGV[10] '1' if the attempt ran out of time   ARGV[11] retention (ms)   ARGV[12] reason   ARGV[13..] fields of the record
-- Returns 1, or 0 where the consumer does not own the entry.
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then
  if ARGV[7] ~= '' and redis.call('HGET', KEYS[2], 'error:' .. ARGV[8]) == ARGV[7] then return 1 end -- done before: its first reply was lost
  redis.call('HINCRBY', KEYS[5], 'stale_results', 1)
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[2], 'state', ARGV[5], 'finished', now, unpack(ARGV, 13))
if ARGV[12] ~= '' then redis.call('HSET', KEYS[2], 'reason', ARGV[12]) end
if ARGV[7] ~= '' then redis.call('HSET', KEYS[2], 'error:' .. ARGV[8], ARGV[7]) end
redis.call('HDEL', KEYS[2], 'entry', 'due', 'error:' .. (ARGV[8] - ARGV[9]))
local dead = ARGV[5] == 'failed' or ARGV[5] == 'timeout'
if dead then
  redis.call('PERSIST', KEYS[2])
  redis.call('ZADD', KEYS[3], now, ARGV[4])
else
  redis.call('PEXPIRE', KEYS[2], ARGV[11])
end
local freed = ended(string.sub(KEYS[5], 1, -6), ARGV[4], false)
redis.call('ZREM', KEYS[6], ARGV[4])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
redis.call('XDEL', KEYS[1], ARGV[3])
redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[6], '*', 'state', ARGV[5], 'ids', ARGV[4], 'worker', ARGV[2])
redis.call('HINCRBY', KEYS[5], dead and 'failed' or ARGV[5], 1)
if ARGV[10] == '1' then redis.call('HINCRBY', KEYS[5], 'timed_out', 1) end
if freed then open_flow(string.sub(KEYS[5], 1, -6)).admit(10) end
return 1
