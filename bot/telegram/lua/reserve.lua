-- Reserve moments for sending, on the one timeline that all replicas share. All times are in
-- microseconds.
--
-- KEYS[1] limit      hash: free, the first slot that nobody has; rest, until when pushes are held
--                    back
-- KEYS[2] chats      sorted set: private chats, scored by when the next push may come
-- KEYS[3] run        hash of the run that the pushes belong to, of which only `state` is read;
--                    KEYS[1] again where there is none
-- KEYS[4...] groups  list of each group among the chats, in their order: its last slots,
--                    newest first
-- ARGV[1] lane       answer, push, or again: a push that missed the slot it had
-- ARGV[2] interval   between two slots
-- ARGV[3] now        empty for the clock of this server
-- ARGV[4...] chats   ids; those of people are digits, all others are groups
--
-- Returns {now, state, wait, slot of the first chat, of the second, ...}: of as many as
-- there is room for now. No slot lies in the past: what nobody used is gone.
local AHEAD = 25000        -- of slots that pushes may have reserved
local BESIDE = 75000       -- that an answer waits at most beside that
local SECOND = 1000000     -- the window that Telegram counts in
local SAME_CHAT = 1050000  -- between pushes to one chat: a second, and what one may come late
local GROUP = 20           -- messages that a group takes ...
local MINUTE = 60050000    -- ... in this time

local interval = tonumber(ARGV[2])
local now = tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * SECOND + tonumber(time[2])
end
local stored = redis.call('HMGET', KEYS[1], 'free', 'rest')
local is_push = ARGV[1] ~= 'answer'
local state = ''
if is_push then
  if KEYS[3] ~= KEYS[1] then
    state = redis.call('HGET', KEYS[3], 'state') or 'gone'
    if state ~= 'sending' then
      return {now, state, SECOND}
    end
  end
  local rest = tonumber(stored[2]) or 0
  if rest > now then
    return {now, state, rest - now}
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
end

local patience = AHEAD
if not is_push then
  patience = AHEAD + math.min(interval, BESIDE)
end
-- However many answers go out at once, after a second they count no more; so pushes stand back for
-- no longer. This also mends a clock that was set back.
local latest = now + math.max(SECOND, interval) + AHEAD + BESIDE
local free = math.max(now, math.min(tonumber(stored[1]) or 0, latest))

local reply = {now, state, 0}
local wait = nil
local group = 3
for i = 4, #ARGV do
  local chat = ARGV[i]
  local private = string.find(chat, '^%d')
  local allowed = now
  if not private then
    group = group + 1
    local oldest = redis.call('LINDEX', KEYS[group], GROUP - 1)
    allowed = (tonumber(oldest) or -MINUTE) + MINUTE
  elseif ARGV[1] == 'push' then
    allowed = tonumber(redis.call('ZSCORE', KEYS[2], chat)) or now
  end
  local at = math.max(free, allowed)
  if not is_push and allowed <= now + patience then
    at = math.min(at, now + patience)
  end
  if at > now + patience then
    wait = at - patience - now
    break
  end
  free = math.max(free, at) + interval
  if not private then
    redis.call('LPUSH', KEYS[group], string.format('%.0f', at))
    redis.call('LTRIM', KEYS[group], 0, GROUP - 1)
    redis.call('PEXPIRE', KEYS[group], 61000)
  else
    redis.call('ZADD', KEYS[2], 'GT', at + SAME_CHAT, chat)
  end
  reply[#reply + 1] = at
end
redis.call('HSET', KEYS[1], 'free', string.format('%.0f', free))
redis.call('PEXPIRE', KEYS[2], 5000)
if not wait then
  wait = math.max(0, free - now - patience)
end
-- Where slots are close to each other, several are taken at a time.
if is_push and wait > 0 and interval < AHEAD / 2 then
  wait = wait + AHEAD / 2
end
reply[3] = wait
return reply
