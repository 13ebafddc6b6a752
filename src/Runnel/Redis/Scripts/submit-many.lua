-- Accepts many plain tasks that differ only in their payloads: all of them, in their order, or none.
-- KEYS[1] stream
-- ARGV[1] number of the arguments that all have   ARGV[2..] these: the entry's fields and values but the payload   then the payloads
-- Returns the entry ids in the order of the payloads.
local fields = {unpack(ARGV, 2, 1 + ARGV[1])}
local at, entries = #fields + 2, {}
fields[at - 1] = 'payload'
for i = at, #ARGV do
  fields[at] = ARGV[i]
  entries[#entries + 1] = redis.call('XADD', KEYS[1], '*', unpack(fields))
end
return entries
