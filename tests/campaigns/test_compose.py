from datetime import UTC, datetime, time

import pytest
from msgspec.structs import replace
from shipped_content import CONTENT

from bot.campaigns.compose import Composer, compose, fingerprint
from bot.conversation.profile import Trip
from bot.conversation.session import Session
from bot.knowledge.campaigns import Campaigns, Occurrence
from bot.store.subscribers import Subscriber

EVENT = next(each for each in CONTENT.events if each.countries == ("BR",))
FILE = f"""
policy: {{messages_per_second: 100, paid_broadcast: true}}
campaigns:
  - {{id: cup, event: {EVENT.id}, message: campaign/before_event, picture: cup.png,
     waves: [{{id: days, when: 100 days before}}]}}
  - {{id: tip, event: {EVENT.id}, message: tip, waves: [{{id: it, when: opening day}}]}}
  - {{id: trip, trip: true, message: campaign/before_trip,
     waves: [{{id: it, when: 3 days before departure}}]}}
"""
NOW = datetime(2027, 3, 1, 10, tzinfo=UTC)
HOME = "https://t.me/bot"
LONG_AGO = EVENT.starts.replace(year=2000)


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    path = tmp_path_factory.mktemp("compose") / "campaigns.yaml"
    path.write_text(FILE)
    return replace(CONTENT, campaigns=Campaigns.load(path, CONTENT.events))


def said(content, name, subscriber, **options):
    campaign = content.campaigns.get(name)
    day = options.pop("day", None)
    first = day or EVENT.starts.replace(year=EVENT.starts.year - 1)
    (occurrence, *_) = content.campaigns.occurrences(campaign, first, day or EVENT.ends)
    found = compose(content, campaign, occurrence, subscriber, None, NOW, 7, HOME, **options)
    return found, occurrence


def buttons(call):
    rows = call.params["reply_markup"]["inline_keyboard"]
    return [row[0].get("callback_data", "") for row in rows]


def test_an_event_in_the_language_of_the_subscriber(content):
    (call,), occurrence = said(content, "cup", Subscriber(locale="en"))
    assert (call.method, call.params["chat_id"]) == ("sendMessage", 7)
    assert call.params["allow_paid_broadcast"] is True
    assert EVENT.name in call.params["text"]
    assert "Brazil" in call.params["text"]
    assert "100 days to go" in call.params["text"]
    (french,), _ = said(content, "cup", Subscriber(locale="fr"))
    assert "Brésil" in french.params["text"]
    assert "100\xa0jours" in french.params["text"]
    data = [
        row[0].get("callback_data", "") for row in call.params["reply_markup"]["inline_keyboard"]
    ]
    assert f">campaign/tips:{occurrence.run}" in data
    assert max(len(each.encode()) for each in data) <= 64


def test_a_trip_names_its_place_and_its_country_stays_with_the_buttons(content):
    trip = Trip("TH", "Phuket", "2027-03-04", "2027-03-14")
    reader = Subscriber(locale="en", topics={"trip": (1, 0)}, trip=trip)
    (call,), occurrence = said(content, "trip", reader, day=datetime(2027, 3, 1, tzinfo=UTC).date())
    assert "Phuket" in call.params["text"]
    data = [
        row[0].get("callback_data", "") for row in call.params["reply_markup"]["inline_keyboard"]
    ]
    assert any(each.endswith(f":{occurrence.run}~TH") for each in data)


def test_a_tip_is_the_card_of_the_destination(content):
    there = Subscriber(locale="en", trip=Trip("TH", "Phuket"))
    (card,), _ = said(content, "tip", there)
    assert "Phuket, Thailand" in card.params["text"]
    (card,), occurrence = said(content, "tip", Subscriber(locale="en"))
    assert "Brazil" in card.params["text"]
    assert card.params["text"].endswith("<i>You asked for reminders.</i>")
    rows = card.params["reply_markup"]["inline_keyboard"]
    assert rows[-1][0]["callback_data"] == f">campaign/stop:{occurrence.run}~BR"


def test_without_a_destination_a_tip_is_one_for_everywhere(content):
    campaign = replace(content.campaigns.get("tip"), event=None)
    occurrence = Occurrence("tip", "it", EVENT.starts, time(10))
    now = datetime(2027, 6, 1, tzinfo=UTC)
    reader = Subscriber(locale="en", topics={"all": (1, 0)})
    (card,) = Composer(content, campaign, occurrence, HOME).calls(reader, None, now, 5)
    assert card.params["text"].startswith("• ")
    assert card.params["reply_markup"]["inline_keyboard"][-1][0]["text"].startswith("🔕")


def test_a_picture_stands_above_and_the_text_is_its_caption(content, tmp_path):
    (tmp_path / "cup.png").write_bytes(b"picture")
    (call,), _ = said(content, "cup", Subscriber(locale="en"), pictures=tmp_path)
    assert call.method == "sendPhoto"
    assert call.params["photo"] == ["cup.png", "image/png", b"picture"]
    assert EVENT.name in call.params["caption"]
    assert "text" not in call.params


def test_equal_texts_are_composed_once_and_addressed_to_each(content, monkeypatch):
    campaign = content.campaigns.get("cup")
    (occurrence,) = content.campaigns.occurrences(campaign, LONG_AGO, EVENT.ends)
    composer = Composer(content, campaign, occurrence, HOME)
    times = []
    compose_one = composer._compose
    monkeypatch.setattr(composer, "_compose", lambda *args: times.append(1) or compose_one(*args))
    found = [
        composer.calls(Subscriber(locale=locale), None, NOW, chat)
        for chat, locale in enumerate(["en", "fr"] * 50)
    ]
    assert len(times) == 2
    assert [calls[0].params["chat_id"] for calls in found] == list(range(100))


def test_what_is_approved_changes_with_audience_and_texts_only(content, tmp_path):
    campaign = content.campaigns.get("cup")
    mark = fingerprint(content, campaign, campaign.wave("days"))
    assert fingerprint(content, replace(campaign, title="Another"), campaign.waves[0]) == mark
    audience = replace(campaign.audience, languages=frozenset({"fr"}))
    assert fingerprint(content, replace(campaign, audience=audience), campaign.waves[0]) != mark
    other = replace(campaign.waves[0], message="campaign/event_week")
    assert fingerprint(content, campaign, other) != mark


def test_a_message_that_is_gone_composes_to_nothing(content):
    campaign = content.campaigns.get("cup")
    gone = replace(campaign, waves=(replace(campaign.waves[0], message="campaign/no_such"),))
    (occurrence,) = content.campaigns.occurrences(gone, LONG_AGO, EVENT.ends)
    calls = Composer(content, gone, occurrence, HOME).calls(Subscriber(), Session(), NOW, 7)
    assert calls == ()
