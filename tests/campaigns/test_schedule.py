"""When occurrences begin: a table of moments, each looked at by two replicas at once."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bot.campaigns.compose import fingerprint
from bot.campaigns.schedule import Schedule

FILE = """
policy: {tolerance: 3 hours}
campaigns:
  - id: c
    title: C
    enabled: true
    message: campaign/awareness_day
    waves:
      - {id: free, when: "%s", approval: "no"}
      - {id: asks, when: "%s", tolerance: 5 hours}
"""


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def pair(world):
    """Two replicas that look at one clock."""
    return [
        Schedule(world.pipeline, lambda: world.content, clock=world.clock),
        Schedule(world.pipeline, lambda: world.content, clock=world.clock),
    ]


async def look(world, pair, moment):
    """Both look at once; which runs changed, and how many times."""
    world.clock.set(moment)
    found = await asyncio.gather(*(each.look() for each in pair))
    return Counter(run for runs in found for run in runs)


CASES = [
    # a fixed clock: nothing a second before, begun at its time
    ("on 2027-06-14 at 12:00 UTC", "2027-06-14T11:59:59", ""),
    ("on 2027-06-14 at 12:00 UTC", "2027-06-14T12:00:00", "freezing"),
    # down at its time, up again within the tolerance, and not
    ("on 2027-06-14 at 12:00 UTC", "2027-06-14T15:00:00", "freezing"),
    ("on 2027-06-14 at 12:00 UTC", "2027-06-14T15:00:01", "missed"),
    # each traveller's own clock: from UTC+14 on, until UTC-12 is late
    ("on 2027-06-14", "2027-06-13T19:59:59", ""),
    ("on 2027-06-14", "2027-06-13T20:00:00", "freezing"),
    ("on 2027-06-14", "2027-06-15T01:00:00", "freezing"),
    ("on 2027-06-14", "2027-06-15T01:00:01", "missed"),
    # clocks go forward: 02:30 does not exist in Paris, 03:30 does
    ("on 2027-03-28 at 02:30 Europe/Paris", "2027-03-28T01:29:59", ""),
    ("on 2027-03-28 at 02:30 Europe/Paris", "2027-03-28T01:30:00", "freezing"),
    # clocks go back: 02:30 comes twice, the first time counts
    ("on 2027-10-31 at 02:30 Europe/Paris", "2027-10-31T00:29:59", ""),
    ("on 2027-10-31 at 02:30 Europe/Paris", "2027-10-31T00:30:00", "freezing"),
    # a day that only leap years have
    ("every 29 February at 12:00 UTC", "2028-02-29T12:00:00", "freezing"),
    ("every 29 February at 12:00 UTC", "2028-02-28T12:00:00", ""),
    ("every 29 February at 12:00 UTC", "2027-02-28T12:00:00", "freezing"),
    # over New Year, and the other side of the date line
    ("every 1 January at 10:00 Pacific/Kiritimati", "2026-12-31T20:00:00", "freezing"),
    ("every 31 December at 10:00 Pacific/Niue", "2026-12-31T21:00:00", "freezing"),
    ("every first Friday from June to August at 12:00 UTC", "2027-07-02T12:00:00", "freezing"),
    ("every first Friday from June to August at 12:00 UTC", "2027-07-09T12:00:00", None),
]


@pytest.mark.parametrize(("when", "moment", "state"), CASES)
async def test_an_occurrence_begins_once_at_its_time(world, pair, when, moment, state):
    world.use(FILE % (when, "on 2040-01-01"))
    moment = at(moment)
    await look(world, pair, moment - timedelta(days=5))
    before = {run.id for run in await world.runs.list()}
    changed = await look(world, pair, moment)
    runs = {run.id: run.state for run in await world.runs.list() if run.id not in before}
    if state:
        assert list(runs.values()) == [state]
        assert set(changed.values()) == {1}
    elif state is None:  # a week later, it is over
        assert set(runs.values()) <= {"missed"}
    else:
        assert not runs
    assert not await look(world, pair, moment)  # a restart changes nothing


async def test_a_clock_that_is_set_back_or_forth_begins_nothing_twice(world, pair):
    world.use(FILE % ("on 2027-06-14 at 12:00 UTC", "on 2040-01-01"))
    noon = at("2027-06-14T12:00:00")
    await look(world, pair, noon - timedelta(hours=1))
    assert await look(world, pair, noon) == {"c.free.2027-06-14": 1}
    for hours in (-1, 0, 2, 30, -30, 24 * 13, 0):
        assert not await look(world, pair, noon + timedelta(hours=hours))
    assert (await world.runs.get("c.free.2027-06-14")).state == "freezing"


async def test_a_wave_waits_for_its_approval_and_is_missed_without_one(world, pair):
    world.use(FILE % ("on 2040-01-01", "on 2027-06-14 at 12:00 UTC"))
    noon, run = at("2027-06-14T12:00:00"), "c.asks.2027-06-14"
    await look(world, pair, noon - timedelta(days=1))
    assert await look(world, pair, noon) == {run: 1}
    assert (await world.runs.get(run)).state == "waiting"
    assert not await look(world, pair, noon + timedelta(hours=5))
    assert await look(world, pair, noon + timedelta(hours=5, seconds=1)) == {run: 1}
    assert (await world.runs.get(run)).state == "missed"


async def test_what_was_approved_ahead_begins_if_it_is_still_the_same(world, pair):
    world.use(FILE % ("on 2040-01-01", "on 2027-06-14 at 12:00 UTC"))
    noon, name = at("2027-06-14T12:00:00"), "c.asks.2027-06-14"
    await look(world, pair, noon - timedelta(days=1))
    mark = fingerprint(*_wave(world))
    await world.runs.approve(world.occurrence(name), mark, "ana")
    assert not await look(world, pair, noon - timedelta(seconds=1))
    assert await look(world, pair, noon) == {name: 1}
    assert (await world.runs.get(name)).state == "freezing"


async def test_what_was_changed_after_its_approval_waits_for_another_one(world, pair):
    world.use(FILE % ("on 2040-01-01", "on 2027-06-14 at 12:00 UTC"))
    noon, name = at("2027-06-14T12:00:00"), "c.asks.2027-06-14"
    await look(world, pair, noon - timedelta(days=1))
    await world.runs.approve(world.occurrence(name), fingerprint(*_wave(world)), "ana")
    changed = FILE.replace("awareness_day", "opening_day")
    world.use(changed % ("on 2040-01-01", "on 2027-06-14 at 12:00 UTC"))
    await look(world, pair, noon)
    run = await world.runs.get(name)
    assert run.state == "waiting"
    assert "changed after it was approved" in run.reason
    await world.runs.approve(world.occurrence(name), fingerprint(*_wave(world)), "ana")
    assert (await world.runs.get(name)).state == "freezing"


async def test_what_was_due_before_its_campaign_was_enabled_is_not_missed(world, pair):
    text = FILE % ("on 2027-06-10 at 12:00 UTC", "on 2027-06-14 at 12:00 UTC")
    world.use(text.replace("enabled: true", "enabled: false"))
    await look(world, pair, at("2027-06-09T12:00:00"))
    world.use(text)
    await look(world, pair, at("2027-06-14T11:00:00"))
    assert await world.runs.list() == []
    await look(world, pair, at("2027-06-14T12:00:00"))
    assert [run.state for run in await world.runs.list()] == ["waiting"]


async def test_a_standing_approval_lets_later_dates_begin_too_until_something_changes(world, pair):
    text = FILE % ("on 2040-01-01", "every Monday at 12:00 UTC")
    world.use(text)
    monday = at("2027-06-14T12:00:00")
    await look(world, pair, monday - timedelta(hours=1))
    first, mark = world.occurrence("c.asks.2027-06-14"), fingerprint(*_wave(world))
    await world.runs.approve(first, mark, "ana", standing=True)
    for week in range(2):
        await look(world, pair, monday + timedelta(days=7 * week))
    world.use(text.replace("awareness_day", "opening_day"))
    await look(world, pair, monday + timedelta(days=14))
    found = sorted((run.id, run.state) for run in await world.runs.list())
    assert [state for _, state in found] == ["freezing", "freezing", "waiting"]


def _wave(world):
    campaign = world.content.campaigns.get("c")
    return world.content, campaign, campaign.wave("asks")
