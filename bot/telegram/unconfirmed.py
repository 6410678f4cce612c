"""What was fetched by long polling and no request has confirmed: Telegram still keeps it."""

from __future__ import annotations

from collections import Counter


class Unconfirmed:
    """Updates by their ids: *taken* to be handled, *finished*, or *left* for the next request.

    A request confirms everything below its offset.
    """

    def __init__(self) -> None:
        self._chats: dict[int, int] = {}  # of those that were taken
        self._taken: Counter[int] = Counter()  # of each chat
        self._under_way: set[int] = set()
        self._left: set[int] = set()
        self._offset = 0

    def __contains__(self, update_id: int) -> bool:
        """Whether it was taken before."""
        return update_id in self._chats

    def of(self, chat: int) -> int:
        """How many of a chat were taken, whether or not they are finished."""
        return self._taken[chat]

    def behind(self, update_id: int) -> int:
        """How many that are not finished came after an update."""
        return sum(other > update_id for other in (*self._under_way, *self._left))

    def take(self, update_id: int, chat: int) -> None:
        """Note one that is going to be handled."""
        self._chats[update_id] = chat
        self._taken[chat] += 1
        self._under_way.add(update_id)

    def finish(self, update_id: int) -> None:
        """Note that Telegram may forget one."""
        self._under_way.discard(update_id)

    def leave(self, update_id: int) -> None:
        """Note one that the next request is to bring again."""
        self._left.add(update_id)

    def next_offset(self) -> int:
        """The offset for a request: it confirms as much as it may."""
        if waiting := self._under_way | self._left:
            self._offset = max(self._offset, min(waiting))
        elif self._chats:
            self._offset = max(self._offset, max(self._chats) + 1)
        return self._offset

    def confirm(self, offset: int) -> None:
        """Forget what a request has confirmed, and what it has brought again."""
        self._left.clear()
        for update_id in [one for one in self._chats if one < offset]:
            chat = self._chats.pop(update_id)
            self._taken[chat] -= 1
            if not self._taken[chat]:
                del self._taken[chat]
