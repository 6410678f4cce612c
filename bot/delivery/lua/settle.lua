-- Close one attempt: delivered, to be repeated, not made after all, or given up.
--
-- KEYS[1] ready        stream
-- KEYS[2] later        sorted set: ids that wait for another attempt, scored by when (ms)
-- KEYS[3] dead         stream: reports given up
-- KEYS[4] report       hash
-- KEYS[5] delivered    string
-- ARGV[1] group
-- ARGV[2] entry        of the stream
-- ARGV[3] id           the idempotency key
-- ARGV[4] outcome      delivered, later, back or dead
-- ARGV[6] told         later, back: 1 when its sender knows that it takes long
-- ARGV[5]              delivered: seconds to remember it; later, back: delay in ms; dead: the reason
--
-- A slow courier may be overtaken by another one: its failure then changes nothing, while a
-- delivery counts whoever made it.
redis.replicate_commands()
local mine = redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 1
redis.call('XDEL', KEYS[1], ARGV[2])
if ARGV[4] == 'delivered' then
  redis.call('DEL', KEYS[4])
  redis.call('ZREM', KEYS[2], ARGV[3])
  redis.call('SET', KEYS[5], '', 'EX', ARGV[5])
elseif mine and redis.call('EXISTS', KEYS[4]) == 1 then
  if ARGV[4] ~= 'back' then
    redis.call('HINCRBY', KEYS[4], 'attempts', 1)
  end
  if ARGV[4] == 'later' or ARGV[4] == 'back' then
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    redis.call('HSET', KEYS[4], 'told', ARGV[6])
    redis.call('ZADD', KEYS[2], now + ARGV[5], ARGV[3])
  else
    redis.call('XADD', KEYS[3], '*', 'id', ARGV[3], 'reason', ARGV[5],
      'partner', redis.call('HGET', KEYS[4], 'partner'),
      'reference', redis.call('HGET', KEYS[4], 'reference'))
  end
end
return redis.status_reply('OK')
