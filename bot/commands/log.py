"""How the log is written: lines for people, or JSON for programs that collect them.

The bot names errors by their kind and place. Libraries write tracebacks, which may repeat what a
person wrote, or a token: of theirs, the same is kept and no more.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Final

from bot.telegram.attempts import origin

FORMATS: Final = ("text", "json")


class KindOnly(logging.Filter):
    """Lets every record through, without tracebacks and without the words of errors."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None or not record.name.startswith("bot"):
            message = record.getMessage().partition("\n")[0]
            record.msg = message if error is None else f"{message}: {origin(error)}."
            record.args = record.exc_info = record.exc_text = record.stack_info = None
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line: ``time`` (UTC, ISO 8601), ``level``, ``where``, ``message``."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as one line."""
        message = record.getMessage()
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "where": record.name,
            "message": message,
        }
        return json.dumps(line, ensure_ascii=False)


def begin_log(form: str) -> None:
    """Write the log of this process to standard error in one of :data:`FORMATS`."""
    handler = logging.StreamHandler()
    if form == "json":
        handler.setFormatter(JsonLines())
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(KindOnly())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
