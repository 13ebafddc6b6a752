-- Keeps no more results than the queue may: notes what was completed since the last call, by the feed, and deletes the oldest beyond the
-- limits, and notes of what has expired by itself. Costs the scripts that complete tasks nothing.
-- KEYS[1] {queue}:completed   KEYS[2] {queue}:results, a list of 'BYTES ID', oldest first   KEYS[3] {queue}:retained, a hash: cursor, bytes
-- ARGV[1] most results   ARGV[2] most bytes of them ('' for no limit)   ARGV[3] most results to look at
-- Returns 1 where another call has more to do.
local prefix, most = string.sub(KEYS[1], 1, -10), tonumber(ARGV[3])
local cursor, bytes = unpack(redis.call('HMGET', KEYS[3], 'cursor', 'bytes'))
bytes = tonumber(bytes or '0')
local noted, dropped = 0, 0
local entries = redis.call('XRANGE', KEYS[1], '(' .. (cursor or '0-0'), '+', 'COUNT', 100)
for _, entry in ipairs(entries) do
  if noted >= most then break end
  cursor = entry[1]
  local state, ids
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 'state' then state = entry[2][i + 1] elseif entry[2][i] == 'ids' then ids = entry[2][i + 1] end
  end
  if state == 'completed' then
    for id in string.gmatch(ids or '', '%S+') do
      local size = size_of_result(prefix, id)
      if size > 0 then
        redis.call('RPUSH', KEYS[2], size .. ' ' .. id)
        bytes, noted = bytes + size, noted + 1
      end
    end
  end
end
local length = redis.call('LLEN', KEYS[2])
while length > 0 and dropped < 2 * most do
  local size, id = string.match(redis.call('LINDEX', KEYS[2], 0), '^(%d+) (.*)$')
  local beyond = (ARGV[1] ~= '' and length > tonumber(ARGV[1])) or (ARGV[2] ~= '' and bytes > tonumber(ARGV[2]))
  if not beyond and has_result(prefix, id) then break end
  redis.call('LPOP', KEYS[2])
  drop_result(prefix, id)
  if redis.call('HGET', prefix .. 'task:' .. id, 'state') == 'completed' then redis.call('UNLINK', prefix .. 'task:' .. id, prefix .. 'log:' .. id) end
  bytes, length, dropped = bytes - tonumber(size), length - 1, dropped + 1
end
if cursor then redis.call('HSET', KEYS[3], 'cursor', cursor, 'bytes', length == 0 and 0 or bytes) end
return (noted >= most or #entries == 100 or dropped >= 2 * most) and 1 or 0
