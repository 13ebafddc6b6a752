-- Delivers waiting tasks to one consumer: first what is reserved for each level, then strictly from the highest level down.
-- KEYS[1..5] streams: returned, critical, high, normal, low
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] most entries   ARGV[4..8] entries reserved for each stream
-- Returns {{number of the stream from 0, entries}, ...}; raises NOGROUP where a stream or its group is missing.
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
for level = 1, 5 do
  local reserved = math.min(tonumber(ARGV[3 + level]), left)
  if reserved > 0 then read(level, reserved) end
end
for level = 1, 5 do
  if left > 0 then read(level, left) end
end
return out
