-- Library: what waits for a task or a batch to end, and what a batch counts. A waiting task is in {queue}:delayed with the year 2100 as its
-- due time and, in its record, 'open': how many it still waits for. {queue}:parents is the set of ids that somebody waits for,
-- {queue}:children:ID the set of those who do. Releasing a task makes it due: promote.lua moves it to its stream, or ends it where a
-- parent ended badly ('doomed'), so no call does more than its bounded share of a large family.
local WAITING = 4102444800000

local function family_now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function make_due(prefix, id, due, now)
  redis.call('HSET', prefix .. 'task:' .. id, 'due', due)
  redis.call('ZADD', prefix .. 'delayed', due, id)
  if redis.call('ZRANK', prefix .. 'delayed', id) == 0 then redis.call('PUBLISH', prefix .. 'control', 'due ' .. math.max(0, due - now)) end
end

-- One of its parents ended; it goes on when it was the last, or ends too where the parent ended badly.
local function release(prefix, id, parent, ok, now)
  local record = prefix .. 'task:' .. id
  local state, open, policy, delay, earliest = unpack(redis.call('HMGET', record, 'state', 'open', 'after_failure', 'delay', 'earliest'))
  if state ~= 'scheduled' or not open then return end
  if not ok and policy ~= 'run' then
    redis.call('HDEL', record, 'open')
    redis.call('HSET', record, 'doomed', parent)
    make_due(prefix, id, now, now)
  elseif redis.call('HINCRBY', record, 'open', -1) == 0 then
    redis.call('HDEL', record, 'open')
    make_due(prefix, id, math.max(now + tonumber(delay or '0'), tonumber(earliest or '0')), now)
  end
end

local function release_children(prefix, id, ok)
  if redis.call('SREM', prefix .. 'parents', id) == 0 then return end
  local now = family_now()
  for _, child in ipairs(redis.call('SMEMBERS', prefix .. 'children:' .. id)) do release(prefix, child, id, ok, now) end
  redis.call('DEL', prefix .. 'children:' .. id)
end

-- Has a batch that has ended expire, but not while a member is a dead letter: that may be requeued, and needs the batch's base then.
local function expire_batch(key, keep, dead)
  if tonumber(dead or '0') > 0 then redis.call('PERSIST', key) else redis.call('PEXPIRE', key, keep) end
end

-- A member became a dead letter (1), or is none any more (-1).
local function count_dead(key, change)
  local dead = redis.call('HINCRBY', key, 'dead', change)
  local finished, keep = unpack(redis.call('HMGET', key, 'finished', 'keep'))
  if finished then expire_batch(key, keep, dead) end
end

-- Ends a batch whose last member ended, once.
local function finish_batch(prefix, batch)
  local key = prefix .. 'batch:' .. batch
  local total, ended, completed, finished, keep, feed, dead =
    unpack(redis.call('HMGET', key, 'total', 'ended', 'completed', 'finished', 'keep', 'feed', 'dead'))
  if finished or not total or tonumber(ended or '0') < tonumber(total) then return end
  redis.call('HSET', key, 'finished', family_now())
  expire_batch(key, keep, dead)
  redis.call('XADD', prefix .. 'completed', 'MAXLEN', '~', feed, '*', 'state', 'batch', 'ids', batch, 'worker', '')
  release_children(prefix, batch, tonumber(completed or '0') == tonumber(total))
end

-- A member that ends twice (a dead letter that was requeued) moves from one counter to the other.
local function count_member(prefix, batch, id, state)
  local key, record = prefix .. 'batch:' .. batch, prefix .. 'task:' .. id
  if redis.call('EXISTS', key) == 0 then return end
  local word = state == 'completed' and 'completed' or (state == 'failed' or state == 'timeout') and 'failed' or 'cancelled'
  local before = redis.call('HGET', record, 'counted')
  if before == word then return end
  redis.call('HSET', record, 'counted', word)
  redis.call('HINCRBY', key, word, 1)
  redis.call('HINCRBY', key, before or 'ended', before and -1 or 1)
  if word == 'failed' then count_dead(key, 1) elseif before == 'failed' then count_dead(key, -1) end
  finish_batch(prefix, batch)
end

-- To be called before a dead letter is deleted.
local function family_purged(prefix, id)
  local batch, counted = unpack(redis.call('HMGET', prefix .. 'task:' .. id, 'batch', 'counted'))
  if batch and counted == 'failed' and redis.call('EXISTS', prefix .. 'batch:' .. batch) == 1 then count_dead(prefix .. 'batch:' .. batch, -1) end
end

-- To be called by every script that ends a task, after its record says how.
local function family_ended(prefix, id, state)
  release_children(prefix, id, state == 'completed')
  local batch = redis.call('HGET', prefix .. 'task:' .. id, 'batch')
  if batch then count_member(prefix, batch, id, state) end
end
