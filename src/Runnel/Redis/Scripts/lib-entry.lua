-- Library: streams, and a task's entry made anew from its record.

-- The stream of a level's letter: r returned, c critical, h high, n normal, l low.
local function stream_of(prefix, letter)
  if letter == 'n' then return string.sub(prefix, 2, -3) end
  return prefix .. ({r = 'returned', c = 'critical', h = 'high', l = 'low'})[letter]
end

-- Tells whether a producer's id is one: well-formed UTF-8 of 1 to 200 characters (in UTF-16, as the workers count), none a blank or a
-- control character. The workers' check is TaskEntry.ReadId.
local function valid_id(id)
  if #id > 800 or string.find(id, '\194[\128-\160]') or string.find(id, '\225\154\128') or string.find(id, '\226\128[\128-\138\168\169\175]')
    or string.find(id, '\226\129\159') or string.find(id, '\227\128\128') or string.find(id, '\237[\160-\191]') then return false end
  local plain = string.gsub(id, '[\194-\223][\128-\191]', 'x')
  plain = string.gsub(plain, '\224[\160-\191][\128-\191]', 'x')
  plain = string.gsub(plain, '[\225-\239][\128-\191][\128-\191]', 'x')
  plain = string.gsub(plain, '[\240-\244][\128-\191][\128-\191][\128-\191]', 'xx')
  return #plain >= 1 and #plain <= 200 and not string.find(plain, '[^\33-\126]')
end

local wire = {'v', 'id', 'type', 'payload', 'retries', 'timeout', 'attempt', 'crashes', 'at', 'priority', 'trace', 'backoff', 'expires', 'deadline',
  'errors', 'unique', 'group', 'rate', 'data', 'legacy', 'base', 'affinity'}
local in_record = {}
for _, name in ipairs(wire) do in_record[name] = true end

-- Of an entry's fields and values those that a record has from it. Others stay out: they may be too many to pass on, or be named as what
-- a record has of its own.
local function known_of(fields)
  local known = {}
  for i = 1, #fields, 2 do
    if in_record[fields[i]] then
      known[#known + 1] = fields[i]
      known[#known + 1] = fields[i + 1]
    end
  end
  return known
end

-- Returns the entry's fields and values, and the number of its priority's level (1 critical, 2 high, 3 normal, 4 low); nil where the record
-- is no task's. Leaves out the fields named in without.
local function entry_of(record, id, without)
  local values = redis.call('HMGET', record, unpack(wire))
  if not values[3] then return nil end
  values[1], values[2] = values[1] or '1', id
  if values[20] and not values[4] then values[3] = false else values[19] = false end -- an older producer's, which no worker has read yet
  values[20] = false
  local fields = {}
  for i, name in ipairs(wire) do
    if values[i] and not (without and without[name]) then
      fields[#fields + 1] = name
      fields[#fields + 1] = values[i]
    end
  end
  local priority = tonumber(values[10] or '5') or 5
  return fields, priority >= 20 and 1 or priority >= 10 and 2 or priority >= 5 and 3 or 4
end
