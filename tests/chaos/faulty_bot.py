"""The bot with three mistakes planted in it, for the checker to find.

Every fifth message to a chat is lost (chats whose number leaves no rest when divided by three),
sent twice (rest one), or overtaken by the next (rest two).
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict

from bot.cli import main
from bot.telegram.calls import Call
from bot.telegram.sender import Outcome, Sender, Sent

EVERY = 5


class FaultySender(Sender):
    """Does not always do what it says."""

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)
        self._count: Counter[int] = Counter()
        self._held: defaultdict[int, list[Call]] = defaultdict(list)

    async def send(self, call: Call) -> Outcome:
        if call.method != "sendMessage":
            return await super().send(call)
        chat = call.params["chat_id"]
        self._count[chat] += 1
        if self._count[chat] % EVERY:
            outcome = await super().send(call)
            for held in self._held.pop(chat, ()):
                await super().send(held)
            return outcome
        if chat % 3 == 0:
            return Sent()
        if chat % 3 == 1:
            await super().send(call)
            return await super().send(call)
        self._held[chat].append(call)
        return Sent()


if __name__ == "__main__":
    import bot.application

    bot.application.Sender = FaultySender
    sys.exit(main(["run"]))
