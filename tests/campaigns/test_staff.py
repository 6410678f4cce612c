"""What staff see and do: from the list of campaigns to the end of a run."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from campaign_world import AT, CampaignWorld

from bot.campaigns import keys
from bot.campaigns.names import Impossible, Unknown, next_date
from bot.campaigns.progress import as_csv
from bot.campaigns.schedule import Schedule
from bot.campaigns.staff import Staff
from bot.campaigns.trial import NO_DAY, trial
from bot.campaigns.tries import KEPT, Tries, Try
from bot.store.connect import connect
from bot.store.keys import tag
from bot.store.pipeline import Pipeline

CUP = """
policy: {quiet: "21:00-08:00", messages_per_second: 1000, paid_broadcast: true}
campaigns:
  - id: cup
    title: A cup
    enabled: true
    event: fifa-womens-world-cup-2027
    audience: {topics: [all]}
    message: campaign/opening_day
    waves:
      - {id: noon, when: "on 2027-06-14 at 12:00 UTC"}
      - {id: later, when: "every 20 June at 12:00 UTC"}
  - {id: idle, title: An example, message: tip, audience: {destinations: [KE]},
     waves: [{id: only, when: "on 2027-06-20"}]}
  - id: trips
    title: Trips
    enabled: true
    trip: true
    message: campaign/arrival
    waves: [{id: there, when: on arrival}]
