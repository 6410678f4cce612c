-- Bring a run from one state into another.
--
-- KEYS[1] run          hash
-- ARGV[1] state        the new one; "resumed" is freezing or sending, whatever it was at
-- ARGV[2] now          in ms
-- ARGV[3] by           who wants it, empty for the program itself
-- ARGV[4] reason       empty for none
-- ARGV[5] shards       how many shards make a whole audience
-- ARGV[6...]           states from which it may come
--
-- Returns the state before; it was left when it is none of those.
local state = redis.call('HGET', KEYS[1], 'state') or ''
local may = false
for i = 6, #ARGV do
  may = may or ARGV[i] == state
end
if not may then
  return state
end
local new = ARGV[1]
if new == 'resumed' then
  new = 'freezing'
  if redis.call('HGET', KEYS[1], 'frozen') == ARGV[5] then
    new = 'sending'
  end
end
redis.call('HSET', KEYS[1], 'state', new, new .. '_at', ARGV[2])
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[1], 'by', ARGV[3])
end
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[1], 'reason', ARGV[4])
else
  redis.call('HDEL', KEYS[1], 'reason')
end
return state
