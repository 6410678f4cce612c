-- Replace a chat's record if it is still the one that was read.
--
-- KEYS[1] record       string
-- KEYS[2] due          sorted set of the shard: chats that need attention, scored by when (ms)
-- KEYS[3] messages     sorted set of the chat: message ids, scored by when they were sent (ms)
-- ARGV[1] expected     first bytes of the record that was read, empty for none
-- ARGV[2] record       the new one
-- ARGV[3] lifetime     of the record, in ms
-- ARGV[4] chat         its id, the member of KEYS[2]
-- ARGV[5] due          when it needs attention (ms), empty for never
-- ARGV[6] now          in ms
-- ARGV[7] keep         how long message ids are kept, in ms
-- ARGV[8...]           message ids to add
--
-- Returns 1, or the record (nil: none) when somebody else was quicker; then nothing was changed.
-- An update id cannot be applied twice: whoever read a record that lacks it fails the comparison
-- as soon as another writer has added it.
local head = redis.call('GETRANGE', KEYS[1], 0, 4)
if head ~= ARGV[1] then
  return redis.call('GET', KEYS[1])
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
if ARGV[5] == '' then
  redis.call('ZREM', KEYS[2], ARGV[4])
else
  redis.call('ZADD', KEYS[2], ARGV[5], ARGV[4])
end
if #ARGV > 7 then
  for i = 8, #ARGV do
    redis.call('ZADD', KEYS[3], ARGV[6], ARGV[i])
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', tonumber(ARGV[6]) - tonumber(ARGV[7]))
  redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1001) -- nobody writes more, but for mischief
  redis.call('PEXPIRE', KEYS[3], ARGV[7])
end
return 1
