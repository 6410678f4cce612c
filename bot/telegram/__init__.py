"""The Telegram side: updates read, messages written, calls made."""

import logging
import os

# python-telegram-bot gives times as timedelta, as its next major version will; without this it
# warns at each 429.
os.environ.setdefault("PTB_TIMEDELTA", "1")

# Its debug log quotes messages, and the address of the API with the token.
logging.getLogger("telegram").setLevel(logging.INFO)
