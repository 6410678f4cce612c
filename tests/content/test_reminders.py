"""Messages that somebody asks for: consent first, an overview, and an end at a word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from shipped_content import CONTENT

from bot.conversation.effects import Effect, Erase, Follow, Subscribe, Unsubscribe
from bot.conversation.engine import Turn
from bot.conversation.events import Command, Event, Location, Press, Start, Text
from bot.conversation.profile import AFTER_TRIP, Profile, Trip
from bot.conversation.session import Session, pack
from bot.conversation.subscription import MOST, followed, topics_on
from bot.knowledge.quiet_hours import decent

Kind = TypeVar("Kind", bound=Effect)

NOW = datetime(2027, 5, 20, 12, tzinfo=UTC)
CUP = "fifa-womens-world-cup-2027"


class Traveller:
    def __init__(self, now: datetime = NOW, locale: str = "en") -> None:
        self.session = Session(locale=locale)
        self.now = now
        self.turn = Turn(self.session)

    def does(self, event: Event) -> str:
        self.now += timedelta(seconds=30)
        self.turn = followed(self.session, CONTENT.advance(self.session, event, self.now))
        self.session = self.turn.session
        return self.said

    def presses(self, label: str) -> str:
        found = [b for m in self.turn.messages for b in m.buttons if label in b.label and b.value]
        return self.does(Press(found[-1].value))

    def agrees(self) -> Subscribe:
        """Say yes; what follows."""
        self.presses("Yes, write to me")
        (effect,) = self.effects(Subscribe)
        return effect

    def effects(self, kind: type[Kind]) -> list[Kind]:
        return [effect for effect in self.turn.effects if isinstance(effect, kind)]

    @property
    def said(self) -> str:
        return "\n".join(message.text for message in self.turn.messages)

    @property
    def labels(self) -> list[str]:
        return [button.label for message in self.turn.messages for button in message.buttons]

    @property
    def at(self) -> tuple[str, str]:
        return self.session.flow, self.session.node


@pytest.fixture
def traveller() -> Traveller:
    return Traveller()


def plans(traveller: Traveller, where: str = "Fortaleza, 20 June to 3 July") -> None:
    traveller.does(Command("tips"))
    traveller.does(Text(where))
    traveller.presses("📌")


def ordinal(day: str) -> int:
    return datetime.fromisoformat(day).toordinal()


def test_a_remembered_trip_is_offered_and_begins_with_consent(traveller: Traveller) -> None:
    plans(traveller)
    assert "Shall I write to you" in traveller.said
    said = traveller.presses("Yes, tell me more")
    for promise in ("Fortaleza, Brazil", "At most two", "never at night", "/stop", "I keep"):
        assert promise in said
    assert not traveller.turn.effects  # nothing before the yes
    effect = traveller.agrees()
    trip = Trip("BR", "Fortaleza", "2027-06-20", "2027-07-03")
    until = ordinal("2027-07-03") + AFTER_TRIP
    assert effect == Subscribe(
        "trip", int(traveller.now.timestamp()), until, Profile("en", trip=trip)
    )
    assert "night" in traveller.said  # why it asks for the country
    traveller.does(Text("Belgium"))
    assert traveller.effects(Follow) == [Follow(Profile("en", "BE", trip=trip))]
    assert traveller.at == ("reminders", "done")


def test_what_people_agree_to_is_what_campaigns_keep_to() -> None:
    consent = CONTENT.flows.flows["reminders"].nodes["consent"].say
    assert "At most two messages a week, never at night" in consent
    policy = CONTENT.campaigns.policy
    assert policy.per_week <= 2
    assert {22, 23, 0, 1, 2, 3, 4, 5, 6} <= {hour for hour in range(24) if _is_quiet(hour)}


def _is_quiet(hour: int) -> bool:
    moment = datetime(2027, 5, 20, hour, 30, tzinfo=UTC)
    return not decent(moment, (ZoneInfo("UTC"),), CONTENT.campaigns.policy.quiet)


def test_the_home_country_may_be_left_out_and_is_asked_once(traveller: Traveller) -> None:
    traveller.does(Command("reminders"))
    traveller.presses("Awareness days")
    traveller.agrees()
    traveller.presses("Leave it out")
    assert traveller.at == ("reminders", "done")
    traveller.does(Command("home"))
    traveller.does(Text("Belgium"))
    assert traveller.effects(Follow) == [Follow(Profile("en", "BE"))]
    traveller.does(Command("reminders"))
    traveller.presses("Something else")
    traveller.presses("Everything")
    traveller.agrees()
    assert traveller.at == ("reminders", "done")


def test_no_thanks_changes_nothing(traveller: Traveller) -> None:
    plans(traveller)
    traveller.presses("No, thanks")
    assert traveller.at == ("tips", "shown")
    traveller.does(Command("reminders"))
    traveller.presses("Everything")
    traveller.presses("No, thanks")
    assert not traveller.turn.effects
    assert topics_on(traveller.session) == []


def test_a_trip_without_dates_is_asked_for_them(traveller: Traveller) -> None:
    plans(traveller, "Fortaleza")
    traveller.presses("Yes, tell me more")
    assert "When do you travel to Fortaleza, Brazil?" in traveller.said
    traveller.does(Text("20 June to 3 July"))
    assert traveller.agrees().topic == "trip"


def test_without_dates_the_country_is_what_one_can_hear_of(traveller: Traveller) -> None:
    plans(traveller, "Fortaleza")
    traveller.presses("Yes, tell me more")
    traveller.presses("I don't know yet")
    assert "Brazil" in traveller.said
    effect = traveller.agrees()
    assert (effect.topic, effect.until) == ("country:BR", 0)


def test_a_trip_that_is_over_leads_to_the_next_one(traveller: Traveller) -> None:
    plans(traveller)
    traveller.now += timedelta(days=60)
    traveller.does(Command("reminders"))
    traveller.presses("My trip")
    assert "is over" in traveller.said
    traveller.presses("Another trip")
    traveller.does(Text("Kenya, 1 to 20 October"))
    effect = traveller.agrees()
    assert effect.profile.trip == Trip("KE", "Kenya", "2027-10-01", "2027-10-20")


def test_an_event_is_chosen_from_a_list_by_country(traveller: Traveller) -> None:
    traveller.does(Command("events"))
    traveller.presses("Remind me")
    traveller.does(Text("Brazil"))
    traveller.presses("FIFA Women")
    assert "FIFA Women" in traveller.said
    effect = traveller.agrees()
    assert effect.topic == f"event:{CUP}"
    assert effect.until == ordinal("2027-07-25") + 7


def test_a_link_of_an_event_leads_to_its_reminders(traveller: Traveller) -> None:
    traveller.does(Start(f"ev_{CUP}"))
    traveller.presses("🔔 Remind me")
    assert traveller.agrees().topic == f"event:{CUP}"


def test_the_card_of_a_trip_leads_to_its_reminders(traveller: Traveller) -> None:
    traveller.does(Command("tips"))
    traveller.does(Text("Fortaleza, 20 June to 3 July"))
    traveller.presses("🔔 Remind me")
    assert traveller.agrees().topic == "trip"


def test_a_country_can_be_asked_for(traveller: Traveller) -> None:
    traveller.does(Command("reminders"))
    traveller.presses("A country")
    traveller.does(Text("Thailand"))
    assert traveller.agrees().topic == "country:TH"


def subscribed(traveller: Traveller) -> None:
    plans(traveller)
    traveller.presses("Yes, tell me more")
    traveller.agrees()
    traveller.does(Text("Belgium"))
    traveller.does(Start(f"ev_{CUP}"))
    traveller.presses("🔔 Remind me")
    traveller.agrees()


def test_the_overview_lists_what_is_on_and_ends_each_alone(traveller: Traveller) -> None:
    subscribed(traveller)
    said = traveller.does(Command("reminders"))
    assert "Your trip: Fortaleza, Brazil" in said
    assert "FIFA Women" in said
    traveller.presses("🔕 FIFA Women")
    assert traveller.turn.effects == (Unsubscribe(f"event:{CUP}"),)
    assert "FIFA Women" not in traveller.said
    assert topics_on(traveller.session) == ["trip"]
    traveller.presses("🔕 Your trip")
    assert traveller.effects(Unsubscribe) == [Unsubscribe("trip")]
    assert "No reminders are on" in traveller.said


def test_an_old_button_of_the_overview_ends_nothing_else(traveller: Traveller) -> None:
    subscribed(traveller)
    traveller.does(Command("reminders"))
    button = next(b for m in traveller.turn.messages for b in m.buttons if "FIFA" in b.label)
    traveller.does(Press(button.value))
    traveller.does(Command("help"))
    traveller.does(Press(button.value))
    assert not traveller.turn.effects
    assert topics_on(traveller.session) == ["trip"]


def test_what_is_on_already_is_not_asked_again(traveller: Traveller) -> None:
    subscribed(traveller)
    traveller.does(Command("reminders"))
    traveller.presses("Something else")
    traveller.presses("My trip")
    assert "on already" in traveller.said


def test_what_is_over_disappears_from_the_overview(traveller: Traveller) -> None:
    subscribed(traveller)
    traveller.now += timedelta(days=120)
    assert "No reminders are on" in traveller.does(Command("reminders"))
    assert topics_on(traveller.session) == []


def test_stop_ends_everything_at_once_and_can_be_taken_back(traveller: Traveller) -> None:
    subscribed(traveller)
    said = traveller.does(Command("stop"))
    assert said == "🔕 Done. You get no more reminders from me."
    assert traveller.turn.effects == (Unsubscribe(),)
    assert topics_on(traveller.session) == []
    traveller.presses("Turn on again")
    assert [effect.topic for effect in traveller.effects(Subscribe)] == ["trip", f"event:{CUP}"]
    consents = {effect.consent for effect in traveller.effects(Subscribe)}
    assert consents == {int(traveller.now.timestamp())}
    assert topics_on(traveller.session) == ["trip", f"event:{CUP}"]


def test_what_is_over_is_not_turned_on_again(traveller: Traveller) -> None:
    subscribed(traveller)
    traveller.does(Command("stop"))
    traveller.now += timedelta(days=120)
    traveller.presses("Turn on again")
    assert not traveller.effects(Subscribe)
    assert "over" in traveller.said


def test_stop_with_nothing_on_is_kind_and_ends_whatever_there_may_be(traveller: Traveller) -> None:
    said = traveller.does(Text("stop"))
    assert "No reminders are on" in said
    assert traveller.turn.effects == (Unsubscribe(),)
    traveller.presses("Erase everything")
    assert traveller.at == ("privacy", "confirm")
    traveller.presses("Yes, erase")
    assert traveller.effects(Erase)


def test_erase_still_asks(traveller: Traveller) -> None:
    traveller.does(Command("erase"))
    assert traveller.at == ("privacy", "confirm")
    assert not traveller.turn.effects


STOPS = [
    *("stop", "STOP!", "Stop.", "/ stop", "unsubscribe", "no more messages"),
    *("arrête", "Arrete", "arrêtez", "désabonner", "DESABONNER", "plus de messages"),
    *("afmelden", "uitschrijven", "geen berichten meer", "stopp", "abmelden", "Abbestellen"),
    *("para", "baja", "darme de baja", "no más mensajes", "parar", "não quero mais mensagens"),
    *("pare", "disiscrivimi", "basta messaggi", "wypisz mnie", "przestań", "стоп", "відписатися"),
    *("відпишіть мене", "توقف", "أوقف", "إلغاء الاشتراك", "ايقاف", "отписаться", "🔕 stop 🙏"),
]


@pytest.mark.parametrize("word", STOPS)
def test_a_word_in_any_language_stops(word: str) -> None:
    for locale in ("en", "ar"):
        traveller = Traveller(locale=locale)
        traveller.does(Text(word))
        assert traveller.at == ("reminders", "none")
        assert traveller.turn.effects == (Unsubscribe(),)
        assert "here" not in traveller.session.slots  # Pará was not meant


@pytest.mark.parametrize(
    "sentence",
    [
        "I told him to stop",
        "He would not stop touching her",
        "stop him",
        "please make it stop, he hurts me",
        "Il n'arrête pas de la toucher",
        "la fille criait arrête",
        "Para mi viaje",
        "voy para Kenia",
        "Baja California",
        "قال له توقف عن ذلك",
        "bus stop near the beach",
        "стоп машина забрала девочку",
        "er wollte nicht aufhören",
        "stop " * 400,
        "stop " + "x" * 4090,
    ],
)
def test_a_sentence_with_such_a_word_stops_nothing(sentence: str) -> None:
    traveller = Traveller()
    traveller.does(Text(sentence))
    assert not traveller.effects(Unsubscribe)


def in_a_report(traveller: Traveller) -> Session:
    """At the question what was seen, with answers before it."""
    traveller.does(Command("report"))
    traveller.presses("No, or I am not sure")
    traveller.does(Text("Kenya"))
    while traveller.session.node and not _asks_text(traveller.session):
        choices = [label for label in traveller.labels if label[0] not in "🆘◀☰📍📤🌐📞💬✉"]
        traveller.presses(choices[0])
    assert _asks_text(traveller.session)
    return traveller.session


def _asks_text(session: Session) -> bool:
    return CONTENT.flows.flows[session.flow].nodes[session.node].ask in ("text", "when")


@pytest.mark.parametrize("word", ["stop", "abmelden", "arrête"])
def test_an_open_report_stays_as_it_is(traveller: Traveller, word: str) -> None:
    before = in_a_report(traveller)
    traveller.does(Text(word))
    assert traveller.at == ("reminders", "none")
    assert traveller.session.secrets == before.secrets
    kept = {name: traveller.session.slots.get(name) for name in before.slots}
    assert kept == before.slots
    traveller.does(Text("◀ Back"))
    assert (traveller.session.flow, traveller.session.node) == (before.flow, before.node)


def test_a_sentence_of_a_report_is_kept_whole(traveller: Traveller) -> None:
    in_a_report(traveller)
    long = "I told him to stop. " * 204
    traveller.does(Text(long))
    assert not traveller.effects(Unsubscribe)
    kept = [str(value) for value in traveller.session.secrets.values()]
    assert any(value.startswith("I told him to stop") for value in kept)


def test_a_word_that_may_be_an_answer_is_one_where_words_are_asked_for(
    traveller: Traveller,
) -> None:
    in_a_report(traveller)
    traveller.does(Text("basta"))
    assert not traveller.effects(Unsubscribe)
    assert "basta" in traveller.session.secrets.values()


def test_settings_are_followed(traveller: Traveller) -> None:
    subscribed(traveller)
    traveller.does(Command("language"))
    traveller.presses("العربية")
    (effect,) = traveller.effects(Follow)
    assert effect.profile.locale == "ar"
    traveller.does(Command("tips"))
    assert not traveller.effects(Follow)


def test_a_forgotten_trip_ends_its_reminders(traveller: Traveller) -> None:
    subscribed(traveller)
    traveller.does(Command("tips"))
    traveller.presses("🗑")
    assert traveller.effects(Unsubscribe) == [Unsubscribe("trip")]
    assert topics_on(traveller.session) == [f"event:{CUP}"]


def test_another_trip_takes_the_place_of_the_one_before(traveller: Traveller) -> None:
    subscribed(traveller)
    traveller.does(Command("tips"))
    traveller.presses("Another trip")
    traveller.does(Text("Kenya, 1 to 20 October"))
    traveller.presses("📌")
    assert "Shall I write" not in traveller.said
    (effect,) = traveller.effects(Follow)
    assert effect.profile.trip == Trip("KE", "Kenya", "2027-10-01", "2027-10-20")


def test_help_is_near_in_all_of_it(traveller: Traveller) -> None:
    subscribed(traveller)
    traveller.does(Command("reminders"))
    traveller.does(Location(-4.05, 39.66))
    assert "Kenya" in traveller.said
    traveller.does(Command("stop"))
    assert "🆘 Emergency" in traveller.labels


def test_a_session_with_many_reminders_stays_small(traveller: Traveller) -> None:
    events = [event for event in CONTENT.events if event.ends > NOW.date()]
    for event in events[: MOST + 5]:
        traveller.does(Start(f"ev_{event.id}"))
        if traveller.at == ("tips", "where"):
            traveller.does(Text("Brazil"))
        traveller.presses("🔔 Remind me")
        traveller.agrees()
        if traveller.at == ("reminders", "home"):
            traveller.presses("Leave it out")
    assert len(topics_on(traveller.session)) == min(MOST, len(events))
    plain, _ = pack(traveller.session)
    assert len(plain) < 2048
