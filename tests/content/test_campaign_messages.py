"""What campaigns send: short, with help and a way out, and every button leads somewhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from shipped_content import CONTENT

from bot.actions.campaign import CampaignReader
from bot.content import _World
from bot.conversation.engine import Turn
from bot.conversation.events import Command, Event, Press, Push, Text
from bot.conversation.limits import CALLBACK_BYTES
from bot.conversation.messages import Message
from bot.conversation.session import Session, SlotValue
from bot.conversation.world import Request
from bot.knowledge.campaign_file import (
    LONGEST_ID,
    LONGEST_WAVE_ID,
    CampaignEntry,
    CampaignFile,
    WaveEntry,
)
from bot.knowledge.campaigns import Campaigns

NOW = datetime(2027, 5, 20, 12, tzinfo=UTC)
CUP = "fifa-womens-world-cup-2027"
LONGEST = f"{'c' * LONGEST_ID}.{'w' * LONGEST_WAVE_ID}.2027-06-14~BR"
STEPS = [name for name, node in CONTENT.flows.flows["campaign"].nodes.items() if node.push]
VALUES: dict[str, SlotValue] = {
    "push_event": "FIFA Women's World Cup Brazil 2027",
    "push_place": "Fortaleza",
    "push_days": "Jun 20 – Jul 3, 2027",
    "push_left": "100 days",
}


def pushed(step: str, campaign: str = LONGEST, session: Session | None = None) -> Message:
    push = Push(f"campaign/{step}", {**VALUES, "campaign": campaign})
    (message,) = CONTENT.advance(session or Session(), push, NOW).messages
    return message


class Reader:
    """Somebody who gets a message and presses a button of it."""

    def __init__(self, session: Session | None = None) -> None:
        self.session = session or Session()
        self.now = NOW

    def does(self, event: Event) -> Turn:
        self.now += timedelta(seconds=30)
        turn = CONTENT.advance(self.session, event, self.now)
        self.session = turn.session
        return turn

    def presses(self, step: str, label: str, campaign: str) -> str:
        (button,) = [b for b in pushed(step, campaign).buttons if label in b.label]
        turn = self.does(Press(button.value))
        return "\n".join(message.text for message in turn.messages)


def test_every_message_that_a_campaign_sends_is_there() -> None:
    sent = {wave.message for each in CONTENT.campaigns.all for wave in each.waves} - {"tip"}
    assert sent <= {f"campaign/{step}" for step in STEPS}


@pytest.mark.parametrize("step", STEPS)
def test_a_message_is_short_and_says_why_it_came_and_how_it_ends(step: str) -> None:
    message = pushed(step)
    assert len(message.text) < 600
    assert "You asked for reminders" in message.text
    assert "—" not in message.text  # a value that nobody fills in
    assert "!" not in re.sub(r"<[^>]+>", "", message.text)
    labels = [button.label for button in message.buttons]
    assert labels.count("🆘 Emergency") == 1
    assert labels[-1] == "🔕 Stop these messages"


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("locale", CONTENT.catalogues.languages)
def test_a_button_has_room_for_the_longest_campaign(step: str, locale: str) -> None:
    for button in pushed(step, session=Session(locale=locale, turn=10**6)).buttons:
        assert len(button.value.encode()) <= CALLBACK_BYTES


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "campaign", [LONGEST, f"cup.week.{NOW:%Y-%m-%d}", "", "no.such", "~", "~~ZZ"]
)
def test_every_button_leads_somewhere_from_wherever_one_is(step: str, campaign: str) -> None:
    for button in pushed(step, campaign).buttons:
        reader = Reader()
        reader.does(Command("report"))
        turn = reader.does(Press(button.value))
        assert turn.messages
        said = "\n".join(message.text for message in turn.messages)
        assert "earlier step" not in said, button.label
        assert reader.session.node


def test_the_stop_button_stops() -> None:
    reader = Reader(Session(slots={"reminders": ["all"]}))
    said = reader.presses("opening_day", "Stop", "cup.opening.2027-06-24")
    assert "Done" in said
    assert "reminders" not in reader.session.slots


def test_an_emergency_is_one_tap_away() -> None:
    reader = Reader(Session(slots={"here": ["BR", "Fortaleza"]}))
    assert "190" in reader.presses("arrival", "Emergency", "trips.arrival.2027-06-20~BR")


def test_what_is_open_stays_open() -> None:
    reader = Reader()
    reader.does(Command("report"))
    at = (reader.session.flow, reader.session.node)
    CONTENT.advance(reader.session, Push("campaign/summer", VALUES), NOW)
    reader.presses("after_return", "Whom to tell", "trips.return.2027-07-05~BR")
    turn = reader.does(Text("◀ Back"))
    assert (turn.session.flow, turn.session.node) == at


def cup() -> Campaigns:
    entry = CampaignEntry(
        id="cup", event=CUP, message="tip", waves=(WaveEntry(id="week", when="a week before"),)
    )
    return Campaigns(CampaignFile(campaigns=(entry,)), CONTENT.events)


def taken(campaign: str, now: datetime = NOW, **own: SlotValue) -> dict[str, SlotValue | None]:
    arguments: dict[str, SlotValue | None] = {"campaign": campaign, **own}
    request = Request("en", arguments, _World(CONTENT, now), lambda _: ())
    return dict(CampaignReader(cup(), CONTENT.events).take_campaign(request).slots)


BRAZIL = ["BR", "Brazil"]
DAYS = ["2027-06-24", "2027-07-25"]
OWN = {"place": ["BR", "Fortaleza"], "days": ["2027-06-20", "2027-07-03"]}


@pytest.mark.parametrize(
    ("campaign", "own", "expected"),
    [
        ("cup.week.2027-06-17", {}, (CUP, BRAZIL, DAYS)),
        ("cup.week.2027-06-17", OWN, (CUP, OWN["place"], OWN["days"])),
        ("cup.a-wave-that-is-no-more.2027-06-17", {}, (CUP, BRAZIL, DAYS)),
        ("cup.week.2027-06-17", {"place": ["KE", "Kenya"], "days": DAYS}, (CUP, BRAZIL, DAYS)),
        ("trips.before.2027-06-17~BR", OWN, (None, OWN["place"], OWN["days"])),
        ("trips.before.2027-06-17~TH", OWN, (None, ["TH", "Thailand"], None)),
        ("gone.week.2027-06-17", OWN, (None, None, None)),
        ("gone.week.2027-06-17~ZZ", OWN, (None, None, None)),
        ("", {}, (None, None, None)),
    ],
)
def test_a_message_is_taken_up_by_what_it_was_about(
    campaign: str, own: dict[str, SlotValue], expected: tuple[SlotValue | None, ...]
) -> None:
    slots = taken(campaign, **own)
    assert (slots["trip_event"], slots["trip_place"], slots["trip_days"]) == expected


def test_after_an_event_its_country_remains() -> None:
    slots = taken("cup.week.2027-06-17", NOW + timedelta(days=200))
    assert slots == {"trip_event": None, "trip_place": BRAZIL, "trip_days": None}


def test_the_tips_of_a_trip_are_for_that_trip() -> None:
    reader = Reader(Session(slots={"own_place": ["BR", "Fortaleza"], "own_days": OWN["days"]}))
    said = reader.presses("before_trip", "Tips", "trips.before.2027-06-17~BR")
    assert "Fortaleza, Brazil" in said
    assert "Jun 20" in said
    said = reader.presses("arrival", "Contacts", "trips.arrival.2027-06-20~BR")
    assert "190" in said
