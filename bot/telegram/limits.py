"""Telegram's own limits, in one place.

Lengths are in characters unless a name says otherwise. Source: https://core.telegram.org/bots/api
"""

from __future__ import annotations

from typing import Final

MESSAGE_UNITS: Final = 4096
"""UTF-16 code units of a message's text, counted after tags and references are parsed."""

CAPTION_UNITS: Final = 1024
"""The same of the text below a file."""

BUTTON_LABEL: Final = 64
"""Longer labels are cut off by most clients on a phone."""

COPY_TEXT: Final = 256
"""What a copy button may put on the clipboard."""

NOTICE: Final = 200
"""What may be shown over the chat when a button was pressed."""

PAID_MESSAGES_PER_SECOND: Final = 1000
"""What a bot may send in any second when it pays for what is beyond 30."""

DELETED_AT_ONCE: Final = 100
"""Message ids that one ``deleteMessages`` takes."""

UPDATES_AT_ONCE: Final = 100
"""Updates that one ``getUpdates`` returns at most."""

BOT_NAME: Final = 64
SHORT_DESCRIPTION: Final = 120
DESCRIPTION: Final = 512
COMMANDS: Final = 100
COMMAND_DESCRIPTION: Final = 256
