from datetime import UTC, datetime, timedelta

import pytest

from bot.campaigns.schedule import Schedule

RUN = "cup.third.2027-06-16"


async def test_a_run_that_is_approved_ahead_waits_for_its_time(world):
    run = await world.runs.approve(world.occurrence(RUN), "print", "ana")
    assert (run.state, run.by, run.fingerprint, run.at_once) == ("approved", "ana", "print", False)
    assert (run.campaign, run.wave, str(run.day)) == ("cup", "third", "2027-06-16")
    assert run.due == datetime(2027, 6, 16, 12, tzinfo=UTC)
    assert [each.id for each in await world.runs.list()] == [RUN]


async def test_a_run_that_is_due_or_wanted_now_begins_when_it_is_approved(world):
    world.clock.set(datetime(2027, 6, 16, 13, tzinfo=UTC))
    assert (await world.runs.approve(world.occurrence(RUN), "print", "ana")).state == "freezing"
    other = world.occurrence("cup.other.2027-06-15")
    world.clock.set(datetime(2027, 6, 1, 13, tzinfo=UTC))
    run = await world.runs.approve(other, "print", "ana", now=True)
    assert (run.state, run.at_once) == ("freezing", True)


async def test_pause_resume_and_cancel_say_when_they_cannot_be(world):
    await world.runs.approve(world.occurrence(RUN), "print", "ana")
    with pytest.raises(ValueError, match=r"^cup\.third\.2027-06-16 is approved: it must be freez"):
        await world.runs.pause(RUN, "ben")
    await world.runs.approve(world.occurrence(RUN), "print", "ana", now=True)
    paused = await world.runs.pause(RUN, "ben", "too many questions")
    assert (paused.state, paused.by, paused.reason) == ("paused", "ben", "too many questions")
    resumed = await world.runs.resume(RUN, "cy")
    assert (resumed.state, resumed.by, resumed.reason) == ("freezing", "cy", "")
    assert (await world.runs.cancel(RUN, "ana")).state == "cancelled"
    with pytest.raises(ValueError, match="is cancelled: it must be paused for that"):
        await world.runs.resume(RUN, "ben")
    with pytest.raises(ValueError, match="is cancelled already"):
        await world.runs.approve(world.occurrence(RUN), "print", "ana")
    with pytest.raises(ValueError, match=r"There is no run nobody\.knows"):
        await world.runs.cancel("nobody.knows.2027-01-01", "ben")


async def test_what_was_missed_can_only_be_sent_at_once(world):
    schedule = Schedule(world.pipeline, lambda: world.content, clock=world.clock)
    await schedule.look()
    world.clock.set(datetime(2027, 6, 16, 12, tzinfo=UTC) + timedelta(days=3))
    assert RUN in await schedule.look()
    assert (await world.runs.get(RUN)).state == "missed"
    with pytest.raises(ValueError, match="too late for its own time"):
        await world.runs.approve(world.occurrence(RUN), "print", "ana")
    run = await world.runs.approve(world.occurrence(RUN), "print", "ana", now=True)
    assert run.state == "freezing"


async def test_a_paused_run_that_is_approved_again_goes_on_with_what_is_there_now(world):
    await world.runs.approve(world.occurrence(RUN), "old", "ana", now=True)
    await world.runs.pause(RUN, "", "changed")
    run = await world.runs.approve(world.occurrence(RUN), "new", "ben")
    assert (run.state, run.fingerprint, run.reason, run.at_once) == ("freezing", "new", "", True)
