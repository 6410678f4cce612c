-- Write down the recipients among one page of subscribers, and move on, in one step.
--
-- KEYS[1] frozen       hash of the shard
-- KEYS[2] chunks       stream
-- KEYS[3] later        sorted set
-- KEYS[4] counts       hash
-- ARGV[1] me           the name of this process
-- ARGV[2] cursor       at which the page began; empty for the first one
-- ARGV[3] new cursor   the last chat id of the page
-- ARGV[4] next         the ordinal after these recipients
-- ARGV[5] done         1 when nobody comes after them
-- ARGV[6] lease        ms for which the shard stays mine
-- ARGV[7] now          in ms
-- ARGV[8] counts       how many pairs of them follow: name, number
-- ARGV[...]            those, then pairs: when a chunk is due (ms), the chunk
--
-- Returns 1; 0 when another process went on from there, and then nothing was changed.
if (redis.call('HGET', KEYS[1], 'cursor') or '') ~= ARGV[2] or
  redis.call('HEXISTS', KEYS[1], 'done') == 1 then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'cursor', ARGV[3], 'next', ARGV[4], 'by', ARGV[1], 'until',
  now + ARGV[6])
if ARGV[5] == '1' then
  redis.call('HSET', KEYS[1], 'done', 1)
end
local chunks = 9 + 2 * ARGV[8]
for i = 9, chunks - 1, 2 do
  redis.call('HINCRBY', KEYS[4], ARGV[i], ARGV[i + 1])
end
for i = chunks, #ARGV, 2 do
  if tonumber(ARGV[i]) <= tonumber(ARGV[7]) then
    redis.call('XADD', KEYS[2], '*', 'chunk', ARGV[i + 1])
  else
    redis.call('ZADD', KEYS[3], ARGV[i], ARGV[i + 1])
  end
end
return 1
