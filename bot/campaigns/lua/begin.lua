-- Begin an occurrence whose time has come, or note that it waits or was missed.
--
-- KEYS[1] run          hash
-- KEYS[2] waves        sorted set of runs, scored by when they are due (ms)
-- ARGV[1] id           of the run
-- ARGV[2] due          in ms
-- ARGV[3] fingerprint  of the wave as it is now
-- ARGV[4] now          in ms
-- ARGV[5] free         1 when it needs no approval, or has a standing one
-- ARGV[6] late         1 when its tolerance is over
-- ARGV[7] changed      the reason given when it is not what was approved any more
--
-- Returns {before, after}: its state, empty for none.
local state = redis.call('HGET', KEYS[1], 'state') or ''
if not (state == '' or state == 'waiting' or state == 'approved') then
  return {state, state}
end
local new, reason = 'waiting', ''
if ARGV[6] == '1' then
  new = 'missed'
elseif ARGV[5] == '1' then
  new = 'freezing'
elseif state == 'approved' then
  if redis.call('HGET', KEYS[1], 'fingerprint') == ARGV[3] then
    new = 'freezing'
  else
    reason = ARGV[7]
  end
end
if new ~= state then
  redis.call('HSET', KEYS[1], 'state', new, new .. '_at', ARGV[4], 'due', ARGV[2])
  if new == 'freezing' then
    redis.call('HSET', KEYS[1], 'fingerprint', ARGV[3])
  end
  if reason ~= '' then
    redis.call('HSET', KEYS[1], 'reason', reason)
  end
  redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
  redis.call('EXPIRE', KEYS[1], 38880000) -- 450 days
end
return {state, new}
