-- Moves delayed tasks whose time has come to their streams, or to their lanes, in one step: no crash of ours loses or doubles one. Ends
-- those of them that waited for a task that ended badly. Lets go on what waited for the next turn of a rate.
-- KEYS[1] {queue}:delayed   KEYS[2] {queue}:stats   KEYS[3..6] streams: critical, high, normal, low
-- ARGV[1] most tasks to move   ARGV[2] record key prefix
-- Returns {moved or ended, now (ms), next due time or ''}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local over = {completed = 1, failed = 1, timeout = 1, cancelled = 1, expired = 1}
local moved, readded, cancelled, freed, waiting = 0, 0, 0, false, {}
local prefix = string.sub(KEYS[1], 1, -8)
local due = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])
for _, id in ipairs(due) do
  local record = ARGV[2] .. id
  -- after: the previous task of its schedule; doomed: a task that it waited for and that ended badly
  local after, lane, doomed, keep, feed = unpack(redis.call('HMGET', record, 'after', 'lane', 'doomed', 'keep', 'feed'))
  local state = after and redis.call('HGET', ARGV[2] .. after, 'state')
  if doomed then
    redis.call('HSET', record, 'state', 'cancelled', 'reason', 'parent', 'parent', doomed, 'finished', now)
    redis.call('HDEL', record, 'doomed', 'due')
    redis.call('PEXPIRE', record, keep)
    redis.call('XADD', prefix .. 'completed', 'MAXLEN', '~', feed, '*', 'state', 'cancelled', 'ids', id, 'worker', '')
    redis.call('HINCRBY', KEYS[2], 'cancelled', 1)
    freed = ended(prefix, id, false) or freed
    family_ended(prefix, id, 'cancelled')
    cancelled = cancelled + 1
  elseif state and not over[state] then
    waiting[#waiting + 1] = id
  else
    local fields, level = entry_of(record, id)
    if fields and lane then
      open_flow(prefix).enqueue(id, lane)
      redis.call('HDEL', record, 'after')
      moved = moved + 1
    elseif fields then
      local entry = redis.call('XADD', KEYS[2 + level], '*', unpack(fields))
      redis.call('HSET', record, 'state', 'queued', 'entry', string.sub('chnl', level, level) .. entry)
      redis.call('HDEL', record, 'due', 'after')
      moved, readded = moved + 1, readded + 1
    end
  end
end
if #due > 0 then redis.call('ZREM', KEYS[1], unpack(due)) end
for _, id in ipairs(waiting) do redis.call('ZADD', KEYS[1], now + 1000, id) end -- looked at sooner when a worker sees the other end
if readded > 0 then redis.call('HINCRBY', KEYS[2], 'readded', readded) end
local turn = redis.call('ZRANGE', prefix .. 'flow:due', 0, 0, 'WITHSCORES')[2]
local turns = turn and tonumber(turn) <= now
if turns then open_flow(prefix).wake_due() end
if turns or freed or moved > readded then
  open_flow(prefix).admit(ARGV[1])
  turn = redis.call('ZRANGE', prefix .. 'flow:due', 0, 0, 'WITHSCORES')[2]
end
due = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
if due and turn then due = math.min(due, turn) end
return {moved + cancelled, now, tostring(due or turn or '')}
