"""What can go wrong with the store."""

from __future__ import annotations


class StoreUnavailable(Exception):
    """Redis is away, busy loading, read-only, out of memory or too slow; trying again may help.

    Whether a command that was under way took effect is not known.
    """


class StoreRefused(StoreUnavailable):
    """Redis answers, and will not do this: it is full, say, or cannot write to its disk.

    Nothing was changed.
    """


class EmbeddedRedisFailed(Exception):
    """The embedded Redis could not be started; the text says why and what to do."""
