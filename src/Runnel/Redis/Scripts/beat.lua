-- Renews a worker's lease and tells it what else needs doing.
-- KEYS[1] workers, a sorted set: consumer -> end of its lease (Unix ms)   KEYS[2] {queue}:delayed
-- KEYS[3] {queue}:cancelling   KEYS[4] {queue}:paused   KEYS[5] {queue}:flow   KEYS[6] {queue}:schedules
-- ARGV[1] consumer   ARGV[2] lease (ms)   ARGV[3] '1' for the first beat   ARGV[4] admitted tasks that this worker asks for
-- ARGV[5] version of the rules for types that it knows
-- Returns {1 if the lease was still known, now (ms), next time to promote or '', 1 if the queue is paused,
--          consumers whose lease has run out, ids of running tasks to cancel,
--          version of the rules for types, their names and values where the version is another,
--          next fire time of a schedule, 'inf' or '', a batch whose cancelling is to go on, or '', sidings that have tasks}.
-- A lease that ran out but is still in the set was taken by nobody: whoever recovers a worker removes it first.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1]) == 0 or ARGV[3] == '1'
local asked, rules, used = unpack(redis.call('HMGET', KEYS[5], 'w:' .. ARGV[1], 'rules', 'seq'))
if asked ~= ARGV[4] then
  redis.call('HSET', KEYS[5], 'w:' .. ARGV[1], ARGV[4])
  redis.call('HINCRBY', KEYS[5], 'window', ARGV[4] - (asked or 0))
end
local due = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2]
local sidings = {}
if used then
  local prefix = string.sub(KEYS[5], 1, -5)
  if redis.call('SET', prefix .. 'flow:swept', ARGV[1], 'NX', 'PX', 5000) then open_flow(prefix).sweep(KEYS[1]) end
  open_flow(prefix).admit(100)
  local turn = redis.call('ZRANGE', prefix .. 'flow:due', 0, 0, 'WITHSCORES')[2]
  if turn and (not due or tonumber(turn) < tonumber(due)) then due = turn end
  sidings = open_flow(prefix).open_sidings()
end
return {known and 1 or 0, now, due or '', redis.call('EXISTS', KEYS[4]),
  redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, 10), redis.call('ZRANGE', KEYS[3], 0, 99),
  rules or '', rules and rules ~= ARGV[5] and redis.call('HGETALL', KEYS[5] .. ':types') or {},
  redis.call('ZRANGE', KEYS[6], 0, 0, 'WITHSCORES')[2] or '',
  redis.call('ZRANGE', KEYS[3] .. ':batches', 0, 0)[1] or '', sidings}
