import contextlib

from campaign_world import many

RUN = "cup.now.2027-06-14"


async def test_three_replicas_send_a_wave_once_to_everybody(world):
    chats = many(300)
    world.pace(200)  # three replicas in one process must not be late for their slots
    await world.subscribe(*chats[:200], locale="en")
    await world.subscribe(*chats[200:], locale="fr")
    await world.subscribe(7, topic="days")
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(world.replica())
        await world.until_state(RUN, "finished")
    assert await world.sums(RUN) == {"total": 300, "sent": 300}
    assert (await world.runs.counts(RUN))["sent"] == {"en": 200, "fr": 100}
    assert {len(world.got(chat)) for chat in chats} == {1}
    assert world.got(7) == []
