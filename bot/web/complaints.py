"""What the web server says when a request goes wrong: one line, and nothing of the request.

The server's own log would quote what came in, and write pages of it for everybody who sends
something that is no HTTP.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aiohttp.http_exceptions import HttpProcessingError

from bot.telegram.attempts import origin

if TYPE_CHECKING:
    from types import TracebackType

_log = logging.getLogger(__name__)


class Complaints:
    """Stands where the web server expects a logger."""

    def debug(self, *_: object, **__: object) -> None:
        """People who hang up early, and the like: not worth a line."""

    def exception(
        self,
        message: str,
        *_: object,
        exc_info: BaseException
        | tuple[type[BaseException], BaseException, TracebackType | None]
        | bool
        | None = None,
    ) -> None:
        """An error that no handler caught; not what is no HTTP, nor who hung up."""
        error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
        # No HTTP; nobody there; a header that is no text, which the server wanted to quote.
        if isinstance(error, HttpProcessingError | ConnectionError | UnicodeEncodeError):
            return
        what = origin(error) if isinstance(error, BaseException) else message.partition("%")[0]
        _log.error("A request could not be answered: %s.", what.strip())
