-- Submits some members of a batch, in the order of their numbers: those below 'added' are there from an earlier call.
-- KEYS[1] {queue}:batch:ID   KEYS[2] {queue}:stats   KEYS[3] {queue}:delayed   KEYS[4..8] streams: returned, critical, high, normal, low
-- ARGV[1] batch id   ARGV[2] number of the first of these members   ARGV[3] letter of their stream   ARGV[4] most open members
-- ARGV[5] most tasks that may wait, or ''   ARGV[6] members, then their payloads, then the fields and values that all of them have
-- Returns {1, members that are new}; {0} where too many are open now; {-1} where the batch is unknown; {-2, id} where another task has a member's id;
--         {-3} where the batch was cancelled; {-4, members} where it lost members that were there, as by a failover.
local added, ended, total, cancel = unpack(redis.call('HMGET', KEYS[1], 'added', 'ended', 'total', 'cancel'))
if not added then return {-1} end
if cancel then return {-3} end
added = tonumber(added)
local first, count = tonumber(ARGV[2]), tonumber(ARGV[6])
if total or first + count <= added then return {1, 0} end
if first > added then return {-4, added} end
if added - tonumber(ended or '0') + count > math.max(tonumber(ARGV[4]), count) then return {0} end
local prefix = string.sub(KEYS[2], 1, -6)
if ARGV[5] ~= '' then
  local depth = redis.call('ZCARD', KEYS[3])
  for _, waiting in ipairs(redis.call('HMGET', prefix .. 'flow', 'waiting:1', 'waiting:2', 'waiting:3', 'waiting:4', 'parked')) do
    depth = depth + tonumber(waiting or '0')
  end
  for i = 4, 8 do depth = depth + redis.call('XLEN', KEYS[i]) end
  if depth > 0 and depth + count > tonumber(ARGV[5]) then return {0} end
end
for i = math.max(first, added), first + count - 1 do
  local id = ARGV[1] .. '.' .. string.format('%d', i)
  if redis.call('EXISTS', prefix .. 'task:' .. id) == 1 or has_result(prefix, id) then return {-2, id} end
end
local stream = KEYS[3 + string.find('rchnl', ARGV[3])]
local common = {unpack(ARGV, 7 + count)}
local n = #common
for i = math.max(first, added), first + count - 1 do
  local id = ARGV[1] .. '.' .. string.format('%d', i)
  common[n + 1], common[n + 2], common[n + 3], common[n + 4] = 'id', id, 'payload', ARGV[7 + i - first]
  local entry = redis.call('XADD', stream, '*', unpack(common))
  redis.call('HSET', prefix .. 'task:' .. id, 'state', 'queued', 'entry', ARGV[3] .. entry, 'batch', ARGV[1])
end
redis.call('HSET', KEYS[1], 'added', first + count)
return {1, first + count - math.max(first, added)}
