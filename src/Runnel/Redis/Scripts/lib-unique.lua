-- Library: locks of unique tasks. A lock is {queue}:unique:KEY -> id of the task that holds it; the task names it in the field 'unique' of
-- its entry and record, MODE:KEY, where MODE is s (until started), d (until done) or w (for a window; the lock expires by itself).

-- Gives up the lock that a task holds; a completed task keeps that of a window. One that another task holds by now is left alone.
local function unlock(prefix, unique, id, completed)
  if completed and string.sub(unique, 1, 1) == 'w' then return end
  local lock = prefix .. 'unique:' .. string.sub(unique, 3)
  if redis.call('GET', lock) == id then redis.call('DEL', lock) end
end
