-- Shows how a worker is, and adds up how long attempts took.
-- KEYS[1] {queue}:worker:NAME   KEYS[2] {queue}:service
-- ARGV[1] how long it is shown (ms)   ARGV[2] microseconds for which slots were in use since the last beat
-- ARGV[3] how many names and values follow, the worker's fields, of which the first is 'types'
-- then for each task type: type, attempts that ended since the last beat, microseconds they took together
-- Returns what somebody wants of the worker: 'quiet', 'resume', 'drain', 'stop', or ''.
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'beat', time[1] * 1000 + math.floor(time[2] / 1000), unpack(ARGV, 4, 3 + ARGV[3]))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
if ARGV[2] ~= '0' then
  redis.call('HINCRBY', KEYS[2], 'busy', ARGV[2])
  if ARGV[5] ~= '' then redis.call('HINCRBY', KEYS[2], 'busy:' .. ARGV[5], ARGV[2]) end
end
for i = 4 + ARGV[3], #ARGV, 3 do
  redis.call('HINCRBY', KEYS[2], 'n:' .. ARGV[i], ARGV[i + 1])
  redis.call('HINCRBY', KEYS[2], 'us:' .. ARGV[i], ARGV[i + 2])
end
return redis.call('HGET', KEYS[1], 'want') or ''
