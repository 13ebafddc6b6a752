-- Forgets a consumer that holds nothing: one that drained, or one whose lease ran out and whose tasks were moved.
-- KEYS[1] workers   KEYS[2..6] streams
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] 'crash': only if its lease has run out
-- Returns 1; 0 where it still holds an entry or its lease.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[3] == 'crash' then
  local lease = redis.call('ZSCORE', KEYS[1], ARGV[2])
  if lease and tonumber(lease) > now then return 0 end
end
for i = 2, 6 do
  if #redis.call('XPENDING', KEYS[i], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end
end
for i = 2, 6 do redis.call('XGROUP', 'DELCONSUMER', KEYS[i], ARGV[1], ARGV[2]) end
redis.call('ZREM', KEYS[1], ARGV[2])
-- The window of flow control shrinks by what this worker asked for.
local flow = string.sub(KEYS[1], 1, -1 - #('workers:' .. ARGV[1])) .. 'flow'
local asked = redis.call('HGET', flow, 'w:' .. ARGV[2])
if asked then
  redis.call('HDEL', flow, 'w:' .. ARGV[2])
  redis.call('HINCRBY', flow, 'window', -asked)
end
return 1
