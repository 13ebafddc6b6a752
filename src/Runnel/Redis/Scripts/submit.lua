-- Accepts a task that is more than one XADD: with an id of its own, for later, or into a bounded queue.
-- KEYS[1] record   KEYS[2] result   KEYS[3] {queue}:delayed   KEYS[4] {queue}:stats
-- KEYS[5..9] streams: returned, critical, high, normal, low
-- ARGV[1] task id   ARGV[2] number of the stream from 1, of KEYS[5..9]   ARGV[3] its letter
-- ARGV[4] delay (ms), or '' for none   ARGV[5] due time (Unix ms), or '' for none   ARGV[6] most tasks that may wait, or ''
-- ARGV[7] channel to announce the due time on   ARGV[8..] the entry's fields and values, the id among them
-- Returns {1} if accepted, {0} if a task with that id is there already, {-1, depth} if the queue is full.
if redis.call('EXISTS', KEYS[2]) == 1 or redis.call('HEXISTS', KEYS[1], 'state') == 1 then return {0} end
if ARGV[6] ~= '' then
  local depth = redis.call('ZCARD', KEYS[3])
  for i = 5, 9 do depth = depth + redis.call('XLEN', KEYS[i]) end
  if depth >= tonumber(ARGV[6]) then return {-1, depth} end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = ARGV[5] ~= '' and tonumber(ARGV[5]) or ARGV[4] ~= '' and now + ARGV[4] or now
redis.call('HSET', KEYS[1], 'at', now, unpack(ARGV, 8))
redis.call('PERSIST', KEYS[1])
if due > now then
  redis.call('HSET', KEYS[1], 'state', 'scheduled', 'due', due)
  redis.call('ZADD', KEYS[3], due, ARGV[1])
  redis.call('HINCRBY', KEYS[4], 'scheduled', 1)
  if redis.call('ZRANK', KEYS[3], ARGV[1]) == 0 then redis.call('PUBLISH', ARGV[7], 'due ' .. (due - now)) end
else
  local entry = redis.call('XADD', KEYS[4 + ARGV[2]], '*', unpack(ARGV, 8))
  redis.call('HSET', KEYS[1], 'state', 'queued', 'entry', ARGV[3] .. entry)
end
return {1}
