-- Records a decision of the autoscaler, if it still leads: only then may it act on it.
-- KEYS[1] {queue}:scaler   KEYS[2] {queue}:scaling
-- ARGV[1] autoscaler   ARGV[2] term   ARGV[3] most decisions to keep   ARGV[4..] names and values of the decision
-- Returns 1; 0 where another one leads, or its lease ran out.
local time = redis.call('TIME')
local holder, expires, term = unpack(redis.call('HMGET', KEYS[1], 'holder', 'until', 'term'))
if holder ~= ARGV[1] or term ~= ARGV[2] or tonumber(expires) <= time[1] * 1000 + math.floor(time[2] / 1000) then return 0 end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, 4))
return 1
