-- Reserve moments for sending, on the one timeline that all replicas share. All times are in
-- microseconds.
--
-- KEYS[1] limit      hash: free, the first slot that nobody has; number, of the last slot given;
--                    rest, until when pushes are held back; bar, before which no slot may be;
--                    paid, when standing back for late messages is paid for
-- KEYS[2] late       sorted set: "number:moment" of messages that were late, scored by number
-- KEYS[3] chats      sorted set: private chats, scored by when the next push may come
-- KEYS[4] run        hash of the run that the pushes belong to, of which only `state` is read;
--                    KEYS[1] again where there is none
-- KEYS[5...] groups  list of each group among the chats, in their order: its last slots,
--                    newest first
-- ARGV[1] lane       answer, push, or again: a push that missed the slot it had
-- ARGV[2] limit      messages in any second
-- ARGV[3] interval   between two slots
-- ARGV[4] now        empty for the clock of this server
-- ARGV[5] count      of the late messages that follow
-- ARGV[6...] late    number of the slot, then when the message was counted at the latest
-- ARGV[...] chats    ids; those of people are digits, all others are groups
--
-- Returns {now, state, wait, number of the first slot, slot of the first chat, of the second, ...}:
-- of as many as there is room for now. No slot lies in the past: what nobody used is gone.
--
-- Slots are so far apart that a message may be counted 1.5 % of a second late without any second
-- holding too many. One that was later counts into the next second. So the slot that is `limit`
-- after its own comes no earlier than a second after it was counted.
local AHEAD = 25000        -- of slots that pushes may have reserved
local BESIDE = 75000       -- that an answer waits at most for others, beside that
local SECOND = 1000000     -- the window that Telegram counts in
local SAME_CHAT = 1050000  -- between pushes to one chat: a second, and what one may come late
local GROUP = 20           -- messages that a group takes ...
local MINUTE = 60050000    -- ... in this time
local PART = 0.03          -- of the time goes at most to standing back for late messages ...
local AT_ONCE = 1000000    -- ... and this much at once

local limit = tonumber(ARGV[2])
local interval = tonumber(ARGV[3])
local now = tonumber(ARGV[4])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * SECOND + tonumber(time[2])
end
local first_chat = 6 + 2 * tonumber(ARGV[5])
for i = 6, first_chat - 2, 2 do
  redis.call('ZADD', KEYS[2], ARGV[i], ARGV[i] .. ':' .. ARGV[i + 1])
  redis.call('PEXPIRE', KEYS[2], 5000)
end

local stored = redis.call('HMGET', KEYS[1], 'free', 'rest', 'number', 'bar', 'paid')
local number = tonumber(stored[3]) or 0
local is_push = ARGV[1] ~= 'answer'
local state = ''
if is_push then
  if KEYS[4] ~= KEYS[1] then
    state = redis.call('HGET', KEYS[4], 'state') or 'gone'
    if state ~= 'sending' then
      return {now, state, SECOND, number + 1}
    end
  end
  local rest = tonumber(stored[2]) or 0
  if rest > now then
    return {now, state, math.min(rest - now, SECOND), number + 1}
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
end

local patience = is_push and AHEAD or AHEAD + BESIDE
-- However many answers go out at once, after a second they count no more; so pushes stand back for
-- no longer. This also mends a clock that was set back.
local latest = now + math.max(SECOND, interval) + AHEAD + BESIDE
local free = math.max(now, math.min(tonumber(stored[1]) or 0, latest))
local bar = tonumber(stored[4]) or 0
local paid = math.max(now, math.min(tonumber(stored[5]) or 0, now + AT_ONCE / PART))
local last = number + #ARGV - first_chat + 1
local late = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', last - limit, 'WITHSCORES')

local reply = {now, state, 0, number + 1}
local wait = nil
local group = 4
local seen = 0
for i = first_chat, #ARGV do
  while seen < #late and tonumber(late[seen + 2]) <= number + 1 - limit do
    local counted = tonumber(string.match(late[seen + 1], ':(%d+)'))
    bar = math.max(bar, math.min(counted, now) + SECOND)
    seen = seen + 2
  end
  if bar > free then
    local back = math.max(0, math.min(bar - free, AT_ONCE - (paid - now) * PART))
    free = free + back
    paid = paid + back / PART
    bar = 0
  end
  local chat = ARGV[i]
  local private = string.find(chat, '^%d')
  local allowed = now
  if not private then
    group = group + 1
    local oldest = redis.call('LINDEX', KEYS[group], GROUP - 1)
    allowed = (tonumber(oldest) or -MINUTE) + MINUTE
  elseif ARGV[1] == 'push' then
    allowed = tonumber(redis.call('ZSCORE', KEYS[3], chat)) or now
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
  number = number + 1
  if not private then
    redis.call('LPUSH', KEYS[group], string.format('%.0f', at))
    redis.call('LTRIM', KEYS[group], 0, GROUP - 1)
    redis.call('PEXPIRE', KEYS[group], 61000)
  else
    redis.call('ZADD', KEYS[3], 'GT', at + SAME_CHAT, chat)
  end
  reply[#reply + 1] = at
end
if seen > 0 then
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, seen / 2 - 1)
end
redis.call('HSET', KEYS[1], 'free', string.format('%.0f', free), 'number', number,
  'bar', string.format('%.0f', bar), 'paid', string.format('%.0f', paid))
redis.call('PEXPIRE', KEYS[3], 5000)
if not wait then
  wait = math.max(0, free - now - patience)
end
-- Where slots are close to each other, several are taken at a time.
if is_push and wait > 0 and interval < AHEAD / 2 then
  wait = wait + AHEAD / 2
end
reply[3] = is_push and math.min(wait, SECOND) or wait
return reply
