-- Hold the pushes of all replicas back, as Telegram has asked one of them. All times are in
-- microseconds.
--
-- KEYS[1] limit  hash: rest, until when pushes are held back
-- ARGV[1] pause  from now on
-- ARGV[2] now    empty for the clock of this server
--
-- Returns 1. An end that lies later already stays: nobody moves it back.
local now = tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local rest = math.max(tonumber(redis.call('HGET', KEYS[1], 'rest')) or 0, now + tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'rest', string.format('%.0f', rest))
return 1
