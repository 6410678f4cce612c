-- Take chunks to send to: first those of a process that died, then new ones.
--
-- KEYS[1] chunks       stream
-- KEYS[2] later        sorted set: chunks whose hour has not come, scored by when it does (ms)
-- KEYS[3] started      bitmap
-- KEYS[4] done         bitmap
-- ARGV[1] group
-- ARGV[2] me           the name of this process among the group
-- ARGV[3] now          in ms
-- ARGV[4] idle         ms after which a process that does not refresh its claim counts as dead
-- ARGV[5] limit        at most this many
-- ARGV[6] again        1 when the answer to the same call may have been lost: what is mine already is
--                      given once more
--
-- Returns {taken, left, next}: of every chunk taken its entry, the chunk, and a digit for each
-- recipient (1 started, 2 done, 3 both); how many chunks are left, those under way included; when
-- the next of those that wait is due (ms, 0 for none).
local due = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[3], 'LIMIT', 0, ARGV[5])
for _, chunk in ipairs(due) do
  redis.call('ZREM', KEYS[2], chunk)
  redis.call('XADD', KEYS[1], '*', 'chunk', chunk)
end
local taken = {}
local length = redis.call('XLEN', KEYS[1])
if length > 0 then
  redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0') -- refused when it is there
  if ARGV[6] == '1' then
    local mine = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'STREAMS', KEYS[1], '0')
    for _, entry in ipairs(mine and mine[1][2] or {}) do
      if entry[2] then
        taken[#taken + 1] = entry
      end
    end
  end
  local dead = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[4], '0-0',
    'COUNT', ARGV[5])[2]
  for _, entry in ipairs(dead) do
    if entry then
      taken[#taken + 1] = entry
    end
  end
  local rest = ARGV[5] - #taken
  if rest > 0 then
    local new = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', rest,
      'STREAMS', KEYS[1], '>')
    if new then
      for _, entry in ipairs(new[1][2]) do
        taken[#taken + 1] = entry
      end
    end
  end
end
local found = {}
for i, entry in ipairs(taken) do
  local chunk = entry[2][2]
  local at, count = string.match(chunk, '^(%d+):(%d+):')
  local marks = {}
  for ordinal = at, at + count - 1 do
    marks[#marks + 1] = redis.call('GETBIT', KEYS[3], ordinal) +
      2 * redis.call('GETBIT', KEYS[4], ordinal)
  end
  found[i] = {entry[1], chunk, table.concat(marks)}
end
local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
return {found, length + redis.call('ZCARD', KEYS[2]), tonumber(first[2] or 0)}
