"""The flow engine: pure and synchronous, it knows neither Telegram nor Redis.

``advance(flows, session, event, world)`` is the whole of it; see :mod:`bot.conversation.engine`.
"""
