"""Don't look away: a Telegram bot that makes acting easy when a child may be at risk."""
