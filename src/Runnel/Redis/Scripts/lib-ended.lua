-- Library: what a task that ended for good gives up, if it had any of it.
local function ended(prefix, id, completed)
  local unique = redis.call('HGET', prefix .. 'task:' .. id, 'unique')
  if unique then unlock(prefix, unique, id, completed) end
end
