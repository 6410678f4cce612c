"""What the bot remembers: one record per chat in Redis, committed by compare-and-set."""
