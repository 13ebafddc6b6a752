-- Moves delayed tasks whose time has come to their streams, in one step: no crash of ours loses or doubles one.
-- KEYS[1] {queue}:delayed   KEYS[2] {queue}:stats   KEYS[3..6] streams: critical, high, normal, low
-- ARGV[1] most tasks to move   ARGV[2] record key prefix
-- Returns {moved, now (ms), next due time or ''}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wire = {'v', 'id', 'type', 'payload', 'retries', 'timeout', 'attempt', 'crashes', 'at', 'priority', 'trace', 'backoff', 'expires', 'deadline',
  'errors'}
local asked = {unpack(wire)}
asked[#asked + 1] = 'after'
local over = {completed = 1, failed = 1, timeout = 1, cancelled = 1, expired = 1}
local moved, waiting = 0, {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])) do
  local record = ARGV[2] .. id
  local values = redis.call('HMGET', record, unpack(asked))
  local after = values[#asked] -- waits behind the previous task of its schedule
  local state = after and redis.call('HGET', ARGV[2] .. after, 'state')
  if state and not over[state] then
    waiting[#waiting + 1] = id
  elseif values[3] then
    values[1], values[2] = values[1] or '1', id
    local fields = {}
    for i, name in ipairs(wire) do
      if values[i] then
        fields[#fields + 1] = name
        fields[#fields + 1] = values[i]
      end
    end
    local priority = tonumber(values[10] or '5') or 5
    local level = priority >= 20 and 1 or priority >= 10 and 2 or priority >= 5 and 3 or 4
    local entry = redis.call('XADD', KEYS[2 + level], '*', unpack(fields))
    redis.call('HSET', record, 'state', 'queued', 'entry', string.sub('chnl', level, level) .. entry)
    redis.call('HDEL', record, 'due', 'after')
    moved = moved + 1
  end
  redis.call('ZREM', KEYS[1], id)
end
for _, id in ipairs(waiting) do redis.call('ZADD', KEYS[1], now + 1000, id) end -- looked at sooner when a worker sees the other end
if moved > 0 then redis.call('HINCRBY', KEYS[2], 'readded', moved) end
local due = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {moved, now, due[2] or ''}
