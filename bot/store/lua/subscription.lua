-- Replace what a chat asked for, if it is still what was read.
--
-- KEYS[1] subscribers     sorted set of the shard: chats that asked for messages, scored by id
-- KEYS[2] subscriptions   hash of the shard: chat -> packed Subscriber
-- KEYS[3] changed         set of the chat: names of changes that were made
-- KEYS[4] counts          hash of a run in this shard; there when an unsubscription counts for it
-- ARGV[1] chat            its id
-- ARGV[2] expected        what was read, empty for nothing
-- ARGV[3] packed          the new one, empty to end it
-- ARGV[4] name            of the change, empty for one that may be repeated at any time
-- ARGV[5] lifetime        of the name, in seconds
-- ARGV[6] field           of KEYS[4] to count up
--
-- Returns 1, or 0 when somebody else was quicker; then nothing was changed.
-- A change with a name is made once: a process that was held up after its change was taken over
-- must not bring back what the person has stopped since.
if ARGV[4] ~= '' and redis.call('SISMEMBER', KEYS[3], ARGV[4]) == 1 then
  return 1
end
local present = redis.call('HGET', KEYS[2], ARGV[1]) or ''
if present ~= ARGV[2] then
  return 0
end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
  redis.call('ZADD', KEYS[1], ARGV[1], ARGV[1])
end
if ARGV[4] ~= '' then
  redis.call('SADD', KEYS[3], ARGV[4])
  redis.call('EXPIRE', KEYS[3], ARGV[5])
end
if KEYS[4] and redis.call('EXISTS', KEYS[4]) == 1 then
  redis.call('HINCRBY', KEYS[4], ARGV[6], 1)
end
return 1
