"""Refusals, worded the way Telegram words them (programs match on these sentences)."""

from __future__ import annotations


class BotApiError(Exception):
    """A call that is answered with ``{"ok": false, ...}``.

    ``retry_after`` is in seconds and only accompanies code 429.
    """

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


def bad_request(what: str) -> BotApiError:
    """A call that can never succeed as it stands."""
    return BotApiError(400, f"Bad Request: {what}")


def too_large() -> BotApiError:
    """An upload beyond the limit."""
    return BotApiError(413, "Request Entity Too Large")


def too_many_requests(retry_after: int) -> BotApiError:
    """Flood control; ``retry_after`` in seconds."""
    return BotApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after)


def blocked() -> BotApiError:
    """The person has blocked the bot."""
    return BotApiError(403, "Forbidden: bot was blocked by the user")


def conflict(what: str) -> BotApiError:
    """Two ways of receiving updates were tried at once."""
    return BotApiError(409, f"Conflict: {what}")


def not_found() -> BotApiError:
    """The method does not exist, at least not here."""
    return BotApiError(404, "Not Found: method not found")
