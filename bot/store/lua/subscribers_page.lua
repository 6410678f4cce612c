-- The next subscribers of a shard, with what each asked for.
--
-- KEYS[1] subscribers     sorted set of the shard: chats that asked for messages, scored by id
-- KEYS[2] subscriptions   hash of the shard: chat -> packed Subscriber
-- ARGV[1] after           the last chat that was read
-- ARGV[2] count           how many at most; all of them are arguments of one command (<= 4000)
--
-- Returns the ids, ascending, and as many packed subscribers.
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'LIMIT', 0, ARGV[2])
if #ids == 0 then
  return {ids, {}}
end
return {ids, redis.call('HMGET', KEYS[2], unpack(ids))}
