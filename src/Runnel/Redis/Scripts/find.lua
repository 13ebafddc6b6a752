-- Tells everything known of one task.
-- KEYS[1] {queue}:stats   KEYS[2] record   KEYS[3..7] streams: returned, critical, high, normal, low
-- ARGV[1] group   ARGV[2] level of the entry that the id names ('' for none)   ARGV[3] its entry id   ARGV[4] task id
-- Returns {result or '', the record's fields and values but for its payload and raw fields, which may be large, level or '', entry id, the entry's fields and values (without payload),
--          consumer or '', idle (ms), deliveries, now (ms)}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local result = result_of(string.sub(KEYS[1], 1, -6), ARGV[4])
local record = {}
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  if all[i] ~= 'payload' and all[i] ~= 'raw' and all[i] ~= 'data' then
    record[#record + 1] = all[i]
    record[#record + 1] = all[i + 1]
  end
end
local level, entry = ARGV[2], ARGV[3]
for i = 1, #record, 2 do
  if record[i] == 'entry' then
    level = tostring(string.find('rchnl', string.sub(record[i + 1], 1, 1)) - 1)
    entry = string.sub(record[i + 1], 2)
  end
end
local fields, consumer, idle, deliveries = {}, '', 0, 0
if level ~= '' then
  local stream = KEYS[3 + tonumber(level)]
  local found = redis.call('XRANGE', stream, entry, entry)
  if #found > 0 then
    for i = 1, #found[1][2], 2 do
      if found[1][2][i] ~= 'payload' then
        fields[#fields + 1] = found[1][2][i]
        fields[#fields + 1] = found[1][2][i + 1]
      end
    end
    local pending = redis.pcall('XPENDING', stream, ARGV[1], entry, entry, 1)
    if not pending.err and #pending > 0 then consumer, idle, deliveries = pending[1][2], pending[1][3], pending[1][4] end
  end
end
return {result or '', record, level, entry, fields, consumer, idle, deliveries, now}
