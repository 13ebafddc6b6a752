-- Submits tasks of a schedule and sets its next fire time, if it is still as the caller saw it: so each fire time has one task,
-- whoever else works on it and whenever somebody dies. The tasks are delayed ones that are due.
-- KEYS[1] {queue}:schedules   KEYS[2] {queue}:schedule:ID   KEYS[3] {queue}:delayed   KEYS[4] {queue}:stats
-- ARGV[1] id   ARGV[2] record key prefix   ARGV[3] channel to announce a triggered task on
-- ARGV[4] revision seen, '' for a trigger: a task out of turn, whatever runs, that changes no fire time
-- ARGV[5] fire time seen   ARGV[6] fire time to set, '' for none
-- ARGV[7] fire times that pass as missed   ARGV[8] as overlapped   ARGV[9..] fire times to submit for; a trigger's mark
-- Returns how many tasks were submitted, or -1 where the schedule is not as it was seen.
local seen = redis.call('HMGET', KEYS[2], 'rev', 'next', 'paused', 'overlap', 'expires_after', 'last_task')
local trigger = ARGV[4] == ''
if not seen[1] or not trigger and (seen[1] ~= ARGV[4] or seen[2] ~= ARGV[5]) then return -1 end
if seen[3] and not trigger then
  redis.call('ZADD', KEYS[1], '+inf', ARGV[1])
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local over = {completed = 1, failed = 1, timeout = 1, cancelled = 1, expired = 1}
local fields = {}
local stored = redis.call('HGETALL', KEYS[2])
for i = 1, #stored, 2 do
  local name = string.match(stored[i], '^task:(.*)$')
  if name then
    fields[#fields + 1] = name
    fields[#fields + 1] = stored[i + 1]
  end
end
local submitted, overlapped, last = 0, tonumber(ARGV[8]), seen[6]
local waited = last and redis.call('HMGET', ARGV[2] .. last, 'state', 'after') or {}
if waited[1] == 'cancelled' and waited[2] then last = waited[2] end -- cancelled while it waited behind one that may still run
for i = 9, #ARGV do
  local id = 'schedule:' .. ARGV[1] .. ':' .. ARGV[i]
  local record = ARGV[2] .. id
  local before = last and redis.call('HMGET', ARGV[2] .. last, 'state', 'after') or {}
  local busy = before[1] and not over[before[1]]
  local behind = busy and not trigger and seen[4] == 'queue'
  if redis.call('HEXISTS', record, 'state') == 1 then
    last = id -- submitted before: the schedule was removed and added again
  elseif not trigger and busy and (seen[4] == 'skip' or behind and before[2]) then
    overlapped = overlapped + 1
  else
    redis.call('HSET', record, 'id', id, 'at', now, 'state', 'scheduled', 'due', now, unpack(fields))
    if seen[5] then redis.call('HSET', record, 'expires', now + seen[5]) end
    if behind then redis.call('HSET', record, 'after', last) end
    redis.call('ZADD', KEYS[3], behind and now + 1000 or now, id)
    submitted = submitted + 1
    redis.call('HSET', KEYS[2], 'last', trigger and now or ARGV[i])
    if not (trigger and busy) then last = id end
  end
end
if last then redis.call('HSET', KEYS[2], 'last_task', last) end
if submitted > 0 then
  redis.call('HINCRBY', KEYS[2], 'submitted', submitted)
  redis.call('HINCRBY', KEYS[4], 'scheduled', submitted)
  if trigger then redis.call('PUBLISH', ARGV[3], 'due 0') end -- else the caller promotes them, or whose beat comes next
end
if overlapped > 0 then redis.call('HINCRBY', KEYS[2], 'overlapped', overlapped) end
if trigger then return submitted end
if ARGV[7] ~= '0' then redis.call('HINCRBY', KEYS[2], 'missed', ARGV[7]) end
if ARGV[6] == '' then redis.call('HDEL', KEYS[2], 'next') else redis.call('HSET', KEYS[2], 'next', ARGV[6]) end
redis.call('ZADD', KEYS[1], ARGV[6] == '' and '+inf' or ARGV[6], ARGV[1])
return submitted
