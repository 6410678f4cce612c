"""The campaigns that come with the program: examples that send nothing until somebody says so."""

from datetime import date, timedelta

from bot.content import shipped
from bot.knowledge.campaign_file import LONGEST_ID, LONGEST_WAVE_ID
from bot.knowledge.campaigns import Campaigns
from bot.knowledge.events import Events

EVENTS = Events.load(shipped() / "data" / "events.yaml")
CAMPAIGNS = Campaigns.load(shipped() / "data" / "campaigns.yaml", EVENTS)
FIRST, LAST = date(2026, 12, 1), date(2028, 5, 31)


def test_nothing_is_sent_until_somebody_enables_it() -> None:
    assert [each.id for each in CAMPAIGNS.all if each.enabled] == []
    waiting = {
        wave.needs_approval for each in CAMPAIGNS.all for wave in each.waves if not each.trip
    }
    assert waiting == {True}


def test_every_event_that_speaks_in_these_months_has_its_campaign() -> None:
    sure = {
        event.id
        for event in EVENTS.between(FIRST, LAST + timedelta(days=100))
        if event.confidence != "tentative"
    }
    assert {each.event.id for each in CAMPAIGNS.all if each.event} == sure


def test_every_awareness_day_and_the_trip_have_theirs() -> None:
    assert [each.day for each in CAMPAIGNS.all if each.day] == list(EVENTS.days)
    (trips,) = [each for each in CAMPAIGNS.all if each.trip]
    assert [wave.when.words for wave in trips.waves] == [
        "3 days before departure",
        "on arrival",
        "2 days after the return",
    ]


def test_every_wave_is_still_to_come_and_most_events_have_four() -> None:
    for campaign in CAMPAIGNS.all:
        found = CAMPAIGNS.occurrences(campaign, date(2026, 1, 1), date(2028, 12, 31))
        assert {each.wave for each in found} == {wave.id for wave in campaign.waves}
        if campaign.event:
            assert all(each.day >= FIRST for each in found)
    waves = [len(each.waves) for each in CAMPAIGNS.all if each.event]
    assert sum(count == 4 for count in waves) > len(waves) / 2


def test_a_run_leaves_room_in_a_button() -> None:
    for campaign in CAMPAIGNS.all:
        assert len(campaign.id) <= LONGEST_ID
        assert all(len(wave.id) <= LONGEST_WAVE_ID for wave in campaign.waves)
