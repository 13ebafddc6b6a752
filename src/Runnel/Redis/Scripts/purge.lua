-- Deletes dead letters for good.
-- KEYS[1] {queue}:dead   KEYS[2] {queue}:stats   ARGV[1] record key prefix   ARGV[2..] task ids
-- Returns how many were deleted.
local purged, prefix = 0, string.sub(KEYS[2], 1, -6)
for i = 2, #ARGV do
  if redis.call('ZREM', KEYS[1], ARGV[i]) == 1 then
    family_purged(prefix, ARGV[i])
    redis.call('DEL', ARGV[1] .. ARGV[i], prefix .. 'log:' .. ARGV[i])
    purged = purged + 1
  end
end
if purged > 0 then redis.call('HINCRBY', KEYS[2], 'purged', purged) end
return purged
