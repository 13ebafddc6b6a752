-- Reads the schedules whose fire time has come, and forgets one whose hash was deleted by hand.
-- KEYS[1] {queue}:schedules   ARGV[1] most of them   ARGV[2] prefix of the schedules' keys
-- Returns {now (ms), next fire time of the others or '', then id and fields with values of each}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local out = {now, redis.call('ZRANGE', KEYS[1], '(' .. now, '(+inf', 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')[2] or ''}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])) do
  local fields = redis.call('HGETALL', ARGV[2] .. id)
  if #fields == 0 then
    redis.call('ZREM', KEYS[1], id)
  else
    out[#out + 1] = id
    out[#out + 1] = fields
  end
end
return out
