-- Accepts a task that waits until others have ended. The parents' states and the task are one step: no parent ends unseen between them.
-- KEYS[1] record   KEYS[2] {queue}:delayed   KEYS[3] {queue}:stats   KEYS[4..8] streams: returned, critical, high, normal, low
-- ARGV[1] task id   ARGV[2] most tasks that may wait, or ''   ARGV[3] if a parent ends badly: 'cancel' or 'run'
-- ARGV[4] delay (ms) after the last parent   ARGV[5] earliest due time (Unix ms)   ARGV[6] retention (ms)   ARGV[7] longest feed
-- ARGV[8] most children of one parent   ARGV[9] parents, then for each: id, level of the entry that it names ('' for none), its entry id;
-- then the task's fields and values
-- Returns {1}; {0} if a task with that id is there already; {-1, depth} if the queue is full; {-2, parent} where that one is unknown;
--         {-3, parent} where that one has too many children.
local prefix = string.sub(KEYS[3], 1, -6)
if redis.call('HEXISTS', KEYS[1], 'state') == 1 or has_result(prefix, ARGV[1]) then return {0} end
if ARGV[2] ~= '' then
  local depth = redis.call('ZCARD', KEYS[2])
  for _, waiting in ipairs(redis.call('HMGET', prefix .. 'flow', 'waiting:1', 'waiting:2', 'waiting:3', 'waiting:4', 'parked')) do
    depth = depth + tonumber(waiting or '0')
  end
  for i = 4, 8 do depth = depth + redis.call('XLEN', KEYS[i]) end
  if depth >= tonumber(ARGV[2]) then return {-1, depth} end
end

local function state_of(parent, level, entry)
  if has_result(prefix, parent) then return 'good' end
  local state = redis.call('HGET', prefix .. 'task:' .. parent, 'state')
  if state == 'completed' then return 'good' end
  if state then return (state == 'scheduled' or state == 'retrying' or state == 'queued') and 'open' or 'bad' end
  if level ~= '' and #redis.call('XRANGE', KEYS[4 + level], entry, entry) > 0 then return 'open' end
  local batch = redis.call('HMGET', prefix .. 'batch:' .. parent, 'keep', 'total', 'completed', 'finished')
  if batch[1] then return not batch[4] and 'open' or batch[2] == (batch[3] or '0') and 'good' or 'bad' end
end

local open, doomed, first = {}, nil, 10 + 3 * ARGV[9]
for i = 10, first - 1, 3 do
  local state = state_of(ARGV[i], ARGV[i + 1], ARGV[i + 2])
  if not state then return {-2, ARGV[i]} end
  if state == 'bad' and ARGV[3] ~= 'run' then doomed = doomed or ARGV[i] end
  if state == 'open' then
    open[#open + 1] = ARGV[i]
    if redis.call('SCARD', prefix .. 'children:' .. ARGV[i]) >= tonumber(ARGV[8]) then return {-3, ARGV[i]} end
  end
end

local now = family_now()
redis.call('HSET', KEYS[1], 'at', now, 'state', 'scheduled', 'after_failure', ARGV[3], 'delay', ARGV[4], 'earliest', ARGV[5],
  'keep', ARGV[6], 'feed', ARGV[7], unpack(ARGV, first))
redis.call('PERSIST', KEYS[1])
redis.call('HINCRBY', KEYS[3], 'scheduled', 1)
if doomed then
  redis.call('HSET', KEYS[1], 'doomed', doomed)
  make_due(prefix, ARGV[1], now, now)
elseif #open == 0 then
  make_due(prefix, ARGV[1], math.max(now + ARGV[4], tonumber(ARGV[5])), now)
else
  redis.call('HSET', KEYS[1], 'open', #open)
  redis.call('ZADD', KEYS[2], WAITING, ARGV[1])
  redis.call('SADD', prefix .. 'parents', unpack(open))
  for _, parent in ipairs(open) do redis.call('SADD', prefix .. 'children:' .. parent, ARGV[1]) end
end
return {1}
