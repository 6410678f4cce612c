"""Reads a history, and says everything in it that must not be.

What each person has to be told follows from what they did (:mod:`benchmarks.chaos.oracle`): nothing
of it may be missing, come in another order, or come twice. The Bot API knows no idempotency key, so
one repetition is allowed: when a process was killed after Telegram had taken a message and before
that was noted, or when the answer to that very call was kept from the bot. A process that has no
time for three seconds counts as dead, so a machine that stands still may be the reason, too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct, field

from benchmarks.chaos.history import (
    STOOD_STILL,
    Arrived,
    Asked,
    Due,
    Entry,
    Got,
    Kept,
    Killed,
    Left,
    Outage,
    Reported,
    Timed,
    Unheard,
)
from benchmarks.chaos.oracle import Conversation
from bot.content import Content

ALIVE: Final = 4.0
"""Seconds after which a process that has shown no sign of life counts as dead, and one to look."""
LAST_BREATH: Final = 1.0
"""Seconds after a kill in which Telegram still takes what the bot had sent before."""
LATE: Final = 5.0
"""The same while calls take long at Telegram."""
NOTED_WITHIN: Final = 5.0
"""Seconds from a message being taken to its note in Redis, while Redis is there and the machine
busy; whoever is killed later than that has no part in a repetition."""
RECEIPT: Final = "has received your report"


class Expected(Struct):
    """A message that has to come, and the update that it answers."""

    at: float
    update: int
    text: str


class Verdict(Struct):
    """What the history shows; ``violations`` is empty when all is well.

    ``repeats`` are those that a kill explains, ``unheard`` those after a call whose answer was kept
    from the bot, ``stalled`` those while the machine had no time for a process that lives;
    ``longest`` the longest time from such a message to the kill (seconds).
    """

    updates: int = 0
    messages: int = 0
    people: int = 0
    kills: int = 0
    outages: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    unheard: int = 0
    stalled: int = 0
    longest: float = 0.0
    reports: int = 0
    pushes: int = 0
    unknown: int = 0
    waits: dict[str, list[float]] = {}
    violations: list[str] = []


class Checker:
    """Judges one history. ``content`` is what the bots had."""

    def __init__(self, content: Content, history: Iterable[Entry]) -> None:
        self._content = content
        self._asked: defaultdict[int, list[Asked]] = defaultdict(list)
        self._got: defaultdict[int, list[Got]] = defaultdict(list)
        self._kept: dict[int, Kept] = {}
        self._unheard: set[tuple[int, int]] = set()
        self._kills: list[float] = []
        self._outages: list[Outage] = []
        self._still: list[Outage] = []
        self._reported: list[Reported] = []
        self._arrived: list[str] = []
        self._due: list[Due] = []
        self._left: list[Left] = []
        self._waits: defaultdict[str, list[float]] = defaultdict(list)
        for entry in history:
            self._sort(entry)

    def verdict(self) -> Verdict:
        """Judge."""
        found = Verdict(
            updates=sum(map(len, self._asked.values())),
            messages=sum(map(len, self._got.values())),
            people=len(self._asked),
            kills=len(self._kills),
            outages=Counter(outage.what for outage in self._outages),
            reports=len(self._reported),
            pushes=sum(len(self._got[due.chat]) for due in self._due),
            unknown=sum(due.unknown for due in self._due),
            waits=dict(self._waits),
        )
        for chat, asked in sorted(self._asked.items()):
            if asked[0].names:
                found.violations += self._unnamed(chat, asked)
            else:
                found.violations += self._judge_chat(chat, asked, found)
        found.violations += self._judge_reports(found)
        found.violations += self._judge_pushes()
        for left in self._left:
            if left.waiting:
                found.violations.append(f"{left.waiting} updates were never taken")
            if left.trouble and not self._kills and not self._outages:
                found.violations.append(f"an update failed: {left.trouble}")
        if not self._left:
            found.violations.append("the history has no end")
        return found

    def _sort(self, entry: Entry) -> None:
        match entry:
            case Asked():
                self._asked[entry.chat].append(entry)
            case Got():
                self._got[entry.chat].append(entry)
            case Unheard():
                self._unheard.add((entry.chat, entry.message))
            case Killed():
                self._kills.append(entry.at)
            case Outage(what=what) if what == STOOD_STILL:
                self._still.append(entry)
            case Outage():
                self._outages.append(entry)
            case Kept():
                self._kept[entry.chat] = entry
            case Reported():
                self._reported.append(entry)
            case Arrived():
                self._arrived.append(entry.words)
            case Due():
                self._due.append(entry)
            case Left():
                self._left.append(entry)
            case Timed():
                self._waits[entry.part].append(entry.seconds)

    # Conversations

    def _judge_chat(self, chat: int, asked: list[Asked], found: Verdict) -> Iterator[str]:
        conversation = Conversation(self._content)
        expected: list[Expected] = []
        before = None
        for one in sorted(asked, key=lambda one: one.update["update_id"]):
            at = one.at
            if before is not None and self._swallowed(conversation, before, one):
                at = before.at
            for text in conversation.goes_on(one.update, at).texts:
                expected.append(Expected(one.at, one.update["update_id"], text))
            before = one
        yield from self._compare(chat, expected, found)
        kept = self._kept.get(chat)
        if kept is None:
            yield f"chat {chat}: nobody looked what Redis holds"
        else:
            yield from _differences(chat, conversation, kept)

    def _swallowed(self, conversation: Conversation, before: Asked, one: Asked) -> bool:
        """Whether a press was taken for the second half of a double tap.

        That depends on when the first was handled, which may have been much later than it was made.
        """
        if _pressed(one) != _pressed(before) or not _pressed(one):
            return False
        texts = conversation.tries(one.update, one.at).texts
        return not any(got.text in texts for got in self._got[one.chat] if got.at >= one.at)

    def _compare(self, chat: int, expected: list[Expected], found: Verdict) -> Iterator[str]:
        at = 0
        late: list[Expected] = []
        copies: defaultdict[str, list[Got]] = defaultdict(list)
        for got in self._got[chat]:
            if at < len(expected) and expected[at].text == got.text and expected[at].at <= got.at:
                at += 1
            elif copies[got.text]:
                yield from self._judge_repeat(chat, copies[got.text], got, found)
            elif skipped := _until(expected[at:], got):
                late += expected[at : at + skipped]
                at += skipped + 1
            elif early := [one for one in late if one.text == got.text]:
                late.remove(early[0])
                yield f"chat {chat}: an answer to update {early[0].update} came out of order"
            else:
                yield f"chat {chat}: message {got.message} answers nothing: {got.text[:60]!r}"
            copies[got.text].append(got)
        for one in late + expected[at:]:
            yield f"chat {chat}: an answer to update {one.update} was lost: {one.text[:60]!r}"

    def _judge_repeat(
        self, chat: int, copies: list[Got], got: Got, found: Verdict
    ) -> Iterator[str]:
        last = copies[-1]
        if (chat, last.message) in self._unheard:
            found.unheard += 1
            return
        slow = any("Bot API: slow" in one.what and one.at <= last.at for one in self._outages)
        breath = LATE if slow else LAST_BREATH
        after = [kill for kill in self._kills if last.at - breath <= kill < got.at]
        if after and self._may_be_unnoted(last.at, after[0]):
            found.repeats += 1
            found.longest = max(found.longest, after[0] - last.at)
            return
        if any(
            still.at - ALIVE <= got.at and last.at <= still.until + ALIVE for still in self._still
        ):
            found.stalled += 1
            return
        yield (
            f"chat {chat}: message {got.message} came twice, {got.at - last.at:.2f} s apart,"
            f" without a reason: {got.text[:60]!r}"
        )

    def _may_be_unnoted(self, taken: float, killed: float) -> bool:
        """Whether a message may not have been noted by the time of a kill."""
        away = [
            outage
            for outage in self._outages
            if "Redis" in outage.what
            and outage.at <= killed
            and outage.until + NOTED_WITHIN >= taken
        ]
        return killed - taken <= NOTED_WITHIN or bool(away)

    def _unnamed(self, chat: int, asked: list[Asked]) -> Iterator[str]:
        """Of people who only want contacts: each answer came before they asked again."""
        ends = [one.at for one in asked[1:]] + [float("inf")]
        for one, end in zip(asked, ends, strict=True):
            between = (got for got in self._got[chat] if one.at <= got.at <= end)
            if not any(one.names in got.text for got in between):
                yield f"chat {chat}: update {one.update['update_id']} got no contacts"

    # Reports and pushes

    def _judge_reports(self, found: Verdict) -> Iterator[str]:
        arrived = Counter(self._arrived)
        for one in self._reported:
            if arrived[one.words] != 1:
                yield f"chat {one.chat}: its report arrived {arrived[one.words]} times"
            if not one.told:
                yield f"chat {one.chat}: nobody said that the report arrived"
            receipts = [got for got in self._got[one.chat] if RECEIPT in got.text]
            for number, receipt in enumerate(receipts[1:], 1):
                yield from self._judge_repeat(one.chat, receipts[:number], receipt, found)
        if strangers := arrived.keys() - {one.words for one in self._reported}:
            yield f"{len(strangers)} reports arrived that nobody sent"

    def _judge_pushes(self) -> Iterator[str]:
        for due in self._due:
            got = len(self._got[due.chat])
            if got > 1:
                yield f"chat {due.chat}: a push came {got} times"
            if not got and not due.unknown:
                yield f"chat {due.chat}: a push never came, and is not listed as unknown"


def _pressed(one: Asked) -> str:
    return str(one.update.get("callback_query", {}).get("data", ""))


def _until(expected: list[Expected], got: Got) -> int:
    """How many are missing before the one that came; 0 when it is none of them."""
    for number, one in enumerate(expected):
        if one.text == got.text and one.at <= got.at:
            return number
    return 0


def _differences(chat: int, conversation: Conversation, kept: Kept) -> Iterator[str]:
    if kept.effects:
        yield f"chat {chat}: {kept.effects} things are still to be delivered"
    if kept.erased or conversation.erased:
        if kept.erased != conversation.erased:
            yield f"chat {chat}: erased in Redis: {kept.erased}, to be: {conversation.erased}"
        return
    session = conversation.session
    should = (session.turn, f"{session.flow}/{session.node}", session.locale)
    if should != (kept.turn, kept.place, kept.locale):
        yield f"chat {chat}: Redis holds {kept.turn}, {kept.place}; it should be {should}"
    if kept.answers != {**session.slots, **session.secrets}:
        yield f"chat {chat}: Redis holds other answers than were given"
