"""What people do with a push is counted by run and language."""

import asyncio

from campaign_world import many

from bot.campaigns.taps import Taps
from bot.conversation.events import Press, Text

RUN = "cup.now.2027-06-14"


async def test_presses_are_counted_and_conversations_once_for_each_chat(world):
    chats = many(40)
    await world.subscribe(*chats)
    async with world.replica():
        await world.until_state(RUN, "finished")
    taps = Taps(world.pipeline)
    for chat in chats[:3]:
        for _ in range(2):
            taps.note(chat, Press(f">campaign/tips:{RUN}"), "fr")
    taps.note(chats[3], Press(f">campaign/tips:{RUN}~TH"), "en")
    await taps.idle()
    counts = await world.runs.counts(RUN)
    assert counts["taps"] == {"fr": 6, "en": 1}
    assert counts["conversations"] == {"fr": 3, "en": 1}


async def test_other_presses_and_runs_that_nobody_got_are_not_counted(world):
    taps = Taps(world.pipeline)
    about = ("K7M4QX", "no.such.2027-06-14", "x" * 90, "a.b.2027-06-14:chats")
    for event in (Text("hi"), Press("4:2"), *(Press(f">campaign/tips:{each}") for each in about)):
        taps.note(7, event, "en")
    await taps.idle()
    assert await world.runs.counts("no.such.2027-06-14") == {}
    found = await asyncio.gather(*(world.runs.counts(each) for each in about))
    assert found == [{}] * len(about)
