-- Has tasks that a consumer was delivered wait instead, in their lanes: they came by a plain XADD, and have a group, a rate key or a type
-- with a limit.
-- KEYS[1] stream   KEYS[2] {queue}:stats
-- ARGV[1] group   ARGV[2] consumer
-- then for each task: entry id, task id, lane, how many names and values follow, the fields of its record
-- Returns the numbers (from 0) of the tasks that are to run now.
local prefix = string.sub(KEYS[2], 1, -6)
local flow = open_flow(prefix)
local run, number, i = {}, 0, 3
while i <= #ARGV do
  local entry, id, lane, count = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3])
  if #redis.call('XPENDING', KEYS[1], ARGV[1], entry, entry, 1, ARGV[2]) > 0 then
    local record = prefix .. 'task:' .. id
    redis.call('HSET', record, unpack(ARGV, i + 4, i + 3 + count))
    redis.call('PERSIST', record)
    redis.call('XACK', KEYS[1], ARGV[1], entry)
    redis.call('XDEL', KEYS[1], entry)
    flow.enqueue(id, lane)
  end
  number = number + 1
  i = i + 4 + count
end
flow.admit(256)
return run