"""
NOON = "cup.noon.2027-06-14"


@pytest.fixture
def world(world):
    """One that has an event, an example and messages around trips."""
    event = next(event.id for event in world.content.events if event.starts.year == 2027)
    world.use(CUP.replace("fifa-womens-world-cup-2027", event))
    world.clock.set(AT - timedelta(days=2))
    return world


@pytest.fixture
def staff(world: CampaignWorld) -> Staff:
    return Staff(lambda: world.content, world.pipeline, clock=world.clock)


async def test_the_list_has_what_is_next_and_what_is_an_example(staff):
    overview = await staff.overview()
    cup, idle, trips = overview.campaigns
    assert overview.away == ""
    assert [(date.day.isoformat(), date.state) for date in cup.waves[0].dates] == [
        ("2027-06-14", "")
    ]
    assert [date.day.year for date in cup.waves[1].dates] == [2027, 2028]
    assert (idle.enabled, trips.about) == (False, "Trips that people told of")
    assert [date.day.isoformat() for date in trips.waves[0].dates] == [
        "2027-06-12", "2027-06-13", "2027-06-14",
    ]  # fmt: skip


async def test_a_preview_shows_the_next_wave_in_every_language(world, staff):
    await world.subscribe(1, 2, locale="fr", reachable=False)
    preview = await staff.preview("cup")
    assert (preview.wave, preview.why_not, preview.state) == ("noon", "", "")
    assert preview.audience.languages == {"fr": 2}
    assert [text.language for text in preview.texts] == list(world.content.catalogues.languages)
    arabic = next(text for text in preview.texts if text.language == "ar")
    assert arabic.direction == "rtl"
    assert all(message.text and message.rows for message in arabic.messages)
    assert preview.date.starts == AT
    assert "example" in (await staff.preview("idle")).why_not


async def test_approved_ahead_it_goes_out_at_its_time(world, staff):
    await world.subscribe(1, 2, 3)
    preview = await staff.preview("cup", "noon")
    status = await staff.approve("cup", "noon", "Ana", run=NOON, seen=preview.fingerprint)
    assert (status.state, status.due, status.by) == ("approved", AT, "Ana")
    async with world.replica():
        world.clock.set(AT + timedelta(minutes=1))
        await world.until_state(NOON, "finished")
    status = await staff.status(NOON)
    assert (status.total, status.finished, status.sums["delivered"]) == (3, 3, 3)
    assert world.got(1)
    preview = await staff.preview("cup", "noon")
    assert preview.date is None
    assert preview.texts
    assert preview.waves[0].last.state == "finished"


async def test_what_nobody_looked_at_is_not_approved(staff):
    with pytest.raises(Impossible, match="look at it again"):
        await staff.approve("cup", "noon", "Ana", seen="another")
    with pytest.raises(Impossible, match="look at it again"):
        await staff.approve("cup", "later", "Ana", run="cup.later.2028-06-20")
    with pytest.raises(Impossible, match="example"):
        await staff.approve("idle", "only", "Ana")
    assert await staff.statuses() == []


async def test_it_is_held_gone_on_with_and_ended(world, staff):
    await world.subscribe(*range(1, 201))
    world.use(world.folder.joinpath("campaigns.yaml").read_text().replace("1000", "40"))
    async with world.replica():
        await staff.approve("cup", "noon", "Ana", now=True)
        await world.until_sent(NOON, 5)
        assert (await staff.pause(NOON, "Ana")).state == "paused"
        with pytest.raises(Impossible, match="is paused"):
            await staff.pause(NOON, "Ana")
        assert (await staff.resume(NOON, "Bo")).by == "Bo"
        assert await staff.under_way("cup") == NOON
        assert (await staff.cancel(NOON, "Bo")).state == "cancelled"
    sums = (await staff.status(NOON)).sums
    assert 5 <= sums["delivered"] < 200
    assert sums["total"] == 200
    with pytest.raises(Impossible, match="nothing is under way"):
        await staff.under_way("cup")


async def test_one_that_was_missed_can_be_sent_now_and_only_now(world, staff):
    await world.subscribe(1)
    schedule = Schedule(world.pipeline, lambda: world.content, clock=world.clock)
    await schedule.look()
    world.clock.set(AT + timedelta(days=3))
    assert NOON in await schedule.look()
    async with world.replica():
        with pytest.raises(Impossible):
            await staff.approve("cup", "noon", "Ana", run=NOON)
        await staff.approve("cup", "noon", "Ana", run=NOON, now=True)
        await world.until_state(NOON, "finished")
    assert len(world.got(1)) == 1


async def test_an_approval_of_trips_is_for_every_date_until_it_is_withdrawn(world, staff):
    async with world.replica():
        await staff.approve("trips", "there", "Ana")
        await world.until_state("trips.there.2027-06-12", "finished")
    preview = await staff.preview("trips")
    assert (preview.date.day.day, preview.state) == (13, "approved")
    assert await staff.withdraw("trips", "there")
    assert not await staff.withdraw("trips", "there")
    assert (await staff.preview("trips")).state == ""


async def test_names_that_do_not_exist_are_told_with_those_that_do(world, staff):
    with pytest.raises(Unknown, match='Is it "cup"'):
        await staff.preview("cups")
    with pytest.raises(Unknown, match=r"several waves. Say which: noon .*, later"):
        staff.wave("cup", "")
    with pytest.raises(Unknown, match='no wave "x"'):
        await staff.preview("cup", "x")
    with pytest.raises(Unknown, match="There is no run"):
        await staff.status("cup.noon.2020-01-01")
    assert staff.wave("idle", "") == "only"


async def test_figures_as_csv_have_a_line_for_each_language(world, staff):
    await world.subscribe(1, 2, locale="fr")
    await world.subscribe(3, locale="en")
    await world.server.person(3).block()
    async with world.replica():
        await staff.approve("cup", "noon", "Ana", now=True)
        await world.until_state(NOON, "finished")
    rows = list(csv.DictReader(io.StringIO(as_csv(await staff.statuses("cup")))))
    names = ("language", "total", "sent", "delivered", "blocked")
    assert [[row[name] for name in names] for row in rows] == [
        ["fr", "2", "2", "2", "0"],
        ["en", "1", "1", "0", "1"],
    ]


async def test_pace_and_end_are_told_from_what_was_done_lately(world, staff):
    async def accounted(number):
        await world.pipeline.run("HINCRBY", keys.counts(0, NOON), "sent.en", number)

    due = int(AT.timestamp() * 1000)
    await world.pipeline.run("HSET", keys.run(NOON), "state", "sending", "due", due)
    await world.pipeline.run("HSET", keys.counts(0, NOON), "total.en", 1000)
    assert (await staff.status(NOON)).ends is None  # nothing to compare with
    for _ in range(3):
        world.clock.seconds += 5
        await accounted(100)
        status = await staff.status(NOON)
    assert (status.finished, status.rate) == (300, 20)
    assert status.ends == datetime.fromtimestamp(world.clock() + 700 / 20, UTC)
    morning = status.ends + timedelta(hours=9)
    later = int(morning.timestamp() * 1000)
    await world.pipeline.run("ZADD", keys.later(3, NOON), later, "chunk")
    status = await staff.status(NOON)
    assert status.waits_until == status.ends == datetime.fromtimestamp(later / 1000, UTC)


async def test_a_test_says_what_people_get_and_counts_nowhere(world):
    content = world.content
    now = datetime.now(UTC)
    campaign, at = next_date(content.campaigns, "cup", "noon", AT - timedelta(days=1))
    calls = trial(content, campaign, at, "fr", now, chat_id=5, home="https://t.me/bot")
    written = json.dumps([call.params for call in calls])
    assert calls[0].params["chat_id"] == 5
    assert at.run not in written
    assert f"cup.noon.{NO_DAY}" in written


async def test_a_link_opens_once_but_again_for_an_update_that_comes_again(world):
    tries = Tries(world.pipeline)
    payload = await tries.offer("cup", "noon")
    assert await tries.redeem("try_nothing", 1) is None
    for _ in range(2):
        assert await tries.redeem(payload, 7) == Try("cup", "noon")
    assert await tries.redeem(payload, 8) is None
    left = await world.pipeline.run("TTL", f"{tag(0)}:try:{payload.removeprefix('try_')}")
    assert 0 < left <= KEPT


async def test_without_redis_texts_and_dates_are_shown_and_it_says_so(world, tmp_path):
    pipeline = Pipeline(connect(f"unix://{tmp_path}/nothing.sock"))
    staff = Staff(lambda: world.content, pipeline, clock=world.clock)
    assert "Redis cannot be reached" in (await staff.overview()).away
    preview = await staff.preview("cup")
    assert preview.why_not == preview.away != ""
    assert preview.audience is None
    assert preview.texts
    await pipeline.close()


async def test_a_test_has_the_picture_of_the_campaign(world):
    text = world.folder.joinpath("campaigns.yaml").read_text()
    world.use(text.replace("title: A cup", "title: A cup\n    picture: cup.png"))
    (world.folder / "cup.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    content = world.content
    campaign, at = next_date(content.campaigns, "cup", "noon", AT - timedelta(days=1))
    (call,) = trial(content, campaign, at, "en", AT, chat_id=5, pictures=world.folder)
    assert call.method == "sendPhoto"
    assert call.params["photo"] == ["cup.png", "image/png", b"\x89PNG\r\n\x1a\n"]
    assert NO_DAY in json.dumps(call.params["reply_markup"])
