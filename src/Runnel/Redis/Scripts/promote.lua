-- Moves delayed tasks whose time has come to their streams, in one step: no crash of ours loses or doubles one. Ends those of them that
-- waited for a task that ended badly.
-- KEYS[1] {queue}:delayed   KEYS[2] {queue}:stats   KEYS[3..6] streams: critical, high, normal, low
-- ARGV[1] most tasks to move   ARGV[2] record key prefix
-- Returns {moved, now (ms), next due time or ''}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wire = {'v', 'id', 'type', 'payload', 'retries', 'timeout', 'attempt', 'crashes', 'at', 'priority', 'trace', 'backoff', 'expires', 'deadline',
  'errors'}
local moved, ended = 0, 0
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])) do
  local record = ARGV[2] .. id
  local values = redis.call('HMGET', record, unpack(wire))
  local doomed, keep, feed = unpack(redis.call('HMGET', record, 'doomed', 'keep', 'feed'))
  if doomed then -- a task that it waited for ended badly
    redis.call('HSET', record, 'state', 'cancelled', 'reason', 'parent', 'parent', doomed, 'finished', now)
    redis.call('HDEL', record, 'doomed', 'due')
    redis.call('PEXPIRE', record, keep)
    redis.call('XADD', string.sub(KEYS[2], 1, -6) .. 'completed', 'MAXLEN', '~', feed, '*', 'state', 'cancelled', 'ids', id, 'worker', '')
    redis.call('HINCRBY', KEYS[2], 'cancelled', 1)
    family_ended(string.sub(KEYS[2], 1, -6), id, 'cancelled')
    ended = ended + 1
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
    redis.call('HDEL', record, 'due')
    moved = moved + 1
  end
  redis.call('ZREM', KEYS[1], id)
end
if moved > 0 then redis.call('HINCRBY', KEYS[2], 'readded', moved) end
local due = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {moved + ended, now, due[2] or ''}
