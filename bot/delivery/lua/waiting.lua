-- How many reports wait, counted at one instant: between two commands one may move.
--
-- KEYS[1] ready        stream
-- KEYS[2] later        sorted set
return redis.call('XLEN', KEYS[1]) + redis.call('ZCARD', KEYS[2])
