-- Put a sealed report into the outbox, once for every idempotency key.
--
-- KEYS[1] ready        stream: reports to be sent now
-- KEYS[2] report       hash: the report
-- KEYS[3] delivered    string: there when a report of this key was delivered lately
-- ARGV[1] id           the idempotency key
-- ARGV[2] partner
-- ARGV[3] reference
-- ARGV[4] sealed       ciphertext
--
-- Returns 1, or 0 when it is there already or was delivered.
redis.replicate_commands() -- TIME differs on a replica
if redis.call('EXISTS', KEYS[2], KEYS[3]) > 0 then
  return 0
end
redis.call('HSET', KEYS[2], 'partner', ARGV[2], 'reference', ARGV[3], 'sealed', ARGV[4],
  'attempts', 0, 'told', 0, 'since', redis.call('TIME')[1])
redis.call('XADD', KEYS[1], '*', 'id', ARGV[1])
return 1
