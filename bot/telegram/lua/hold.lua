-- Hold the pushes of all replicas back, as Telegram has asked one of them. All times are in
-- microseconds.
--
-- KEYS[1] limit  hash: rest, until when pushes are held back
-- KEYS[2] told   hash: chat, the last one in which Telegram asked to wait; at, when it did
-- ARGV[1] pause  from now on
-- ARGV[2] now    empty for the clock of this server
-- ARGV[3] chat   in which Telegram asked
-- ARGV[4] lane   push, or answer
--
-- Returns 1 when pushes are held back, 0 when only this chat has had too much. Telegram counts by
-- chat, too, and does not say which count was full. So a push holds all pushes back, unless its chat
-- was the last one that was told; an answer does so when another chat was told just before. An end
-- that lies later already stays: nobody moves it back.
local TOGETHER = 1000000  -- between two chats that were told for the same reason
local REMEMBERED = 600000 -- milliseconds

local now = tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local told = redis.call('HMGET', KEYS[2], 'chat', 'at')
redis.call('HSET', KEYS[2], 'chat', ARGV[3], 'at', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[2], REMEMBERED)
if told[1] == ARGV[3] then
  return 0
end
if ARGV[4] ~= 'push' and now - (tonumber(told[2]) or -TOGETHER) > TOGETHER then
  return 0
end
local rest = math.max(tonumber(redis.call('HGET', KEYS[1], 'rest')) or 0, now + tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'rest', string.format('%.0f', rest))
return 1
