-- Library: what a task gives up when it leaves the streams for good. Returns true where it had a slot: then let others in by admit.
local function ended(prefix, id, completed)
  local unique, lane = unpack(redis.call('HMGET', prefix .. 'task:' .. id, 'unique', 'lane'))
  if unique then unlock(prefix, unique, id, completed) end
  return lane and open_flow(prefix).release(id) or false
end
