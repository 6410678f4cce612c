"""Names of everything in Redis.

The tag in braces decides on which node of a Redis Cluster a key lives. There are 32 of them, fixed
for good: all that one commit touches (a chat's record, its shard's list of what is due) shares a
tag, which a tag per chat would make impossible.
"""

from __future__ import annotations

from typing import Final
from zlib import crc32

SHARDS: Final = 32


def shard(chat_id: int) -> int:
    """The shard of a chat, 0 to 31."""
    return crc32(str(chat_id).encode()) % SHARDS


def tag(number: int) -> str:
    """The tag of a shard, ``{s00}`` to ``{s31}``."""
    return f"{{s{number:02}}}"


def record(chat_id: int) -> str:
    """String: the chat's record."""
    return f"{tag(shard(chat_id))}:chat:{chat_id}"


def messages(chat_id: int) -> str:
    """Sorted set: ids of the chat's messages, scored by when they were sent (ms)."""
    return f"{tag(shard(chat_id))}:sent:{chat_id}"


def of_commit(chat_id: int) -> tuple[str, str, str]:
    """What one commit touches: the record, the list of what is due, the messages."""
    number = shard(chat_id)
    begin = tag(number)
    return f"{begin}:chat:{chat_id}", f"{begin}:due", f"{begin}:sent:{chat_id}"


def process(name: bytes) -> str:
    """String: there while a process of this name lives. On its own, so it needs no tag."""
    return f"process:{name.hex()}"


def due(number: int) -> str:
    """Sorted set: chats of a shard that need attention, scored by when (ms)."""
    return f"{tag(number)}:due"


def subscribers(number: int) -> str:
    """Sorted set: chats of a shard that asked for messages, scored by their id."""
    return f"{tag(number)}:subscribers"


def subscriptions(number: int) -> str:
    """Hash: for each of these chats what it asked for, packed."""
    return f"{tag(number)}:subscriptions"


def changed_once(chat_id: int) -> str:
    """Set: names of changes to a chat's subscriptions that were made, for as long as one may be
    tried again.
    """
    return f"{tag(shard(chat_id))}:changed:{chat_id}"


def pushing(number: int) -> str:
    """Hash: chats of a shard to which a message of a campaign is on its way, with the run."""
    return f"{tag(number)}:pushing"


def pushed(chat_id: int) -> str:
    """List: messages of campaigns that a chat got, ``ms run language``, the newest first."""
    return f"{tag(shard(chat_id))}:pushed:{chat_id}"


def wave_counts(number: int, run: str) -> str:
    """Hash: what became of the messages of a run in a shard, ``sent.fr`` and so on."""
    return f"{tag(number)}:wave:{run}:counts"


def looked_through() -> str:
    """String: there for most of a day after subscriptions that are over were looked for."""
    return f"{tag(0)}:subscriptions:looked_through"
