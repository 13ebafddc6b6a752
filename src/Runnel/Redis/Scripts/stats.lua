-- Counts everything of one queue in one step.
-- KEYS[1..5] streams: returned, critical, high, normal, low   KEYS[6] {queue}:delayed   KEYS[7] {queue}:dead
-- KEYS[8] {queue}:stats   KEYS[9] workers
-- ARGV[1] group
-- Returns {now (ms), delayed, dead, the counters' names and values, living consumers,
--          then for each stream {entries, pending, entries ever added, id of its oldest waiting entry or ''},
--          {tasks in lanes of level 1 to 4, tasks set aside, of these in sidings}, since when the first of all lanes waits there (Unix ms) or '',
--          1 if the queue is paused, names and values of the rules for types}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local out = {now, redis.call('ZCARD', KEYS[6]), redis.call('ZCARD', KEYS[7]), redis.call('HGETALL', KEYS[8]),
  redis.call('ZRANGE', KEYS[9], now, '+inf', 'BYSCORE')}
for i = 1, 5 do
  local length, pending, added, oldest = redis.call('XLEN', KEYS[i]), 0, 0, ''
  if redis.call('EXISTS', KEYS[i]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[i])
    for f = 1, #info, 2 do
      if info[f] == 'entries-added' then added = info[f + 1] end
    end
    local delivered = '-'
    for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[i])) do
      local g = {}
      for f = 1, #group, 2 do g[group[f]] = group[f + 1] end
      if g['name'] == ARGV[1] then
        pending = g['pending']
        delivered = '(' .. g['last-delivered-id']
      end
    end
    local waiting = redis.call('XRANGE', KEYS[i], delivered, '+', 'COUNT', 1)
    if #waiting > 0 then oldest = waiting[1][1] end
  end
  out[5 + i] = {length, pending, added, oldest}
end
local prefix = string.sub(KEYS[8], 1, -6)
out[11] = redis.call('HMGET', prefix .. 'flow', 'waiting:1', 'waiting:2', 'waiting:3', 'waiting:4', 'parked', 'sided')
local lane = redis.call('ZRANGE', prefix .. 'flow:heads', 0, 0)[1]
local first = lane and redis.call('ZRANGE', prefix .. 'lane:' .. lane, 0, 0)[1]
out[12] = first and redis.call('HGET', prefix .. 'task:' .. first, 'since') or ''
out[13] = redis.call('EXISTS', prefix .. 'paused')
out[14] = redis.call('HGETALL', prefix .. 'flow:types')
return out
