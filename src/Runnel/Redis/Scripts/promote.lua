-- Moves delayed tasks whose time has come to their streams, in one step: no crash of ours loses or doubles one.
-- KEYS[1] {queue}:delayed   KEYS[2] {queue}:stats   KEYS[3..6] streams: critical, high, normal, low
-- ARGV[1] most tasks to move   ARGV[2] record key prefix
-- Returns {moved, now (ms), next due time or ''}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local moved = 0
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])) do
  local record = ARGV[2] .. id
  local fields, level = entry_of(record, id)
  if fields then
    local entry = redis.call('XADD', KEYS[2 + level], '*', unpack(fields))
    redis.call('HSET', record, 'state', 'queued', 'entry', string.sub('chnl', level, level) .. entry)
    redis.call('HDEL', record, 'due')
    moved = moved + 1
  end
  redis.call('ZREM', KEYS[1], id)
end
if moved > 0 then redis.call('HINCRBY', KEYS[2], 'readded', moved) end
local due = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {moved, now, due[2] or ''}
