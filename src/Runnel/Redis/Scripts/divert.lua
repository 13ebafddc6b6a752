-- Has tasks that a consumer was delivered wait instead: those of a paused type are set aside; those that came by a plain XADD and have a
-- group, a rate key or a type with a limit go to their lanes; those of a type that the consumer does not take go to a siding.
-- KEYS[1] stream   KEYS[2] {queue}:stats
-- ARGV[1] group   ARGV[2] consumer
-- then for each task: entry id, task id, type, lane or '', siding or '', how many names and values follow, the fields of its record
-- Returns the numbers (from 0) of the tasks that are to run now: the worker's knowledge of the rules was old.
local prefix = string.sub(KEYS[2], 1, -6)
local flow = open_flow(prefix)
local run, number, i = {}, 0, 3
while i <= #ARGV do
  local entry, id, type, lane, siding, count = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], tonumber(ARGV[i + 5])
  local paused = flow.type_rule(type)
  if not paused and lane == '' and siding == '' then
    run[#run + 1] = number
  elseif #redis.call('XPENDING', KEYS[1], ARGV[1], entry, entry, 1, ARGV[2]) > 0 then
    local record = prefix .. 'task:' .. id
    redis.call('HSET', record, unpack(ARGV, i + 6, i + 5 + count))
    redis.call('PERSIST', record)
    redis.call('XACK', KEYS[1], ARGV[1], entry)
    redis.call('XDEL', KEYS[1], entry)
    if lane ~= '' then redis.call('HSET', record, 'lane', lane) end
    if paused then
      flow.park(id, type, entry)
    elseif lane ~= '' then
      flow.enqueue(id, lane)
    else
      flow.park(id, siding, entry)
    end
  end
  number = number + 1
  i = i + 6 + count
end
flow.admit(256)
return run
