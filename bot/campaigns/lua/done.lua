-- Account for recipients of one shard.
--
-- KEYS[1] started      bitmap
-- KEYS[2] done         bitmap
-- KEYS[3] counts       hash
-- KEYS[4] unknown      set: chats of which nobody knows whether the message arrived
-- KEYS[5] pushing      hash of the shard: chat -> the run of which a message is on its way
-- KEYS[6...]           two for each recipient: the list of what was pushed to the chat lately
--                      ("ms run language"), and the sorted set of its message ids
-- ARGV[1] run          its id
-- ARGV[2] now          in ms
-- ARGV[3] keep         how long message ids are kept, in ms
-- ARGV[4...]           five for each recipient: ordinal, chat, language, outcome, message ids with
--                      spaces between. The outcome "again" means that Telegram did not take it: it
--                      is to be sent as if nothing had happened.
--
-- Who was given up as unknown, because a process seemed dead, is what the answer says once it
-- comes.
local first = 4
local over = redis.call('EXISTS', KEYS[1], KEYS[2]) == 0 -- and tidied up
for i = first, #ARGV, 5 do
  local ordinal, chat, language, outcome = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local which = 6 + 2 * (i - first) / 5
  if redis.call('HGET', KEYS[5], chat) == ARGV[1] then
    redis.call('HDEL', KEYS[5], chat)
  end
  local counted = outcome ~= 'again' and outcome
  if redis.call('GETBIT', KEYS[2], ordinal) == 1 or (over and outcome ~= 'missed') then
    if counted and outcome ~= 'unknown' and redis.call('SREM', KEYS[4], chat) == 1 then
      redis.call('HINCRBY', KEYS[3], 'unknown.' .. language, -1)
    else
      counted = false
    end
  elseif counted then
    redis.call('SETBIT', KEYS[2], ordinal, 1)
  else
    redis.call('SETBIT', KEYS[1], ordinal, 0)
  end
  if counted then
    redis.call('HINCRBY', KEYS[3], outcome .. '.' .. language, 1)
    if outcome == 'unknown' then
      redis.call('SADD', KEYS[4], chat)
    end
  end
  if outcome ~= 'sent' and outcome ~= 'unknown' then
    for _, line in ipairs(redis.call('LRANGE', KEYS[which], 0, -1)) do
      if string.match(line, '^%d+ (%S+)') == ARGV[1] then
        redis.call('LREM', KEYS[which], 1, line)
      end
    end
  end
  if ARGV[i + 4] ~= '' then
    for id in string.gmatch(ARGV[i + 4], '%d+') do
      redis.call('ZADD', KEYS[which + 1], ARGV[2], id)
    end
    redis.call('ZREMRANGEBYSCORE', KEYS[which + 1], '-inf', ARGV[2] - ARGV[3])
    redis.call('PEXPIRE', KEYS[which + 1], ARGV[3])
  end
end
return redis.status_reply('OK')
