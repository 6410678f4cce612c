-- Let a chunk go of which everybody is accounted for.
--
-- KEYS[1] chunks       stream
-- KEYS[2] done         bitmap
-- ARGV[1] group
-- ARGV[2] entry
-- ARGV[3] at           the ordinal of its first recipient
-- ARGV[4] count        how many there are
--
-- Returns 1; 0 when somebody of them is not accounted for yet.
for ordinal = ARGV[3], ARGV[3] + ARGV[4] - 1 do
  if redis.call('GETBIT', KEYS[2], ordinal) == 0 then
    return 0
  end
end
redis.pcall('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
return 1
