-- Begin to send to some recipients of a chunk.
--
-- KEYS[1] chunks       stream
-- KEYS[2] started      bitmap
-- KEYS[3] done         bitmap
-- KEYS[4] counts       hash
-- KEYS[5] subscriptions  hash of the shard: chat -> what it asked for
-- KEYS[6] pushing      hash of the shard: chat -> the run of which a message is on its way
-- KEYS[7...]           two for each recipient: the list of what was pushed to the chat lately,
--                      newest first ("ms run language"), and its record
-- ARGV[1] group
-- ARGV[2] me           the name of this process among the group
-- ARGV[3] entry        of the chunk
-- ARGV[4] run          its id
-- ARGV[5] now          in ms
-- ARGV[6] cap          how many pushes a chat may get in a week
-- ARGV[7] week         in ms
-- ARGV[8] records      1 when the records are wanted
-- ARGV[9] again        1 when the answer to the same call was lost: nothing was sent since
-- ARGV[10] hold        ms after which a dead process holds nobody up
-- ARGV[11...]          three for each recipient: ordinal, chat, language
--
-- Returns nothing when the chunk was taken over or its run is over. Else for each recipient
-- {subscription, record}, or why nothing is to be sent: "taken", "stopped" or "capped". The last
-- two are accounted for by this script.
local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
if held.err or not held[1] or held[1][2] ~= ARGV[2] then
  return false
end
local keep, since = math.max(10, ARGV[6]), ARGV[5] - ARGV[7]
local answers, begun = {}, false
for i = 11, #ARGV, 3 do
  local ordinal, chat, language = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local which = 7 + 2 * (i - 11) / 3
  local pushed, record = KEYS[which], KEYS[which + 1]
  local answer
  if redis.call('GETBIT', KEYS[3], ordinal) == 1 or
    (redis.call('GETBIT', KEYS[2], ordinal) == 1 and ARGV[9] ~= '1') then
    answer = 'taken'
  else
    local subscription = redis.call('HGET', KEYS[5], chat)
    local many = 0
    for _, line in ipairs(redis.call('LRANGE', pushed, 0, keep - 1)) do
      local ms, run = string.match(line, '^(%d+) (%S+)')
      if run == ARGV[4] then
        redis.call('LREM', pushed, 1, line)
      elseif tonumber(ms) > since then
        many = many + 1
      end
    end
    if not subscription then
      answer = 'stopped'
    elseif many >= tonumber(ARGV[6]) then
      answer = 'capped'
    end
    if answer then
      redis.call('SETBIT', KEYS[3], ordinal, 1)
      redis.call('HINCRBY', KEYS[4], answer .. '.' .. language, 1)
    else
      begun = true
      redis.call('SETBIT', KEYS[2], ordinal, 1)
      redis.call('HSET', KEYS[6], chat, ARGV[4])
      redis.call('LPUSH', pushed, ARGV[5] .. ' ' .. ARGV[4] .. ' ' .. language)
      redis.call('LTRIM', pushed, 0, keep - 1)
      redis.call('PEXPIRE', pushed, ARGV[7])
      answer = {subscription, ARGV[8] == '1' and redis.call('GET', record) or ''}
    end
  end
  answers[#answers + 1] = answer
end
if begun then
  redis.call('PEXPIRE', KEYS[6], ARGV[10])
end
return answers
