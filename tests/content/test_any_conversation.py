"""Whatever people do, in whatever order: the shipped conversations answer, and help stays near."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped_content import CONTENT

from bot.conversation.engine import Turn
from bot.conversation.events import Command, Event, Location, Media, Press, Start, Text
from bot.conversation.messages import Button, Message
from bot.conversation.session import Frame, Session, Step, pack, unpack
from bot.local.markup import parse_html, utf16_length

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SENTENCES = [
    line.split("\t")[1]
    for line in (Path(__file__).parent / "trigger_sentences.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
PLACES = [
    "Kenya",
    "georgia",
    "Lagos",
    "Congo",
    "Koh Phangan",
    "كينيا",
    "🇹🇭",
    "50.77, 6.08",
    "nowhere",
]
NOISE = [
    *(
        "",
        " ",
        "\x00",
        "\ud800",
        "{answer}",
        "{here}",
        "</b>",
        "<script>alert(1)</script>",
        "&amp;",
    ),
    *(
        "😀" * 50,
        "شاهدت شيئا",
        "\u202eabc",
        "x" * 4096,
        "<" * 4096,
        "no",
        "yes",
        "back",
        "12",
        "/x",
    ),
]
COMMANDS = [*CONTENT.flows.flows, *CONTENT.flows.common.commands, "back", "nonsense", ""]
PAYLOADS = ["", "KE", "hotline-KE", "urgent_TH", "privacy", "-", "zz", "x" * 64, "\ud800"]

texts = st.sampled_from([*SENTENCES, *PLACES, *NOISE]) | st.text(max_size=30)
degrees = st.floats(-180, 180) | st.sampled_from([float("nan"), 1e308, -4.05, 39.66])
written: st.SearchStrategy[Event] = st.one_of(
    st.builds(Text, texts),
    st.builds(Location, degrees, degrees),
    st.builds(Command, st.sampled_from(COMMANDS), texts),
    st.builds(Start, st.sampled_from(PAYLOADS)),
    st.builds(Media, st.sampled_from(["photo", "voice", "contact"]), texts),
    st.builds(
        Press, st.sampled_from(["", ":", "0:0", "1:!back", "9:!emergency", "1:99", "\x00" * 64])
    ),
)
# Most of what people do is to press what is shown, or was shown: the number picks a button.
done = st.lists(
    st.tuples(st.integers(0, 99) | written, st.sampled_from([0, 1, 30, 4000])), max_size=12
)


class Chat:
    """A person's chat: what is shown, what can be pressed."""

    def __init__(self) -> None:
        self.session = Session()
        self.now = NOW
        self.shown: list[Button] = []
        self.keys: tuple[Button, ...] = ()
        self.turn = Turn(self.session)

    def does(self, event: Event, after: int) -> None:
        self.now += timedelta(seconds=after)
        before = copy.deepcopy(self.session)
        turn = CONTENT.advance(self.session, event, self.now)
        again = CONTENT.advance(self.session, event, self.now)
        assert turn == again
        assert self.session == before
        swallowed = isinstance(event, Press) and turn.session is self.session
        assert turn.messages or swallowed
        for message in turn.messages:
            check_message(message)
            if message.keys == "reply":
                self.keys = message.buttons
        plain, secret = pack(turn.session)
        assert len(plain) < 1024
        assert unpack(plain, secret) == turn.session
        self.session = turn.session
        self.shown += [b for m in turn.messages for b in m.buttons if b.kind == "press"]
        if turn.messages:
            self.turn = turn
        self.check_way_to_emergency()

    def presses(self, number: int) -> Event:
        if not self.shown:
            return Start()
        button = self.shown[-1 - number % len(self.shown)]
        return Press(button.value) if ":" in button.value else Text(button.label)

    def check_way_to_emergency(self) -> None:
        """One tap, from the last message or the keys: unless the numbers are being shown."""
        if self.session.flow == "urgent":
            return
        near = [*self.turn.messages[-1].buttons, *self.keys]
        taps = [b for b in near if b.kind == "press" and b.label.startswith("🆘")]
        assert taps, [b.label for b in near]
        tap = taps[0]
        event: Event = Press(tap.value) if ":" in tap.value else Text(tap.label)
        turn = CONTENT.advance(self.session, event, self.now + timedelta(minutes=1))
        assert turn.session.flow == "urgent"


def check_message(message: Message) -> None:
    shown, _ = parse_html(message.text)  # refuses what Telegram refuses
    assert shown.strip()
    assert utf16_length(shown) <= 4096
    for button in message.buttons:
        assert button.label.strip()
        button.label.encode()
        assert len(button.value.encode()) <= (64 if button.kind == "press" else 2048)
    msgspec.json.encode(message)


