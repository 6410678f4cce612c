-- Approve a run, and begin it where it is time.
--
-- KEYS[1] run          hash
-- KEYS[2] waves        sorted set of runs, scored by when they are due (ms)
-- ARGV[1] id           of the run
-- ARGV[2] due          in ms
-- ARGV[3] fingerprint  of what is approved
-- ARGV[4] by           who approves it
-- ARGV[5] now          in ms
-- ARGV[6] begin        1 to begin at once, 0 to leave that to the schedule
-- ARGV[7] at once      1 when it goes out now instead of when it is due
-- ARGV[8] shards       how many shards make a whole audience
--
-- Returns the state before: empty (never heard of), waiting, approved and paused were changed, and
-- missed when it is to go out at once; anything else was left as it is.
local state = redis.call('HGET', KEYS[1], 'state') or ''
local late = state == 'missed' and ARGV[7] == '1'
if not (state == '' or state == 'waiting' or state == 'approved' or state == 'paused' or late) then
  return state
end
local new = 'approved'
if state == 'paused' then
  new = 'freezing'
  if redis.call('HGET', KEYS[1], 'frozen') == ARGV[8] then
    new = 'sending'
  end
elseif ARGV[6] == '1' or ARGV[7] == '1' then
  new = 'freezing'
  redis.call('HSET', KEYS[1], 'freezing_at', ARGV[5])
end
redis.call('HSET', KEYS[1], 'state', new, 'due', ARGV[2], 'fingerprint', ARGV[3], 'by', ARGV[4],
  'approved_at', ARGV[5])
if state ~= 'paused' then
  redis.call('HSET', KEYS[1], 'at_once', ARGV[7])
end
redis.call('HDEL', KEYS[1], 'reason')
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('EXPIRE', KEYS[1], 38880000) -- 450 days
return state
