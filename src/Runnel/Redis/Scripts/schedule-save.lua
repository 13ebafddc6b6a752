-- Stores a schedule's definition; what it did so far stays.
-- KEYS[1] {queue}:schedules   KEYS[2] {queue}:schedule:ID
-- ARGV[1] id   ARGV[2] 'add': none of that id is there, 'update': one is, 'set': either, and a known one stays paused if it is
-- ARGV[3] next fire time from now (Unix ms), '' for none   ARGV[4] '1' if paused   ARGV[5] channel to announce the fire time on
-- ARGV[6..] fields of the definition and their values
-- Returns 1, or 0 where the expectation does not hold.
local known = redis.call('EXISTS', KEYS[2]) == 1
if (ARGV[2] == 'add' and known) or (ARGV[2] == 'update' and not known) then return 0 end
local keep = {'last', 'last_task', 'submitted', 'overlapped', 'missed', 'rev', 'cron', 'zone', 'next', 'paused'}
local old = redis.call('HMGET', KEYS[2], unpack(keep))
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], unpack(ARGV, 6))
for i = 1, 6 do
  if old[i] then redis.call('HSET', KEYS[2], keep[i], old[i]) end
end
redis.call('HINCRBY', KEYS[2], 'rev', 1)
local new = redis.call('HMGET', KEYS[2], 'cron', 'zone')
local next = ARGV[3]
if new[1] == old[7] and new[2] == old[8] and not old[10] then next = old[9] or '' end -- what came due meanwhile stays due
if next ~= '' then redis.call('HSET', KEYS[2], 'next', next) end
if ARGV[4] == '1' or (ARGV[2] == 'set' and old[10]) then
  redis.call('HSET', KEYS[2], 'paused', '1')
  next = ''
end
redis.call('ZADD', KEYS[1], next == '' and '+inf' or next, ARGV[1])
if next ~= '' then
  local time = redis.call('TIME')
  redis.call('PUBLISH', ARGV[5], 'schedule ' .. (next - time[1] * 1000 - math.floor(time[2] / 1000)))
end
return 1
