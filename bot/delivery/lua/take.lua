-- Take reports to be sent: first what a dead courier had taken, then what has become due.
--
-- KEYS[1] ready        stream
-- KEYS[2] later        sorted set: ids that wait for another attempt, scored by when (ms)
-- ARGV[1] group
-- ARGV[2] limit        at most this many
-- ARGV[3] idle         ms after which a courier that took something counts as dead
--
-- Returns entries of the stream. Time is that of Redis, the same for all couriers.
redis.replicate_commands()
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM') -- refused when it is there
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, ARGV[2])) do
  redis.call('ZREM', KEYS[2], id)
  redis.call('XADD', KEYS[1], '*', 'id', id)
end
local taken = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], 'courier', ARGV[3], '0-0',
  'COUNT', ARGV[2])[2]
local left = ARGV[2] - #taken
if left > 0 then
  local new = redis.call('XREADGROUP', 'GROUP', ARGV[1], 'courier', 'COUNT', left,
    'STREAMS', KEYS[1], '>')
  if new then
    for _, entry in ipairs(new[1][2]) do
      taken[#taken + 1] = entry
    end
  end
end
return taken
