-- Reads the stored results of some tasks.
-- KEYS[1] {queue}:stats   ARGV: their ids
-- Returns them in that order, nil where there is none.
local prefix, found = string.sub(KEYS[1], 1, -6), {}
for i = 1, #ARGV do found[i] = result_of(prefix, ARGV[i]) end
return found
