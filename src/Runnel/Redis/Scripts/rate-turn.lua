-- Takes the next turn of a rate that any processes share, or holds all turns off for a while. GCRA (ITU-T I.371, virtual scheduling).
-- KEYS[1] {queue}:turns:NAME, the time (us) up to which the rate is used
-- ARGV[1] time between two turns (us)   ARGV[2] turns that may be taken at once after a quiet time   ARGV[3] hold (us), or 0 to take a turn
-- Returns how long (us) the caller has to wait for its turn; 0 for a hold.
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local interval, credit = tonumber(ARGV[1]), (ARGV[2] - 1) * ARGV[1]
local up_to, hold = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now), tonumber(ARGV[3])
local wait = 0
if hold > 0 then
  up_to = math.max(up_to, now + hold + credit)
else
  wait = math.max(0, up_to - credit - now)
  up_to = up_to + interval
end
redis.call('SET', KEYS[1], string.format('%.0f', up_to), 'PX', math.ceil((up_to - now) / 1000) + 1)
return wait
