-- Takes an attempt off its stream and has the task due again later, if the consumer still owns it: a retry after an error, or a snooze.
-- KEYS[1] stream   KEYS[2] record   KEYS[3] {queue}:delayed   KEYS[4] {queue}:completed   KEYS[5] {queue}:stats
-- KEYS[6] {queue}:cancelling
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] entry id   ARGV[4] task id   ARGV[5] delay (ms)   ARGV[6] longest feed
-- ARGV[7] error as JSON, or '' for a snooze   ARGV[8] number of the error   ARGV[9] errors kept
-- ARGV[10] '1' if the attempt ran out of time   ARGV[11] retention (ms)   ARGV[12..] fields of the record and their values
-- Returns 1; 2 where the task was to be cancelled, and is; 0 where the consumer does not own the entry. A snooze of a task that was woken
-- while it ran (wake.lua) is over at once.
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then
  if ARGV[7] ~= '' and redis.call('HGET', KEYS[2], 'error:' .. ARGV[8]) == ARGV[7] then return 1 end -- done before: its first reply was lost
  redis.call('HINCRBY', KEYS[5], 'stale_results', 1)
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[2], unpack(ARGV, 12))
redis.call('HDEL', KEYS[2], 'entry', 'error:' .. (ARGV[8] - ARGV[9]))
if ARGV[7] ~= '' then redis.call('HSET', KEYS[2], 'error:' .. ARGV[8], ARGV[7]) end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
redis.call('XDEL', KEYS[1], ARGV[3])
if ARGV[10] == '1' then redis.call('HINCRBY', KEYS[5], 'timed_out', 1) end
local cancel = redis.call('ZREM', KEYS[6], ARGV[4]) == 1
local state = cancel and 'cancelled' or ARGV[7] == '' and 'scheduled' or 'retrying'
local prefix, freed = string.sub(KEYS[5], 1, -6), false
if cancel then
  if ARGV[7] ~= '' then redis.call('HINCRBY', KEYS[2], 'attempt', -1) end -- the one that would have come
  redis.call('HSET', KEYS[2], 'state', state, 'finished', now)
  redis.call('PEXPIRE', KEYS[2], ARGV[11])
  redis.call('HINCRBY', KEYS[5], 'cancelled', 1)
  freed = ended(prefix, ARGV[4], false)
  family_ended(prefix, ARGV[4], 'cancelled')
else
  local woken = redis.call('HDEL', KEYS[2], 'woken') == 1 and ARGV[7] == ''
  local due = woken and now or now + ARGV[5]
  redis.call('HSET', KEYS[2], 'state', state, 'due', due)
  redis.call('PERSIST', KEYS[2])
  redis.call('ZADD', KEYS[3], due, ARGV[4])
  if woken then redis.call('PUBLISH', prefix .. 'control', 'due 0') end
  redis.call('HINCRBY', KEYS[5], ARGV[7] == '' and 'snoozed' or 'retried', 1)
  freed = redis.call('HEXISTS', KEYS[2], 'lane') == 1 and open_flow(prefix).release(ARGV[4]) -- when due it waits for its turn again
end
redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[6], '*', 'state', state, 'ids', ARGV[4], 'worker', ARGV[2])
if freed then open_flow(prefix).admit(10) end
return cancel and 2 or 1
