-- Puts a dead letter back into its stream: attempts start anew, the error history stays.
-- KEYS[1] record   KEYS[2] {queue}:dead   KEYS[3] {queue}:stats   KEYS[4..7] streams: critical, high, normal, low
-- ARGV[1] task id
-- Returns {1}; {0} where it is no dead letter; {-1} where it never was a readable task; {-2, key, id} where that task has its unique key.
if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return {0} end
-- Attempts start anew, and neither an overall deadline that has passed nor an old expiry must end it again.
local fields, level = entry_of(KEYS[1], ARGV[1], {attempt = true, crashes = true, expires = true, deadline = true, errors = true})
if not fields or redis.call('HGET', KEYS[1], 'reason') == 'unreadable' then
  redis.call('ZADD', KEYS[2], redis.call('HGET', KEYS[1], 'finished') or 0, ARGV[1])
  return {-1}
end
local prefix = string.sub(KEYS[3], 1, -6)
local unique = redis.call('HGET', KEYS[1], 'unique')
if unique and string.sub(unique, 1, 1) ~= 'w' then -- a window began with the submission and is over
  local lock = prefix .. 'unique:' .. string.sub(unique, 3)
  if not redis.call('SET', lock, ARGV[1], 'NX') then
    redis.call('ZADD', KEYS[2], redis.call('HGET', KEYS[1], 'finished') or 0, ARGV[1])
    return {-2, string.sub(unique, 3), redis.call('GET', lock)}
  end
end
local errors = 0
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  local number = string.match(name, '^error:(%d+)$')
  if number then errors = math.max(errors, tonumber(number)) end
end
redis.call('HSET', KEYS[1], 'state', 'queued', 'attempt', 1, 'crashes', 0, 'errors', errors)
redis.call('HDEL', KEYS[1], 'reason', 'finished', 'due', 'deadline', 'expires')
local lane = redis.call('HGET', KEYS[1], 'lane')
if lane then
  open_flow(prefix).enqueue(ARGV[1], lane)
  open_flow(prefix).admit(10)
else
  fields[#fields + 1] = 'errors'
  fields[#fields + 1] = errors
  redis.call('HSET', KEYS[1], 'entry', string.sub('chnl', level, level) .. redis.call('XADD', KEYS[3 + level], '*', unpack(fields)))
  redis.call('HINCRBY', KEYS[3], 'readded', 1)
end
redis.call('HINCRBY', KEYS[3], 'requeued', 1)
return {1}
