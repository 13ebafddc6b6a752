-- Completes tasks of one stream: stores their results and acknowledges them, if the consumer still owns them.
-- KEYS[1] stream   KEYS[2] {queue}:completed   KEYS[3] {queue}:stats   KEYS[4] {queue}:cancelling
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] retention (ms)   ARGV[4] longest feed   ARGV[5] entries this consumer may have pending
-- ARGV[6..7] lowest and highest entry id of the tasks   ARGV[8] letter of the stream's level   ARGV[9] number of plain tasks
-- then for each plain task, whose id is the letter and the entry id: entry id, result; then for each other, which may have a record
-- (that then lives as long as the result): entry id, result, task id
-- Returns the numbers (from 0) of the tasks that were refused: another consumer owns them now, or nobody.
local owned = {}
for _, pending in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[6], ARGV[7], ARGV[5], ARGV[2])) do
  owned[pending[1]] = true
end
local prefix = string.sub(KEYS[3], 1, -6)
local acked, ids, refused, results, plains = {}, {}, {}, {}, 0
local function take(number, entry, result, id)
  if owned[entry] or #redis.call('XPENDING', KEYS[1], ARGV[1], entry, entry, 1, ARGV[2]) > 0 then
    local n = #ids + 1
    acked[n], ids[n] = entry, id
    n = 2 * (n - plains)
    results[n - 1], results[n] = id, result
  elseif result_of(prefix, id) ~= result then -- the same call may come twice: its first reply was lost
    refused[#refused + 1] = number
  end
end
local plain, letter = tonumber(ARGV[9]), ARGV[8]
for i = 0, plain - 1 do take(i, ARGV[10 + 2 * i], ARGV[11 + 2 * i], letter .. ARGV[10 + 2 * i]) end
store_results(prefix, results, acked, ARGV[3])
plains, results = #ids, {}
for i = 10 + 2 * plain, #ARGV, 3 do take(plain + (i - 10 - 2 * plain) / 3, ARGV[i], ARGV[i + 1], ARGV[i + 2]) end
store_results(prefix, results, nil, ARGV[3])
if #refused > 0 then redis.call('HINCRBY', KEYS[3], 'stale_results', #refused) end
if #acked == 0 then return refused end

if redis.call('EXISTS', KEYS[4]) == 1 then redis.call('ZREM', KEYS[4], unpack(ids)) end -- too late: they are done
local parents, freed = redis.call('EXISTS', prefix .. 'parents') == 1, false
for i = parents and 1 or plains + 1, #ids do
  local id = ids[i]
  if i > plains then
    freed = ended(prefix, id, true) or freed
    local record = prefix .. 'task:' .. id
    redis.call('HSET', record, 'state', 'completed')
    redis.call('HDEL', record, 'payload')
    redis.call('PEXPIRE', record, ARGV[3])
    redis.call('PEXPIRE', prefix .. 'log:' .. id, ARGV[3])
  end
  family_ended(prefix, id, 'completed')
end
redis.call('XACK', KEYS[1], ARGV[1], unpack(acked))
redis.call('XDEL', KEYS[1], unpack(acked))
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', 'state', 'completed', 'ids', table.concat(ids, ' '), 'worker', ARGV[2])
redis.call('HINCRBY', KEYS[3], 'completed', #acked)
if freed then open_flow(prefix).admit(256) end
return refused
