-- Library: flow control. A task that has a group, a rate key or a limited type waits in a lane and is admitted to its stream when its turn
-- comes and no more are in there than the workers ask for. docs/concepts/flow-control.md says what is promised; ADR 0050 and 0051 why so.
--
-- A lane is 'LEVEL GROUP TYPE RATE' (level 1 critical to 4 low; group and rate may be empty): all its tasks are alike to every rule, so its
-- head waits for nothing that those behind it do not wait for. A flow is 'LEVEL GROUP': the lanes among which its turns go by age.
-- A resource is what a lane can wait for: 't:TYPE' (limit or pause of a type), 'r:KEY' and 'r:type TYPE' (rates).
--
-- {queue}:flow           hash: seq, waiting:LEVEL, parked, of these sided, window, w:CONSUMER, rules, turn, v:LEVEL (virtual time)
-- {queue}:flow:types     hash: type -> 'PAUSED LIMIT INTERVAL_US BURST', - for none      {queue}:flow:groups  hash: group -> 'WEIGHT LIMIT'
-- {queue}:flow:rates     hash: rate key -> 'INTERVAL_US BURST'                           {queue}:rate:KEY     time (us) it is used up to
-- {queue}:flow:slots     hash: id of an admitted task -> lane                            {queue}:flow:used    hash: 'g:GROUP', 't:TYPE' -> slots
-- {queue}:lane:LANE      sorted set: waiting task by arrival                             {queue}:flow:waiting hash: group -> tasks
-- {queue}:flow:lanes:FLOW  sorted set: lane that may go on, by its head's arrival
-- {queue}:flow:heads    sorted set: lane by its head's arrival
-- {queue}:flow:ready:LEVEL sorted set: flow with such lanes, by virtual time             {queue}:flow:full    the same at the group's limit
-- {queue}:flow:idle:LEVEL  sorted set: flow without such lanes whose virtual time is ahead of its level's
-- {queue}:flow:wait:RESOURCE sorted set: lane waiting for it, by virtual time            {queue}:flow:blocked set: types waited for
-- {queue}:parked:LINE    sorted set: task set aside by its place in the stream; LINE is the paused TYPE, or 'LEVEL TYPE' for a siding
-- {queue}:flow:due       sorted set: rate waited for -> time (ms) of its next turn       {queue}:flow:parked  set: paused types with such tasks
-- {queue}:flow:sidings   set: sidings with tasks
local opened = nil -- one for the whole call: it caches the rules
local function open_flow(prefix)
  if opened then return opened end
  local time = redis.call('TIME')
  local flow = {
    prefix = prefix, main = prefix .. 'flow', slots = prefix .. 'flow:slots', used = prefix .. 'flow:used',
    full = prefix .. 'flow:full', heads = prefix .. 'flow:heads', due = prefix .. 'flow:due', blocked = prefix .. 'flow:blocked',
    now = time[1] * 1000000 + time[2], -- in microseconds
  }
  flow_rules(flow)
  flow_lanes(flow)
  flow_admission(flow)
  flow_parking(flow)
  flow_sweep(flow)
  opened = flow
  return flow
end
