-- Measures what a queue asks of its workers, in one step.
-- KEYS[1..5] streams: returned, critical, high, normal, low   KEYS[6] {queue}:delayed   KEYS[7] {queue}:schedules
-- KEYS[8] workers   KEYS[9] {queue}:paused   KEYS[10] {queue}:service   KEYS[11] {queue}:stats
-- ARGV[1] group
-- Returns {now (ms), 1 if the queue is paused, tasks that a worker could run now, when the oldest of them began to wait (ms) or '',
--          tasks that workers hold, living workers, their slots, names and values of KEYS[10], attempts and tasks that ended so far}.
-- Waits: in a stream; in a lane that no limit or rate holds up (at most 100 flows of each level are looked at); delayed and due, or a
-- schedule's, since with no worker there is nobody who promotes.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local prefix = string.sub(KEYS[10], 1, -8)
local waiting, running, oldest = 0, 0, nil
local function since(ms)
  ms = tonumber(ms)
  if ms and (not oldest or ms < oldest) then oldest = ms end
end
for i = 1, 5 do
  if redis.call('EXISTS', KEYS[i]) == 1 then
    local pending, delivered = 0, '-'
    for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[i])) do
      local g = {}
      for f = 1, #group, 2 do g[group[f]] = group[f + 1] end
      if g['name'] == ARGV[1] then pending, delivered = g['pending'], '(' .. g['last-delivered-id'] end
    end
    local first = redis.call('XRANGE', KEYS[i], delivered, '+', 'COUNT', 1)[1]
    if first then since(string.match(first[1], '^%d+')) end
    waiting = waiting + math.max(0, redis.call('XLEN', KEYS[i]) - pending)
    running = running + pending
  end
end
for level = 1, 4 do
  for _, name in ipairs(redis.call('ZRANGE', prefix .. 'flow:ready:' .. level, 0, 99)) do
    for n, lane in ipairs(redis.call('ZRANGE', prefix .. 'flow:lanes:' .. name, 0, 99)) do
      waiting = waiting + redis.call('ZCARD', prefix .. 'lane:' .. lane)
      local head = n == 1 and redis.call('ZRANGE', prefix .. 'lane:' .. lane, 0, 0)[1]
      if head then
        local at, lined = unpack(redis.call('HMGET', prefix .. 'task:' .. head, 'at', 'since'))
        since(lined or at)
      end
    end
  end
end
for i = 6, 7 do
  waiting = waiting + redis.call('ZCOUNT', KEYS[i], '-inf', now)
  since(redis.call('ZRANGE', KEYS[i], '-inf', now, 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')[2])
end
local workers, slots = redis.call('ZRANGE', KEYS[8], now, '+inf', 'BYSCORE'), 0
for _, worker in ipairs(workers) do slots = slots + (redis.call('HGET', prefix .. 'worker:' .. worker, 'slots') or 0) end
local ended = 0
for _, count in ipairs(redis.call('HMGET', KEYS[11], 'completed', 'failed', 'retried', 'cancelled', 'expired')) do ended = ended + (count or 0) end
return {now, redis.call('EXISTS', KEYS[9]), waiting, oldest and tostring(oldest) or '', running, #workers, slots, redis.call('HGETALL', KEYS[10]), ended}
