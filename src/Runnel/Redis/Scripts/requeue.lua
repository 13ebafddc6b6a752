-- Puts a dead letter back into its stream: attempts start anew, the error history stays.
-- KEYS[1] record   KEYS[2] {queue}:dead   KEYS[3] {queue}:stats   KEYS[4..7] streams: critical, high, normal, low
-- ARGV[1] task id
-- Returns 1; 0 where it is no dead letter; -1 where it never was a readable task.
if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return 0 end
local wire = {'v', 'id', 'type', 'payload', 'retries', 'timeout', 'at', 'priority', 'trace', 'backoff', 'deadline', 'data', 'raw'}
local values = redis.call('HMGET', KEYS[1], unpack(wire))
local legacy = values[12] and not values[4] -- an older producer's entry, which no worker has read yet
if values[13] or not values[3] then
  redis.call('ZADD', KEYS[2], redis.call('HGET', KEYS[1], 'finished') or 0, ARGV[1])
  return -1
end
values[1], values[2], values[11] = '1', ARGV[1], false -- an overall deadline that has passed must not end it again
values[13] = false
if legacy then values[3] = false else values[12] = false end
local fields = {}
for i, name in ipairs(wire) do
  if values[i] then
    fields[#fields + 1] = name
    fields[#fields + 1] = values[i]
  end
end
local errors = 0
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  local number = string.match(name, '^error:(%d+)$')
  if number then errors = math.max(errors, tonumber(number)) end
end
fields[#fields + 1] = 'errors'
fields[#fields + 1] = errors
local priority = tonumber(values[8] or '5') or 5
local level = priority >= 20 and 1 or priority >= 10 and 2 or priority >= 5 and 3 or 4
local entry = redis.call('XADD', KEYS[3 + level], '*', unpack(fields))
redis.call('HSET', KEYS[1], 'state', 'queued', 'entry', string.sub('chnl', level, level) .. entry, 'attempt', 1, 'crashes', 0, 'errors', errors)
redis.call('HDEL', KEYS[1], 'reason', 'finished', 'due', 'deadline')
redis.call('HINCRBY', KEYS[3], 'readded', 1)
redis.call('HINCRBY', KEYS[3], 'requeued', 1)
return 1