@given(done)
@settings(max_examples=120, deadline=None)
def test_whatever_people_do_is_answered(things: list[tuple[int | Event, int]]) -> None:
    chat = Chat()
    for thing, after in things:
        chat.does(chat.presses(thing) if isinstance(thing, int) else thing, after)


# What an edit, an older edition or a fault may have left behind.
NODES = [(flow.flow, name) for flow in CONTENT.flows.flows.values() for name in flow.nodes]
frames = st.sampled_from([*NODES, ("gone", "where"), ("hotline", "gone"), ("", "")])
values = st.sampled_from(["", "x", "KE", "1", "2026-11-25", "xx"]) | st.lists(
    st.sampled_from(["KE", "<b>", ""]), max_size=3
)
left_behind = st.builds(
    lambda at, stack, slots, path, offered, misses: Session(
        flow=at[0],
        node=at[1],
        stack=tuple(Frame(*frame) for frame in stack),
        slots=slots,
        path=tuple(Step(*frame) for frame in path),
        turn=1,
        offered=tuple(offered),
        misses=misses,
    ),
    frames,
    st.lists(frames, max_size=12),
    st.dictionaries(st.sampled_from([*CONTENT.flows.slots, "gone"]), values, max_size=4),
    st.lists(frames, max_size=5),
    st.lists(
        st.sampled_from(["c:hotline", "c:gone", "v:yes", "v:KE|Kenya", "v:", "t:x", "d:", "!menu"]),
        max_size=4,
    ),
    st.integers(0, 3),
)
live = st.builds(Press, st.sampled_from(["1:0", "1:1", "1:2", "1:3", "1:!back"]))


@given(left_behind, live | written)
@settings(max_examples=300, deadline=None)
def test_whatever_a_session_holds_the_next_thing_done_is_answered(
    session: Session, event: Event
) -> None:
    turn = CONTENT.advance(session, event, NOW)
    assert turn.messages
    for message in turn.messages:
        check_message(message)
    assert CONTENT.advance(turn.session, Text("🆘"), NOW).session.flow == "urgent"


WAITING = [
    (flow.flow, name)
    for flow in CONTENT.flows.flows.values()
    for name, node in flow.nodes.items()
    if node.waits
]


@pytest.mark.parametrize("locale", CONTENT.catalogues.languages)
@pytest.mark.parametrize(("flow", "node"), WAITING)
def test_every_question_has_the_emergency_at_one_tap_and_takes_everything(
    flow: str, node: str, locale: str
) -> None:
    at = Session(locale=locale, flow=flow, node=node, turn=1)
    for text in NOISE:
        turn = CONTENT.advance(at, Text(text), NOW)
        for message in turn.messages:
            check_message(message)
        assert turn.messages[-1].buttons
    shown = CONTENT.advance(at, Text("xyzzy"), NOW)
    if shown.session.flow != "urgent":
        taps = [b for b in shown.messages[-1].buttons if b.label.startswith("🆘")]
        assert len(taps) == 1
        event: Event = Press(taps[0].value) if ":" in taps[0].value else Text(taps[0].label)
        assert CONTENT.advance(shown.session, event, NOW).session.flow == "urgent"
    refused = CONTENT.advance(at, Media("photo"), NOW)
    assert [message.node for message in refused.messages] == ["media", node]
    assert CONTENT.advance(at, Press("0:!emergency"), NOW).messages[0].flow == "urgent"
    assert CONTENT.advance(at, Text("he touches me"), NOW).session.flow == "child"


@pytest.mark.parametrize("locale", CONTENT.catalogues.languages)
@pytest.mark.parametrize(("flow", "node"), WAITING)
def test_every_button_leads_on_pressed_or_typed(flow: str, node: str, locale: str) -> None:
    at = Session(locale=locale, flow=flow, node=node, turn=1, misses=2)
    shown = CONTENT.advance(at, Press("0:0"), NOW)
    presses = [b for b in shown.messages[-1].buttons if b.kind == "press"]
    assert presses
    for button in presses:
        event: Event = Press(button.value) if ":" in button.value else Text(button.label)
        pressed = CONTENT.advance(shown.session, event, NOW)
        first = pressed.messages[0]  # what it gives, even where the question stays
        assert (first.flow, first.node) != (flow, node)
        typed = CONTENT.advance(shown.session, Text(f" {button.label.upper()} "), NOW)
        assert typed.messages == pressed.messages
