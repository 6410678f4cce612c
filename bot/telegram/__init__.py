"""The Telegram side: updates read, messages written, calls made."""

import os

# python-telegram-bot gives times as timedelta, as its next major version will; without this it
# warns at each 429.
os.environ.setdefault("PTB_TIMEDELTA", "1")
