-- Send a report that was given up once more, as if it were new.
--
-- KEYS[1] ready        stream
-- KEYS[2] dead         stream
-- KEYS[3] report       hash
-- ARGV[1] entry        of the dead stream
-- ARGV[2] id           the idempotency key
--
-- Returns 1, or 0 when somebody else did so already or it was delivered after all.
redis.replicate_commands()
if redis.call('XDEL', KEYS[2], ARGV[1]) == 0 or redis.call('EXISTS', KEYS[3]) == 0 then
  return 0
end
redis.call('HSET', KEYS[3], 'attempts', 0, 'since', redis.call('TIME')[1])
redis.call('XADD', KEYS[1], '*', 'id', ARGV[2])
return 1
