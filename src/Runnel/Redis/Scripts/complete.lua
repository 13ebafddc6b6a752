-- Completes tasks of one stream: stores their results and acknowledges them, if the consumer still owns them.
-- KEYS[1] stream   KEYS[2] {queue}:completed   KEYS[3] {queue}:stats   KEYS[4] {queue}:cancelling
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] result key prefix   ARGV[4] record key prefix   ARGV[5] retention (ms)
-- ARGV[6] longest feed   ARGV[7] entries this consumer may have pending   ARGV[8..9] lowest and highest entry id of the
-- tasks   ARGV[10] letter of the stream's level   then for each task: entry id, result, and its task id where it may have a
-- record (which then lives as long as the result), or '' where the id is the letter and the entry id
-- Returns the numbers (from 0) of the tasks that were refused: another consumer owns them now, or nobody.
local owned = {}
for _, pending in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[8], ARGV[9], ARGV[7], ARGV[2])) do
  owned[pending[1]] = true
end
local cancelling = redis.call('EXISTS', KEYS[4]) == 1
local prefix = string.sub(KEYS[3], 1, -6)
local acked, ids, refused, freed = {}, {}, {}, false
for i = 11, #ARGV, 3 do
  local entry, result, id = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local recorded = id ~= ''
  if not recorded then id = ARGV[10] .. entry end
  if owned[entry] or #redis.call('XPENDING', KEYS[1], ARGV[1], entry, entry, 1, ARGV[2]) > 0 then
    redis.call('PSETEX', ARGV[3] .. id, ARGV[5], result)
    if cancelling then redis.call('ZREM', KEYS[4], id) end -- too late: it is done
    if recorded then
      freed = ended(prefix, id, true) or freed
      local record = ARGV[4] .. id
      redis.call('HSET', record, 'state', 'completed')
      redis.call('HDEL', record, 'payload')
      redis.call('PEXPIRE', record, ARGV[5])
    end
    acked[#acked + 1] = entry
    ids[#ids + 1] = id
  elseif redis.call('GET', ARGV[3] .. id) ~= result then -- the same call may come twice: its first reply was lost
    refused[#refused + 1] = (i - 11) / 3
  end
end
if #acked > 0 then
  redis.call('XACK', KEYS[1], ARGV[1], unpack(acked))
  redis.call('XDEL', KEYS[1], unpack(acked))
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[6], '*', 'state', 'completed', 'ids', table.concat(ids, ' '), 'worker', ARGV[2])
  redis.call('HINCRBY', KEYS[3], 'completed', #acked)
end
if freed then open_flow(prefix).admit(256) end
if #refused > 0 then redis.call('HINCRBY', KEYS[3], 'stale_results', #refused) end
return refused
