-- Say that chunks are still being sent to.
--
-- KEYS[1] chunks       stream
-- ARGV[1] group
-- ARGV[2] me           the name of this process among the group
-- ARGV[3...]           entries
--
-- Returns those that are mine; the others were taken over, or their run is over.
local mine = {}
for i = 3, #ARGV do
  local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)
  if not held.err and held[1] and held[1][2] == ARGV[2] then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID')
    mine[#mine + 1] = ARGV[i]
  end
end
return mine
