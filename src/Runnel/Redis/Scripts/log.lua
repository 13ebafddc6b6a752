-- Adds a line to a running task's log, if the consumer still owns the task.
-- KEYS[1] stream   KEYS[2] record   KEYS[3] {queue}:log:ID
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] entry id   ARGV[4] attempt   ARGV[5] text   ARGV[6] most lines   ARGV[7] most bytes
-- ARGV[8] time to live (ms): what a task may run and its retention; the script that ends the task cuts it to the retention
-- Returns 1, or 0 where the consumer does not own the entry.
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then return 0 end
local time = redis.call('TIME')
local line = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000)) .. ' ' .. ARGV[4] .. ' ' .. ARGV[5]
local lines = redis.call('RPUSH', KEYS[3], line)
local bytes, dropped = redis.call('HINCRBY', KEYS[2], 'log_bytes', #line), 0
while lines > tonumber(ARGV[6]) or bytes > tonumber(ARGV[7]) do -- each call adds one line, so this takes few rounds
  bytes, lines, dropped = bytes - #redis.call('LPOP', KEYS[3]), lines - 1, dropped + 1
end
if dropped > 0 then
  redis.call('HSET', KEYS[2], 'log_bytes', bytes)
  redis.call('HINCRBY', KEYS[2], 'log_dropped', dropped)
end
redis.call('PEXPIRE', KEYS[3], ARGV[8])
return 1
