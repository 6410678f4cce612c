-- Count that somebody pressed a button of a push.
--
-- KEYS[1] counts       hash
-- KEYS[2] talked       set: chats that did so
-- ARGV[1] chat
-- ARGV[2] language
-- ARGV[3] keep         how long the set is kept, in ms
--
-- Nothing is counted for a run that nobody of this shard got.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('HINCRBY', KEYS[1], 'taps.' .. ARGV[2], 1)
if redis.call('SADD', KEYS[2], ARGV[1]) == 1 then
  redis.call('HINCRBY', KEYS[1], 'conversations.' .. ARGV[2], 1)
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
return 1
