-- Note that a shard's audience is written down; with the last one, sending begins.
--
-- KEYS[1] run          hash
-- ARGV[1] shard        its number
-- ARGV[2] shards       how many there are
-- ARGV[3] now          in ms
--
-- Returns how many are written down.
if redis.call('HSETNX', KEYS[1], 'frozen:' .. ARGV[1], 1) == 1 then
  redis.call('HINCRBY', KEYS[1], 'frozen', 1)
end
local frozen = redis.call('HGET', KEYS[1], 'frozen')
if frozen == ARGV[2] and redis.call('HGET', KEYS[1], 'state') == 'freezing' then
  redis.call('HSET', KEYS[1], 'state', 'sending', 'sending_at', ARGV[3])
end
return tonumber(frozen)
