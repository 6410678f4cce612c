-- Put a chunk off to a decent hour.
--
-- KEYS[1] chunks       stream
-- KEYS[2] later        sorted set: chunks whose hour has not come, scored by when it does (ms)
-- ARGV[1] group
-- ARGV[2] me           the name of this process among the group
-- ARGV[3] entry
-- ARGV[4] chunk
-- ARGV[5] when         in ms
--
-- Returns 1; 0 when somebody else has it.
local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
if held.err or not held[1] or held[1][2] ~= ARGV[2] then
  return 0
end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
redis.call('XDEL', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[5], ARGV[4])
return 1
