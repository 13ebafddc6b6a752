-- Begins to confirm submissions: says which are still here (after a failover some may not), and writes, so that a WAIT that follows on the
-- same connection covers them.
-- KEYS[1] {queue}:stats   ARGV: for each its id, then the letter and entry id that it names, or '' twice
-- Returns the numbers (from 0) of those that are unknown.
local prefix, unknown = string.sub(KEYS[1], 1, -6), {}
for i = 1, #ARGV, 3 do
  local id, letter, entry = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local known = redis.call('EXISTS', prefix .. 'task:' .. id, prefix .. 'batch:' .. id) > 0 or has_result(prefix, id)
  if not known and letter ~= '' then
    local stream = letter == 'n' and string.sub(prefix, 2, -3) or prefix .. ({c = 'critical', h = 'high', l = 'low'})[letter]
    known = #redis.call('XRANGE', stream, entry, entry) > 0
  end
  if not known then unknown[#unknown + 1] = (i - 1) / 3 end
end
redis.call('HINCRBY', KEYS[1], 'confirming', #ARGV / 3)
return unknown
