-- Moves entries that a consumer holds to the returned stream, where any worker takes them first. Each gets a record,
-- since its entry id, which the task id names, changes; so does what a late result of the former holder would name.
-- KEYS[1] {queue}:returned   KEYS[2] {queue}:dead   KEYS[3] {queue}:completed   KEYS[4] {queue}:stats   KEYS[5] workers   KEYS[6] the stream to take from
-- KEYS[7] {queue}:cancelling
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] most entries   ARGV[4] record key prefix   ARGV[5] level letter of KEYS[6]
-- ARGV[6] default priority of KEYS[6]   ARGV[7] longest feed
-- ARGV[8] 'crash': only if the consumer's lease has run out; counts a crash for each task, and dead-letters it from the
--         ARGV[9]th on, where that is the first or the task was all that the process had in hand (alone.lua)
--         'hand': the consumer itself gives back; nothing is counted
-- ARGV[10] retention (ms)   ARGV[11..] only these entries
-- Returns {moved, dead-lettered}; {-1, 0} where the lease still holds.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local crash = ARGV[8] == 'crash'
if crash then
  local lease = redis.call('ZSCORE', KEYS[5], ARGV[2])
  if lease and tonumber(lease) > now then return {-1, 0} end
end
local held = {}
if #ARGV > 10 then
  for i = 11, #ARGV do
    if #redis.call('XPENDING', KEYS[6], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2]) > 0 then held[#held + 1] = ARGV[i] end
  end
else
  for _, pending in ipairs(redis.call('XPENDING', KEYS[6], ARGV[1], '-', '+', ARGV[3], ARGV[2])) do held[#held + 1] = pending[1] end
end

-- What no record can be made of: Lua cannot pass on so many fields, and a record under an id that workers refuse would belong to nobody.
local function why_unreadable(fields)
  if #fields > 2000 then return #fields / 2 .. ' fields; give at most 1000' end
  for i = 1, #fields, 2 do
    if fields[i] == 'id' and not valid_id(fields[i + 1]) then return 'an id that is not 1 to 200 characters without blanks' end
  end
end

local moved, dead = 0, 0
local prefix, freed = string.sub(KEYS[4], 1, -6), false
for _, entry in ipairs(held) do
  local found = redis.call('XRANGE', KEYS[6], entry, entry)
  local unreadable = #found > 0 and why_unreadable(found[1][2])
  if unreadable then
    local id = ARGV[5] .. entry
    redis.call('HSET', ARGV[4] .. id, 'state', 'failed', 'reason', 'unreadable', 'finished', now, 'at', string.match(entry, '^%d+'),
      'raw', cjson.encode(found[1][2]), 'error:1', cjson.encode({attempt = 1, type = 'unreadable', worker = ARGV[2], at_ms = now, stack = '',
        message = 'The entry ' .. entry .. ' has ' .. unreadable .. '. Its fields are kept as they came.'}))
    redis.call('ZADD', KEYS[2], now, id)
    redis.call('HINCRBY', KEYS[4], 'failed', 1)
    family_ended(prefix, id, 'failed')
    redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[7], '*', 'state', 'failed', 'ids', id, 'worker', ARGV[2])
    redis.call('XDEL', KEYS[6], entry)
    dead = dead + 1
  elseif #found > 0 then
    local fields, at = found[1][2], {}
    for i = 1, #fields, 2 do at[fields[i]] = i + 1 end
    local function get(name) return at[name] and fields[at[name]] end
    local function set(name, value)
      if not at[name] then
        fields[#fields + 1] = name
        fields[#fields + 1] = value
        at[name] = #fields
      else
        fields[at[name]] = value
      end
    end
    local body, spent = nil, 0
    if get('data') and not get('type') then
      local read, json = pcall(cjson.decode, get('data'))
      body = read and type(json) == 'table' and json or {}
      spent = math.max(0, math.floor(tonumber(body.retry_count) or 0))
    end
    local legacy = body and type(body.task_id) == 'string' and valid_id(body.task_id) and body.task_id
    local id = get('id') or legacy or (ARGV[5] .. entry)
    set('id', id)
    set('at', get('at') or string.match(entry, '^%d+'))
    set('priority', get('priority') or ARGV[6])
    local crashes = tonumber(get('crashes') or '0') or 0
    if crash then
      crashes = crashes + 1
      set('crashes', crashes)
      set('attempt', (tonumber(get('attempt')) or spent + 1) + 1)
    end
    local record = ARGV[4] .. id
    redis.call('HSET', record, unpack(known_of(fields)))
    if body and type(body.task_type) == 'string' then redis.call('HSET', record, 'type', body.task_type, 'legacy', 1) end
    redis.call('PERSIST', record)
    local cancel, poison = redis.call('ZREM', KEYS[7], id) == 1, crash and crashes >= tonumber(ARGV[9])
      and (ARGV[9] == '1' or redis.call('HGET', record, 'alone') == ARGV[5] .. entry)
    if crash and (cancel or poison) then redis.call('HINCRBY', record, 'attempt', -1) end -- no other attempt follows
    if cancel then
      redis.call('HSET', record, 'state', 'cancelled', 'finished', now)
      redis.call('HDEL', record, 'entry')
      redis.call('PEXPIRE', record, ARGV[10])
      redis.call('HINCRBY', KEYS[4], 'cancelled', 1)
      freed = ended(prefix, id, false) or freed
      family_ended(prefix, id, 'cancelled')
      redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[7], '*', 'state', 'cancelled', 'ids', id, 'worker', ARGV[2])
      moved = moved + 1
    elseif poison then
      local message = cjson.encode({attempt = tonumber(get('attempt')) - 1, type = 'poison', worker = ARGV[2], at_ms = now, stack = '',
        message = 'Its worker died in ' .. crashes .. ' deliveries of this task; the last was ' .. ARGV[2] .. '.'})
      local number = (tonumber(get('errors') or '0') or 0) + get('attempt') - 1
      redis.call('HSET', record, 'state', 'failed', 'reason', 'poison', 'finished', now, 'error:' .. number, message)
      redis.call('HDEL', record, 'entry')
      redis.call('ZADD', KEYS[2], now, id)
      redis.call('HINCRBY', KEYS[4], 'failed', 1)
      freed = ended(prefix, id, false) or freed
      family_ended(prefix, id, 'failed')
      redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[7], '*', 'state', 'failed', 'ids', id, 'worker', ARGV[2])
      dead = dead + 1
    else
      local to = redis.call('XADD', KEYS[1], '*', unpack(fields))
      redis.call('HSET', record, 'state', 'queued', 'entry', 'r' .. to)
      moved = moved + 1
    end
    redis.call('XDEL', KEYS[6], entry)
  end
  redis.call('XACK', KEYS[6], ARGV[1], entry)
end
if #ARGV - 10 > #held and not crash then redis.call('HINCRBY', KEYS[4], 'stale_results', #ARGV - 10 - #held) end
if crash and moved + dead > 0 then redis.call('HINCRBY', KEYS[4], 'recovered', moved + dead) end
if freed then open_flow(prefix).admit(100) end
return {moved, dead}
