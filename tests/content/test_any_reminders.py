"""Whatever people do, what is kept for sending is what their chat says is on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from shipped_content import CONTENT

from bot.conversation.effects import Erase, Follow, Subscribe, Unsubscribe
from bot.conversation.engine import Turn
from bot.conversation.events import Command, Event, Press, Start, Text
from bot.conversation.profile import Trip, trip_until
from bot.conversation.session import Session
from bot.conversation.subscription import followed, profile_of, restored, topics_on
from bot.store.subscribers import Subscriber

NOW = datetime(2027, 5, 20, 12, tzinfo=UTC)
TEXTS = [
    "Fortaleza, 20 June to 3 July",
    "Kenya",
    "in August",
    "Belgium",
    "stop",
    "arrête",
    "Brazil",
]
LINKS = ["ev_fifa-womens-world-cup-2027", "to_TH"]
COMMANDS = ["reminders", "tips", "stop", "language", "home", "events", "erase", "back"]

typed: st.SearchStrategy[Event] = st.one_of(
    st.builds(Text, st.sampled_from(TEXTS)),
    st.builds(Start, st.sampled_from(LINKS)),
    st.builds(Command, st.sampled_from(COMMANDS)),
)
# Two of three things that people do are presses: the number picks a button that was shown.
done = st.lists(st.integers(0, 19) | st.integers(0, 9) | typed, max_size=25)


TRIP = Trip("BR", "Fortaleza", "2027-06-20", "2027-07-03")
TOPICS = {"trip": (1, trip_until(TRIP)), "days": (1, 0), "country:TH": (1, 0)}
BEGUN = Subscriber("en", TOPICS, "BE", "family", TRIP)


def carried_out(kept: Subscriber, turn: Turn) -> Subscriber:
    """What is kept after the errands of a turn, in their order."""
    ends = [effect for effect in turn.effects if isinstance(effect, Unsubscribe | Erase)]
    rest = [effect for effect in turn.effects if effect not in ends]
    for effect in (*ends, *rest):
        match effect:
            case Erase():
                kept = Subscriber()
            case Unsubscribe(topic):
                left = {each: kept.topics[each] for each in kept.topics if topic not in ("", each)}
                kept = replace(kept, topics=left)
            case Subscribe(topic, consent, until, profile):
                topics = {**kept.topics, topic: (consent, until)}
                kept = replace(kept, topics=topics).following(profile)
            case Follow(profile) if kept.topics:
                kept = kept.following(profile)
            case _:
                pass
    return kept


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([Subscriber(), BEGUN]), done)
def test_what_is_kept_is_what_the_chat_says(kept: Subscriber, acts: list[int | Event]) -> None:
    session = restored(Session(), kept.profile, kept.topics)
    now, shown = NOW, ["1:0"]
    for act in [Command("reminders"), *acts]:
        now += timedelta(seconds=30)
        event = Press(shown[-1 - act % len(shown)]) if isinstance(act, int) else act
        turn = followed(session, CONTENT.advance(session, event, now))
        agreed = [effect for effect in turn.effects if isinstance(effect, Subscribe)]
        asked = (session.flow, session.node) in {("reminders", "consent"), ("reminders", "stopped")}
        assert asked or not agreed  # never without a yes
        kept = carried_out(kept, turn)
        session = turn.session
        if any(isinstance(effect, Erase) for effect in turn.effects):
            session = Session()
        assert set(topics_on(session)) == set(kept.topics)
        if kept.topics:
            assert kept.profile == profile_of(session)
        buttons = [b.value for message in turn.messages for b in message.buttons]
        shown = [value for value in buttons if ":" in value and "//" not in value] or shown
