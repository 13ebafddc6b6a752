-- Sets a rule of flow control and lets go on what it held up.
-- KEYS[1] {queue}:flow
-- ARGV[1] what: 'group', 'type limit', 'type rate', 'type pause' or 'rate'   ARGV[2] name of the group, type or key   ARGV[3] channel
-- ARGV[4] weight, limit or interval (us), '-' for none; '1' to pause, '0' to resume   ARGV[5] limit of a group, or burst of a rate, '-' for none
local prefix = string.sub(KEYS[1], 1, -5)
local what, name = ARGV[1], ARGV[2]
local function store(key, value, plain)
  if value == plain then redis.call('HDEL', prefix .. key, name) else redis.call('HSET', prefix .. key, name, value) end
end
if what == 'group' then
  store('flow:groups', ARGV[4] .. ' ' .. ARGV[5], '1 -')
elseif what == 'rate' then
  store('flow:rates', ARGV[4] .. ' ' .. ARGV[5], '- -')
else
  local rule = redis.call('HGET', prefix .. 'flow:types', name) or '0 - - -'
  local paused, limit, rate = string.match(rule, '^(%S+) (%S+) (.*)$')
  if what == 'type limit' then limit = ARGV[4] end
  if what == 'type pause' then paused = ARGV[4] end
  if what == 'type rate' then rate = ARGV[4] .. ' ' .. ARGV[5] end
  store('flow:types', paused .. ' ' .. limit .. ' ' .. rate, '0 - - -')
  redis.call('HINCRBY', KEYS[1], 'rules', 1)
  redis.call('PUBLISH', ARGV[3], 'type ' .. name .. ' ' .. (redis.call('HGET', prefix .. 'flow:types', name) or '0 - - -'))
end
local flow = open_flow(prefix)
if what == 'group' then flow.reopen(name) end
local resource = (what == 'type limit' or what == 'type pause') and 't:' .. name or what == 'type rate' and 'r:type ' .. name or what == 'rate' and 'r:' .. name
if resource then
  redis.call('ZREM', flow.due, resource)
  for _ = 1, 100 do
    if not flow.wake(resource) then break end
  end
end
flow.admit(256)
return 1
