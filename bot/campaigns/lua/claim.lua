-- Take the freezing of a shard upon oneself, or keep it.
--
-- KEYS[1] frozen       hash of the shard
-- ARGV[1] me           the name of this process
-- ARGV[2] lease        ms for which it is mine
--
-- Returns {what, cursor, ordinal}: "done"; "busy" when somebody else is at it; "mine", with the
-- chat id behind which to go on and the ordinal of the next recipient.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'done', 'by', 'until', 'cursor', 'next')
if held[1] then
  return {'done', '', held[5] or 0}
end
if held[2] and held[2] ~= ARGV[1] and tonumber(held[3]) > now then
  return {'busy', '', 0}
end
redis.call('HSET', KEYS[1], 'by', ARGV[1], 'until', now + ARGV[2])
return {'mine', held[4] or '', held[5] or 0}
