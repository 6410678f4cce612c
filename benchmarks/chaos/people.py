"""Simulated people: they write and press, and wait for what has to come."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from benchmarks.chaos.history import Recorder, Timed
from benchmarks.chaos.oracle import Answer, Conversation
from bot.content import Content
from bot.local import Person
from bot.local.chats import ChatMessage
from bot.local.keyboards import buttons

COMMANDS: Final = (
    *("/start", "/privacy", "/learn", "/settings", "/events", "/report", "/survey", "/back"),
    *("/emergency", "/tips", "/help", "/hotline", "/child"),
)
WORDS: Final = (
    *("Kenya", "Mombasa", "France", "yesterday", "a man with a girl at the lift", "3", "xyzzy"),
    *("Brazil, 20 June to 3 July", "Peru", "Hello"),
)
COUNTRIES: Final = ("Kenya", "Peru", "Japan", "Thailand", "France", "Brazil", "India", "Mexico")
"""What those write who want a contact and nothing else; all of it can be answered from memory."""
RECENT: Final = 8
"""So many of the last answers nobody asks for again, so that a message shows what it answers."""
TRIES: Final = 40
EAGER: Final = 0.15
"""Share of what is written right after something else, without waiting for its answer."""


class Walker:
    """Goes through the conversations at random, never twice the same way.

    ``calm`` people do nothing that the bot answers from memory while Redis is away, so that what
    has to be said to them is certain; ``pause`` (seconds) is the longest between two steps,
    ``patience`` how long every answer may take, whatever dies; ``part`` names the part of the run
    at a moment.
    """

    def __init__(
        self,
        person: Person,
        content: Content,
        recorder: Recorder,
        chance: random.Random,
        *,
        pause: float,
        patience: float,
        calm: bool,
        part: Callable[[], str] = lambda: "",
    ) -> None:
        self.person = person
        self.stuck = False
        self.steps = 0
        self._chat = Conversation(content)
        self._recorder = recorder
        self._chance = chance
        self._pause = pause
        self._patience = patience
        self._calm = calm
        self._part = part
        self._recent: deque[str] = deque(maxlen=RECENT)
        self._pressed: set[str] = set()

    async def run(self, enough: Callable[[], bool]) -> None:
        """Go on until ``enough`` says so, or an answer does not come."""
        while not enough() and not self.stuck:
            await asyncio.sleep(self._chance.uniform(0, self._pause))
            await self._step()

    async def _step(self) -> None:
        for move in self._moves():
            answer = self._chat.tries(move, time.time())
            if self._suits(move, answer):
                break
        else:
            return
        answer = await self._do(move)
        if self._chance.random() < EAGER and "message" in move:
            more = {**move, "message": self._message(self._chance.choice(COMMANDS))}
            if self._suits(more, self._chat.tries(more, time.time())):
                answer = await self._do(more)
        await self._wait(answer)

    async def _do(self, move: dict[str, Any]) -> Answer:
        if "message" in move:
            update = await self.person.send(move["message"]["text"])
        else:
            query = move["callback_query"]
            self._pressed.add(query["data"])  # twice may be a double tap, which is one
            update = await self.person.press(query["index"], query["shown"])
        now = time.time()
        self._recorder.asked(update, self.person.chat.id)
        self.steps += 1
        answer = self._chat.goes_on(update, now)
        self._recent.extend(answer.texts)
        return answer

    async def _wait(self, answer: Answer) -> None:
        asked = time.time()
        part = self._part()
        last = answer.texts[-1]
        try:
            await self.person.wait_until(
                lambda: last in [message.text for message in self.person.replies], self._patience
            )
        except TimeoutError:
            self.stuck = True
        else:
            self._recorder.note(Timed(time.time() - asked, part))

    def _moves(self) -> Iterator[dict[str, Any]]:
        """Things that could be done now, in the shape of updates."""
        for _ in range(TRIES):
            presses = list(self._presses())
            dice = self._chance.random()
            if presses and dice < 0.65:
                yield self._chance.choice(presses)
            else:
                text = self._chance.choice(COMMANDS if dice < 0.85 or not presses else WORDS)
                yield {"update_id": 1, "message": self._message(text)}

    def _message(self, text: str) -> dict[str, Any]:
        chat = self.person.chat
        return {
            "message_id": 1,
            "date": 1,
            "chat": chat.as_telegram(),
            "from": chat.user,
            "text": text,
        }

    def _presses(self) -> Iterator[dict[str, Any]]:
        shown = self._newest_board()
        if shown is None:
            return
        message = self._message("") | {"message_id": shown.message_id}
        for index, button in enumerate(buttons(shown.reply_markup)):
            if button.get("callback_data", "") not in {"", *self._pressed}:
                yield {
                    "update_id": 1,
                    "callback_query": {
                        "id": "1",
                        "from": self.person.chat.user,
                        "message": message,
                        "data": button["callback_data"],
                        "index": index,
                        "shown": shown,
                    },
                }

    def _newest_board(self) -> ChatMessage | None:
        for message in reversed(self.person.chat.visible):
            if message.by_bot and message.inline_keyboard:
                return message
        return None

    def _suits(self, move: dict[str, Any], answer: Answer) -> bool:
        """Whether what has to come can be told from all that came lately."""
        if not answer.texts or answer.reports or {*answer.texts} & {*self._recent}:
            return False
        if len({*answer.texts}) < len(answer.texts):
            return False
        return not self._calm or self._chat.from_memory(move, time.time()) is None


class Hurried:
    """Wants contacts, which come from memory, too, and so must come whatever is broken."""

    def __init__(
        self,
        person: Person,
        recorder: Recorder,
        chance: random.Random,
        *,
        pause: float,
        patience: float,
    ) -> None:
        self.person = person
        self.stuck = False
        self.steps = 0
        self._recorder = recorder
        self._chance = chance
        self._pause = pause
        self._patience = patience

    async def run(self, enough: Callable[[], bool]) -> None:
        """Go on until ``enough`` says so, or an answer does not come."""
        while not enough() and not self.stuck:
            await asyncio.sleep(self._chance.uniform(0, self._pause))
            country = COUNTRIES[self.steps % len(COUNTRIES)]
            self._recorder.asked(await self.person.send(country), self.person.chat.id, country)
            self.steps += 1
            try:
                await self.person.wait_until(partial(self._told, country), self._patience)
            except TimeoutError:
                self.stuck = True

    def _told(self, country: str) -> bool:
        return any(country in message.text for message in self.person.replies)
