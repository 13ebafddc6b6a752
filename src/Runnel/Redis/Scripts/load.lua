-- Measures what a queue asks of its workers, in one step.
-- KEYS[1..5] streams: returned, critical, high, normal, low   KEYS[6] {queue}:delayed   KEYS[7] {queue}:schedules
-- KEYS[8] workers   KEYS[9] {queue}:paused   KEYS[10] {queue}:service   KEYS[11] {queue}:stats
-- ARGV[1] group   ARGV[2] the name under which workers of a kind show which types they take, '' for all workers   ARGV[3..] these types
-- Returns {now (ms), 1 if the queue is paused, tasks that a worker could run now, when the oldest of them began to wait (ms) or '',
--          tasks that workers hold, living workers, their slots, names and values of KEYS[10], attempts and tasks that ended so far}.
-- Waits: in a stream; in a lane that no limit or rate holds up (at most 100 flows of each level are looked at); in a siding; delayed and due, or
-- a schedule's, since with no worker there is nobody who promotes. For some types: as many of a stream as of its next 100, one at least where
-- it is longer, and what workers of that kind hold.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local prefix = string.sub(KEYS[10], 1, -8)
local waiting, running, oldest = 0, 0, nil
local kind, wanted = ARGV[2], {}
for i = 3, #ARGV do wanted[ARGV[i]] = true end
local function wants(type) return kind == '' or not type or wanted[type] end
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
    local found, matching = redis.call('XRANGE', KEYS[i], delivered, '+', 'COUNT', kind == '' and 1 or 100), 0
    for _, entry in ipairs(found) do
      local type = nil -- unknown, and so any, in the format of older producers
      for f = 1, #entry[2], 2 do
        if entry[2][f] == 'type' then type = entry[2][f + 1] end
      end
      if wants(type) then
        matching = matching + 1
        since(string.match(entry[1], '^%d+'))
      end
    end
    local all = math.max(0, redis.call('XLEN', KEYS[i]) - pending)
    if matching > 0 then
      waiting = waiting + math.ceil(all * matching / #found)
    elseif all > #found then
      waiting = waiting + 1 -- one may lie beyond: without any worker nobody would get there
    end
    if kind == '' then running = running + pending end
  end
end
for level = 1, 4 do
  for _, name in ipairs(redis.call('ZRANGE', prefix .. 'flow:ready:' .. level, 0, 99)) do
    local first = true
    for _, lane in ipairs(redis.call('ZRANGE', prefix .. 'flow:lanes:' .. name, 0, 99)) do
      if wants(string.match(lane, '^%d %S* (%S*) ')) then
        waiting = waiting + redis.call('ZCARD', prefix .. 'lane:' .. lane)
        local head = first and redis.call('ZRANGE', prefix .. 'lane:' .. lane, 0, 0)[1]
        if head then
          local at, lined = unpack(redis.call('HMGET', prefix .. 'task:' .. head, 'at', 'since'))
          since(lined or at)
        end
        first = false
      end
    end
  end
end
for _, line in ipairs(redis.call('SRANDMEMBER', prefix .. 'flow:sidings', 400)) do
  local type = string.match(line, ' (%S+)$')
  local paused = string.sub(redis.call('HGET', prefix .. 'flow:types', type) or '', 1, 1) == '1'
  local head = not paused and wants(type) and redis.call('ZRANGE', prefix .. 'parked:' .. line, 0, 0, 'WITHSCORES')[2]
  if head then
    waiting = waiting + redis.call('ZCARD', prefix .. 'parked:' .. line)
    since(math.floor(head / 4096) + 1700000000000) -- as lib-flow-parking.lua made it of the entry's id
  end
end
for i = 6, 7 do
  waiting = waiting + redis.call('ZCOUNT', KEYS[i], '-inf', now)
  since(redis.call('ZRANGE', KEYS[i], '-inf', now, 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')[2])
end
local workers, slots = 0, 0
for _, worker in ipairs(redis.call('ZRANGE', KEYS[8], now, '+inf', 'BYSCORE')) do
  local types, has, holds = unpack(redis.call('HMGET', prefix .. 'worker:' .. worker, 'types', 'slots', 'running'))
  if kind == '' or types == kind then
    workers, slots = workers + 1, slots + (has or 0)
    if kind ~= '' then running = running + (holds or 0) end
  end
end
local ended = 0
for _, count in ipairs(redis.call('HMGET', KEYS[11], 'completed', 'failed', 'retried', 'cancelled', 'expired')) do ended = ended + (count or 0) end
return {now, redis.call('EXISTS', KEYS[9]), waiting, oldest and tostring(oldest) or '', running, workers, slots, redis.call('HGETALL', KEYS[10]), ended}
