-- Shows how a supervisor is, and takes the order that somebody left for it.
-- KEYS[1] {queue}:supervisors   KEYS[2] {queue}:supervisor:ID
-- ARGV[1] id   ARGV[2] how long it is shown (ms)   ARGV[3..] names and values
-- Returns the order, or ''.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('HSET', KEYS[2], unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[2], ARGV[2])
local want = redis.call('HGET', KEYS[2], 'want')
if want then redis.call('HDEL', KEYS[2], 'want') end
return want or ''
