"""Names of what a run keeps in Redis.

What belongs to the run as a whole stands in shard 0, beside the rate limiter. What belongs to its
recipients stands in their shards, so that one script can touch it together with a chat.
"""

from __future__ import annotations

from typing import Final

from bot.store.keys import tag

WAVES: Final = f"{tag(0)}:waves"
"""Sorted set: every run, scored by when it is due (ms)."""
SEEN: Final = f"{tag(0)}:waves:seen"
"""Hash: ``campaign.wave`` -> since when it is enabled (ms)."""
STANDING: Final = f"{tag(0)}:waves:standing"
"""Hash: ``campaign.wave`` -> fingerprint of what may begin on every date from now on."""
GROUP: Final = "senders"
"""The consumer group of every stream of chunks."""


def run(run_id: str) -> str:
    """Hash: what state a run is in, and since when."""
    return f"{tag(0)}:wave:{run_id}"


def upload(run_id: str) -> str:
    """String: there while somebody uploads the picture of a run."""
    return f"{tag(0)}:wave:{run_id}:upload"


def frozen(shard: int, run_id: str) -> str:
    """Hash: how far the audience of a shard is frozen, and who is at it."""
    return f"{tag(shard)}:wave:{run_id}:frozen"


def chunks(shard: int, run_id: str) -> str:
    """Stream: recipients, at most a hundred in an entry, to be sent to now."""
    return f"{tag(shard)}:wave:{run_id}:chunks"


def later(shard: int, run_id: str) -> str:
    """Sorted set: chunks whose hour has not come, scored by when it does (ms)."""
    return f"{tag(shard)}:wave:{run_id}:later"


def started(shard: int, run_id: str) -> str:
    """Bitmap: recipients to whom sending began, by their ordinal."""
    return f"{tag(shard)}:wave:{run_id}:started"


def done(shard: int, run_id: str) -> str:
    """Bitmap: recipients who are accounted for, by their ordinal."""
    return f"{tag(shard)}:wave:{run_id}:done"


def counts(shard: int, run_id: str) -> str:
    """Hash: ``outcome.language`` -> number."""
    return f"{tag(shard)}:wave:{run_id}:counts"


def unknown(shard: int, run_id: str) -> str:
    """Set: chats of which nobody knows whether the message arrived."""
    return f"{tag(shard)}:wave:{run_id}:unknown"


def talked(shard: int, run_id: str) -> str:
    """Set: chats that pressed a button of the message."""
    return f"{tag(shard)}:wave:{run_id}:talked"
