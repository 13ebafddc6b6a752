-- Delivers waiting tasks to one consumer, like fetch.lua, and of each priority those in sidings first, which are older. They pass through the
-- returned stream and are read from there in the same call.
-- KEYS[1..5] streams: returned, critical, high, normal, low
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] most entries   ARGV[4..8] entries reserved for each stream   ARGV[9..] types that it takes; none for all
-- Returns {{{number of the stream from 0, entries}, ...}, 1 if a siding of its types that is not paused still has tasks, else 0}; raises
-- NOGROUP where a stream or its group is missing.
local prefix = string.sub(KEYS[1], 1, -9)
local flow = open_flow(prefix)
local left = tonumber(ARGV[3])
local out = {}
local function read(level, count)
  local reply = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', count, 'STREAMS', KEYS[level], '>')
  if reply then
    local entries = reply[1][2]
    out[#out + 1] = {level - 1, entries}
    left = left - #entries
  end
end

local lines, tasks = {{}, {}, {}, {}}, {}
local function add(level, type)
  local line = level .. ' ' .. type
  if redis.call('EXISTS', prefix .. 'parked:' .. line) == 1 then table.insert(lines[tonumber(level)], line) end
end
if #ARGV == 8 then
  for _, line in ipairs(flow.open_sidings()) do add(flow.siding(line)) end
else
  for i = 9, #ARGV do
    if not flow.type_rule(ARGV[i]) then
      for level = 1, 4 do add(level, ARGV[i]) end
    end
  end
end

-- Of the level's sidings, the oldest task that may run each time. Only those that no rule held up are delivered, so the reads below find nothing
-- else in the returned stream: it was read to its end before.
local function pull(level, most)
  local heads, pulled = {}, 0
  for _, line in ipairs(lines[level]) do
    local reach = math.ceil(most / #lines[level]) + 16 -- so many may be held up before the others are
    local ids, places = {}, {}
    for i, value in ipairs(redis.call('ZRANGE', prefix .. 'parked:' .. line, 0, reach - 1, 'WITHSCORES')) do
      if i % 2 == 1 then ids[#ids + 1] = value else places[#places + 1] = tonumber(value) end
    end
    if #ids > 0 then heads[#heads + 1] = {line = line, ids = ids, places = places, at = 1} end
  end
  while pulled < most do
    local first = nil
    for _, head in ipairs(heads) do
      if head.at and head.places[head.at] and (not first or head.places[head.at] < first.places[first.at]) then first = head end
    end
    if not first then break end
    local found = flow.pull(first.line, first.ids, first.at, KEYS[1])
    first.at = found and found + 1
    if found then pulled = pulled + 1 end
  end
  if pulled > 0 then read(1, pulled) end
end

read(1, left)
for _, reserved in ipairs({true, false}) do
  for level = 1, 4 do
    local most = reserved and math.min(tonumber(ARGV[4 + level]), left) or left
    local before = left
    if most > 0 then pull(level, most) end
    most = most - (before - left)
    if most > 0 then read(level + 1, most) end
  end
end
local more = 0
for level = 1, 4 do
  for _, line in ipairs(lines[level]) do
    if redis.call('EXISTS', prefix .. 'parked:' .. line) == 1 then more = 1 end
  end
end
return {out, more}
