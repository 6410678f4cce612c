"""What staff are told before they approve: audience, dates, cost, and what would go wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from campaign_world import CampaignWorld
from msgspec.structs import replace

from bot.campaigns.audience import Target
from bot.campaigns.preview import cost, count, last_due, locals_of, warnings
from bot.campaigns.staff import Staff

DAY = datetime(2027, 6, 14, 10, tzinfo=UTC)


@pytest.fixture
def staff(world: CampaignWorld) -> Staff:
    return Staff(lambda: world.content, world.pipeline, clock=world.clock)


async def counted(world: CampaignWorld, run: str = "cup.now.2027-06-14"):
    at = world.occurrence(run)
    campaign = world.content.campaigns.get(at.campaign)
    assert campaign is not None
    policy = world.content.campaigns.policy
    return await count(world.subscribers, Target(campaign, at, policy))


async def test_an_audience_is_counted_by_language_home_and_destination(world):
    await world.subscribe(*range(1, 1202), locale="fr", home="FR", reachable=False)
    await world.subscribe(2001, 2002, locale="ar", home="", reachable=False)
    await world.subscribe(3001, topic="days", reachable=False)  # asked for something else
    audience, due = await counted(world)
    assert audience.total == 1203
    assert audience.languages == {"fr": 1201, "ar": 2}
    assert audience.homes == {"FR": 1201, "": 2}
    assert audience.destinations == {}  # nobody told of a trip
    assert sum(due.values()) == 1203


async def test_a_cost_is_minutes_at_the_pace_that_is_kept_and_stars_when_paid(world):
    policy = replace(world.content.campaigns.policy, messages_per_second=30, paid_broadcast=False)
    assert cost(17_730, policy).minutes == 10.0
    assert cost(17_730, policy).stars == 0
    paid = replace(policy, messages_per_second=300, paid_broadcast=True)
    assert cost(17_730, paid).minutes == 1.0
    assert cost(17_730, paid).stars == pytest.approx(1773)


@pytest.mark.parametrize(
    ("people", "tolerance", "said"),
    [
        (1_000, 12, ""),
        (1_500_000, 24, "would have to wait until the next morning"),
        (1_500_000, 12, "would not get it: sending to everybody takes longer than until 21:00"),
        (300_000, 2, "would not get it: sending to everybody takes longer than the 2 hours"),
    ],
)
async def test_it_is_said_when_a_day_or_the_tolerance_is_too_short(world, people, tolerance, said):
    policy = replace(world.content.campaigns.policy, messages_per_second=30)
    at = world.occurrence("cup.now.2027-06-14")
    found = warnings(0, {at.starts: people}, at, policy, timedelta(hours=tolerance))
    assert len(found) == bool(said)
    assert all(said in warning for warning in found)


async def test_who_is_asleep_for_longer_than_is_tolerated_is_told_of(world):
    world.use(
        """
policy: {quiet: "21:00-08:00", tolerance: 1 hour}
campaigns:
  - id: cup
    title: A cup
    enabled: true
    audience: {topics: [all]}
    message: campaign/awareness_day
    waves: [{id: now, when: "on 2027-06-14 at 12:00 UTC"}]
"""
    )
    await world.subscribe(1, 2, home="BE", reachable=False)
    await world.subscribe(3, home="NZ", reachable=False)  # midnight there
    audience, due = await counted(world)
    assert (audience.total, audience.missed) == (3, 1)
    at = world.occurrence("cup.now.2027-06-14")
    (said,) = warnings(audience.missed, due, at, world.content.campaigns.policy, timedelta(hours=1))
    assert said.startswith("1 person would not get it")


async def test_local_times_are_those_of_the_home_countries(world):
    await world.subscribe(1, 2, home="BE", reachable=False)
    await world.subscribe(3, home="US", reachable=False)
    audience, _ = await counted(world)
    at, policy = world.occurrence("cup.now.2027-06-14"), world.content.campaigns.policy
    belgium, america = locals_of(at, audience, policy)
    assert (belgium.country, belgium.local, belgium.utc) == ("BE", "14 Jun 14:00", "14 Jun 12:00")
    assert america.local == "14 Jun 02:00 to 08:00"  # from Hawaii to New York
    assert last_due(at) == at.starts  # by one clock for everybody
