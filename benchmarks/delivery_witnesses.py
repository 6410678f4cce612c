"""A witness of ``benchmarks.delivery``: reports through the chat, by what the bot shows."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Iterator
from typing import Final

from bot.local import Person
from bot.local.chats import ChatMessage

WORDS: Final = "a man with a small girl at the lift, room"
PLACE: Final = "Mombasa"
WRITTEN: Final = {"In which country or town": PLACE, "What did you see": WORDS}
"""Questions that are answered in writing."""
PRESSED: Final = ("I am not sure", "Put it in order", "Skip", "Show me where", "send it now")
"""Buttons that are pressed; no message shows two of them."""
SEND: Final = PRESSED[-1]
PATIENCE: Final = 120.0
"""Seconds in which every answer must have come, whatever died."""
IMPATIENT: Final = 0.1
"""Share of the witnesses who press "send it now" twice."""

_REFERENCE: Final = re.compile(r"[2-9A-Z]{3}-[2-9A-Z]{3}")


class Witness:
    """Somebody with something of their own to report.

    A message that comes twice is answered once, as people do. ``sent_at`` and ``told_at`` are times
    (``time.monotonic``) of the press on "send it now" and of the partner's receipt in the chat.
    """

    def __init__(self, person: Person, number: int, chance: random.Random) -> None:
        self.person = person
        self.words = f"{WORDS} {number}"
        self.sent_at = 0.0
        self.told_at = 0.0
        self._impatience = chance.uniform(0, 3) if chance.random() < IMPATIENT else None
        self._answered: set[str] = set()

    @property
    def waits(self) -> bool:
        """Whether they have sent it and do not know yet that it arrived."""
        return bool(self.sent_at and not self.told_at)

    @property
    def promised(self) -> set[str]:
        """References under which the bot said it sends a report."""
        return {_reference(message) for message in self._that_say("is on its way to")}

    @property
    def receipts(self) -> list[ChatMessage]:
        """Every message that says that the partner has it."""
        return list(self._that_say("has received your report"))

    @property
    def received(self) -> set[str]:
        """References that the partner's receipts name."""
        return {_reference(message) for message in self.receipts}

    async def report(self) -> None:
        """From /report to the receipt. Raises TimeoutError when an answer does not come."""
        await self.person.send("/report")
        while not self.sent_at:
            await self.person.wait_until(lambda: self._question() is not None, PATIENCE)
            await self._answer()
        await self.person.wait_until(lambda: bool(self.promised and self.receipts), PATIENCE)
        self.told_at = time.monotonic()

    async def _answer(self) -> None:
        question = self._question()
        assert question is not None
        self._answered.add(question.text)
        for asked, answer in WRITTEN.items():
            if asked in question.text:
                await self.person.send(self.words if answer == WORDS else answer)
                return
        label = next(label for label in _labels(question) if _is_pressed(label))
        await self.person.press(label, question)
        if SEND in label:
            self.sent_at = time.monotonic()
            if self._impatience is not None:
                await asyncio.sleep(self._impatience)
                await self.person.press(label, question)

    def _question(self) -> ChatMessage | None:
        """The newest message that they can answer and have not answered."""
        for message in reversed(self.person.chat.visible):
            if message.by_bot and message.text not in self._answered:
                written = any(asked in message.text for asked in WRITTEN)
                if written or any(map(_is_pressed, _labels(message))):
                    return message
        return None

    def _that_say(self, words: str) -> Iterator[ChatMessage]:
        for message in self.person.chat.visible:
            if message.by_bot and words in message.text:
                yield message


def _is_pressed(label: str) -> bool:
    return any(part in label for part in PRESSED)


def _labels(message: ChatMessage) -> list[str]:
    return [button["text"] for row in message.inline_keyboard for button in row]


def _reference(message: ChatMessage) -> str:
    found = _REFERENCE.search(message.text)
    return found[0] if found else ""
