-- Gives a consumer, for a task that it was delivered, one that waits behind it at the same priority and whose affinity the consumer holds. The
-- task that it gives up is the next that any worker takes, and counts how often that happened to it. Both have slots, and so records.
-- KEYS[1] stream of the task   KEYS[2] {queue}:returned   KEYS[3] stream of its priority   KEYS[4] {queue}:stats
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] entry id   ARGV[4] waiting entries to look at, at most   ARGV[5..] affinities held
-- Returns {entry id, fields and values} of the other task, in the returned stream now; nil where there is none, and it keeps its own.
local function undelivered(stream, most)
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local at = {}
    for i = 1, #group, 2 do at[group[i]] = group[i + 1] end
    if at.name == ARGV[1] then return redis.call('XRANGE', stream, '(' .. at['last-delivered-id'], '+', 'COUNT', most) end
  end
  return {}
end

local function value_of(fields, name)
  for i = 1, #fields, 2 do
    if fields[i] == name then return fields[i + 1] end
  end
end

local held = {}
for i = 5, #ARGV do held[ARGV[i]] = true end
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then return false end
local own = redis.call('XRANGE', KEYS[1], ARGV[3], ARGV[3])[1]
if not own or #undelivered(KEYS[2], 1) > 0 then return false end -- what was returned is read in its order
local other = nil
for _, entry in ipairs(undelivered(KEYS[3], ARGV[4])) do
  local fields = entry[2]
  local affinity = value_of(fields, 'affinity')
  if affinity and held[affinity] and value_of(fields, 'slot') and (value_of(fields, 'crashes') or '0') == '0' then
    other = entry
    break
  end
end
if not other then return false end

local prefix = string.sub(KEYS[4], 1, -6)
local function move(stream, entry)
  redis.call('XDEL', stream, entry[1])
  local id = redis.call('XADD', KEYS[2], '*', unpack(entry[2]))
  redis.call('HSET', prefix .. 'task:' .. value_of(entry[2], 'id'), 'entry', 'r' .. id)
  return id
end
move(KEYS[3], other)
local taken = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', 1, 'STREAMS', KEYS[2], '>')[1][2][1]
local fields = own[2]
local passes = value_of(fields, 'passes')
if passes then
  for i = 1, #fields, 2 do
    if fields[i] == 'passes' then fields[i + 1] = passes + 1 end
  end
else
  fields[#fields + 1] = 'passes'
  fields[#fields + 1] = '1'
end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
move(KEYS[1], own)
redis.call('HINCRBY', KEYS[4], 'exchanged', 1)
return taken
