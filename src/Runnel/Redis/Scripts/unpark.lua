-- Brings back tasks of a type that was resumed.
-- KEYS[1] {queue}:flow
-- ARGV[1] type   ARGV[2] most tasks
-- Returns how many came back; 0 where the type is paused again.
local flow = open_flow(string.sub(KEYS[1], 1, -5))
if flow.type_rule(ARGV[1]) then return 0 end
return flow.unpark(ARGV[1], tonumber(ARGV[2]))
