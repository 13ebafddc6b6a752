-- Cancels a task: at once where it waits; a running one is marked, and its worker told.
-- KEYS[1] {queue}:stats
-- ARGV[1] group   ARGV[2] task id   ARGV[3] level of the entry that the id names ('' for none)   ARGV[4] its entry id
-- ARGV[5] retention (ms)   ARGV[6] longest feed
-- Returns 'cancelled', 'cancelling' (running), 'ended' (too late), or 'unknown'.
return cancel_task(string.sub(KEYS[1], 1, -6), ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], family_now())
