"""The last things that happened, a bounded number of them."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A mapping that forgets the oldest beyond ``room``."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._things: dict[K, V] = {}

    def __contains__(self, thing: K) -> bool:
        return thing in self._things

    def add(self, thing: K, value: V) -> None:
        """Remember it, with what belongs to it."""
        self._things[thing] = value
        if len(self._things) > self._room:
            del self._things[next(iter(self._things))]

    def pop(self, thing: K) -> V | None:
        """What belongs to it, if it is remembered; it is no longer."""
        return self._things.pop(thing, None)
