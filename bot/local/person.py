"""A person with a phone, for tests: types, presses, shares, and waits for what the bot does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bot.local.keyboards import buttons
from bot.local.media import media

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.local.chats import Chat, ChatMessage
    from bot.local.inline import InlineAnswer, InlineResult
    from bot.local.messenger import Answer, Messenger
    from bot.local.updates import Update


class Person:
    """Everything a person does gives back the update that the bot will receive."""

    def __init__(self, messenger: Messenger, chat: Chat) -> None:
        self._messenger = messenger
        self._mark = chat.revision
        self.chat = chat
        self.answers: list[Answer] = []
        self.actions: list[str] = []
        self.listed: list[InlineAnswer] = []
        self._signals = messenger.subscribe(chat.id)

    @property
    def user(self) -> dict[str, Any]:
        """The Bot API's User object."""
        return self.chat.user

    @property
    def replies(self) -> list[ChatMessage]:
        """What the bot has sent, or changed, since the person last did something."""
        return [m for m in self.chat.visible if m.by_bot and m.revision > self._mark]

    def _act(self) -> None:
        self._mark = self.chat.revision

    async def send(self, text: str) -> Update:
        """A text, also a command such as ``/tips``."""
        self._act()
        return self._messenger.person_sends(self.chat, text)

    async def start(self, payload: str = "") -> Update:
        """Open the bot, perhaps by a deep link; takes back a block, as Telegram does."""
        if self.chat.blocked:
            await self.unblock()
        return await self.send(f"/start {payload}".strip())

    async def send_photo(self, caption: str = "") -> Update:
        """A picture."""
        return await self.send_media("photo", caption)

    async def send_media(self, kind: str, caption: str = "") -> Update:
        """Anything that :func:`bot.local.media.media` knows: voice, video, sticker, contact…"""
        self._act()
        return self._messenger.person_sends(self.chat, caption, media(kind))

    async def share_location(self, latitude: float, longitude: float) -> Update:
        """A position in degrees (WGS 84)."""
        self._act()
        location = {"location": {"latitude": latitude, "longitude": longitude}}
        return self._messenger.person_sends(self.chat, content=location)

    async def edit(self, text: str, message: ChatMessage | None = None) -> Update:
        """Other words in an old message, by default the person's last one."""
        message = message or [m for m in self.chat.visible if not m.by_bot][-1]
        self._act()
        return self._messenger.person_edits(message, text)

    async def block(self) -> Update:
        """From now on whatever the bot sends is refused."""
        self._act()
        return self._messenger.person_blocks(self.chat, True)

    async def unblock(self) -> Update:
        """The bot may speak again."""
        self._act()
        return self._messenger.person_blocks(self.chat, False)

    async def press(self, button: str | int, message: ChatMessage | None = None) -> Update:
        """A button by its label, or by its place among those of the newest message with buttons.

        A key of the reply keyboard sends its text. Raises LookupError when there is no such
        button and ValueError when the bot would never hear of it (links, copying).
        """
        found, key = self._find(button, message)
        if found is None:
            return await self.send(key["text"])
        if "callback_data" not in key:
            raise ValueError(f"The button {key['text']!r} does not call the bot.")
        self._act()
        return self._messenger.person_presses(self.chat, found, key["callback_data"])

    async def ask_inline(self, text: str, timeout: float = 5.0) -> InlineAnswer:  # noqa: ASYNC109
        """Type the bot's name and a text in some other chat; what is listed then."""
        query = self._messenger.person_asks(self.chat, text)
        query_id = query["inline_query"]["id"]
        await self.wait_until(lambda: query_id in {a.query_id for a in self.listed}, timeout)
        return next(answer for answer in self.listed if answer.query_id == query_id)

    async def choose(self, result: InlineResult, chat: Chat | None = None) -> ChatMessage:
        """Send what is listed to a chat, by default to the one with the bot."""
        self._act()
        return self._messenger.person_chooses(chat or self.chat, result, self.user)

    def _find(
        self, button: str | int, message: ChatMessage | None
    ) -> tuple[ChatMessage | None, dict[str, Any]]:
        shown: list[ChatMessage] = [message] if message else self.chat.visible[::-1]
        boards: list[tuple[ChatMessage | None, list[dict[str, Any]]]] = [
            (m, buttons(m.reply_markup)) for m in shown if m.inline_keyboard
        ]
        if self.chat.keyboard and message is None:
            keyboard = (None, buttons(self.chat.keyboard))
            newest = next((m for m in shown if m.reply_markup), None)
            on_top = newest is not None and "keyboard" in (newest.reply_markup or {})
            boards.insert(0 if on_top else len(boards), keyboard)
        for owner, keys in boards:
            if isinstance(button, int) and button < len(keys):
                return owner, keys[button]
            for key in keys:
                if key["text"] == button:
                    return owner, key
            if isinstance(button, int):
                break
        labels = [key["text"] for _, keys in boards for key in keys]
        raise LookupError(f"No button {button!r}; there are: {labels}")

    async def wait_for(
        self,
        wanted: int | Callable[[list[ChatMessage]], bool] = 1,
        timeout: float = 5.0,  # noqa: ASYNC109 - a test reads better with it
    ) -> list[ChatMessage]:
        """Wait for so many :attr:`replies`, or until the visible messages please a function.

        Gives back the replies. Raises TimeoutError that says what the chat looks like instead.
        """

        def satisfied() -> bool:
            if isinstance(wanted, int):
                return len(self.replies) >= wanted
            return wanted(self.chat.visible)

        await self.wait_until(satisfied, timeout)
        return self.replies

    async def wait_for_answer(self, press: Update, timeout: float = 5.0) -> Answer:  # noqa: ASYNC109
        """The bot's answer to a press."""
        query_id = press["callback_query"]["id"]
        await self.wait_until(lambda: query_id in {a.query_id for a in self.answers}, timeout)
        return next(answer for answer in self.answers if answer.query_id == query_id)

    async def wait_until(self, satisfied: Callable[[], bool], timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Wait for anything that follows from what happens in this chat."""
        try:
            async with asyncio.timeout(timeout):
                self._drain()
                while not satisfied():
                    self._note(await self._signals.get())
        except TimeoutError:
            lines = [f"{'bot' if m.by_bot else 'person'}: {m.text!r}" for m in self.chat.visible]
            raise TimeoutError(
                f"Nothing of the kind within {timeout} s. The chat:\n" + "\n".join(lines[-12:])
            ) from None

    def _drain(self) -> None:
        while not self._signals.empty():
            self._note(self._signals.get_nowait())

    def _note(self, signal: Any) -> None:
        if signal.answer:
            self.answers.append(signal.answer)
        if signal.inline:
            self.listed.append(signal.inline)
        if signal.action:
            self.actions.append(signal.action)
