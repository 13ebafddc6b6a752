-- Accepts a task that is more than one XADD: with an id of its own, for later, unique, subject to flow control, or into a
-- bounded queue.
-- KEYS[1] record   KEYS[2] {queue}:delayed   KEYS[3] {queue}:stats
-- KEYS[4..8] streams: returned, critical, high, normal, low
-- ARGV[1] task id   ARGV[2] number of the stream from 1, of KEYS[4..8]   ARGV[3] its letter
-- ARGV[4] delay (ms), or '' for none   ARGV[5] due time (Unix ms), or '' for none   ARGV[6] most tasks that may wait, or ''
-- ARGV[7] channel to announce the due time on   ARGV[8] group   ARGV[9] lock as in the field 'unique', or ''
-- ARGV[10] where another task holds the lock: 'existing', 'reject' or 'replace'   ARGV[11] window of the lock (ms), or ''
-- ARGV[12] lane, or ''   ARGV[13..] the entry's fields and values, the id first
-- Returns {1} if accepted, {0} if a task with that id is there already, {-1, depth} if the queue is full, {2, id} if it replaced that
-- waiting task, whose id it has now, {-2, id} if that task holds the lock (and, asked to be replaced, does not wait).
local prefix = string.sub(KEYS[3], 1, -6)
if redis.call('HEXISTS', KEYS[1], 'state') == 1 or has_result(prefix, ARGV[1]) then return {0} end
local id, record, replaced = ARGV[1], KEYS[1], false
local lock = ARGV[9] ~= '' and prefix .. 'unique:' .. string.sub(ARGV[9], 3)
if lock then
  local holder = redis.call('GET', lock)
  -- A window's lock counts by itself; another one only while its task lives: what was deleted by hand must not hold it for ever.
  if holder and (redis.call('PTTL', lock) > 0 or place_of(prefix, ARGV[8], holder)) then
    if ARGV[10] ~= 'replace' or place_of(prefix, ARGV[8], holder, true) ~= 'waiting' then return {-2, holder} end
    id, record, replaced = holder, prefix .. 'task:' .. holder, true
    redis.call('DEL', record)
    ARGV[14] = id
  end
end
if ARGV[6] ~= '' and not replaced then
  local depth = redis.call('ZCARD', KEYS[2])
  for _, waiting in ipairs(redis.call('HMGET', prefix .. 'flow', 'waiting:1', 'waiting:2', 'waiting:3', 'waiting:4', 'parked')) do
    depth = depth + tonumber(waiting or '0')
  end
  for i = 4, 8 do depth = depth + redis.call('XLEN', KEYS[i]) end
  if depth >= tonumber(ARGV[6]) then return {-1, depth} end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = ARGV[5] ~= '' and tonumber(ARGV[5]) or ARGV[4] ~= '' and now + ARGV[4] or now
redis.call('HSET', record, 'at', now, 'state', due > now and 'scheduled' or 'queued', unpack(ARGV, 13))
redis.call('PERSIST', record)
if lock and ARGV[11] ~= '' then redis.call('SET', lock, id, 'PX', ARGV[11]) elseif lock then redis.call('SET', lock, id) end
if ARGV[12] ~= '' then redis.call('HSET', record, 'lane', ARGV[12]) end
if due > now then
  redis.call('HSET', record, 'due', due)
  redis.call('ZADD', KEYS[2], due, id)
  if redis.call('ZRANK', KEYS[2], id) == 0 then redis.call('PUBLISH', ARGV[7], 'due ' .. (due - now)) end
  if not replaced then redis.call('HINCRBY', KEYS[3], 'scheduled', 1) end
elseif ARGV[12] ~= '' then
  if not replaced then redis.call('HINCRBY', KEYS[3], 'scheduled', 1) end
  open_flow(prefix).line_up(id, ARGV[12])
  open_flow(prefix).admit(10)
else
  local entry = redis.call('XADD', KEYS[3 + ARGV[2]], '*', unpack(ARGV, 13))
  redis.call('HSET', record, 'entry', ARGV[3] .. entry)
  if replaced then redis.call('HINCRBY', KEYS[3], 'readded', 1) end
end
return replaced and {2, id} or {1}
