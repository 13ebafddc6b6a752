-- Opens a batch.
-- KEYS[1] {queue}:batch:ID   ARGV[1] task type of its members   ARGV[2] retention (ms)   ARGV[3] longest feed
-- ARGV[4] base of the members' payloads, or ''   ARGV[5] its digest, or ''
-- Returns 1; 0 where it is there already; -1 where it is there with another type or base.
local type, digest = unpack(redis.call('HMGET', KEYS[1], 'type', 'digest'))
if type then return type == ARGV[1] and (digest or '') == ARGV[5] and 0 or -1 end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'type', ARGV[1], 'at', time[1] * 1000 + math.floor(time[2] / 1000), 'keep', ARGV[2], 'feed', ARGV[3], 'added', 0)
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'base', ARGV[4], 'digest', ARGV[5]) end
return 1
