"""What people do with the running bot can be read in its figures, and nothing of who they are."""

from __future__ import annotations

from pathlib import Path

from running_bot import environment, reached, running

from bot.local import LocalBotApi
from bot.store.connect import connect
from bot.store.counters import Counters
from bot.store.embedded import EmbeddedRedis
from bot.store.pipeline import Pipeline


async def test_the_running_bot_counts_what_people_do(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as redis, LocalBotApi(first_retry=0.05) as server:
        async with running(environment(server, tmp_path, "polling", redis.url)) as bot:
            for chat in (71, 72):
                person = server.person(chat)
                await person.start()
                await reached(bot.store, person, 1)
                await person.send("/hotline")
                await reached(bot.store, person, 2)
            await person.send("Kenya")
            await reached(bot.store, person, 3)
        pipeline = Pipeline(connect(redis.url))  # once it has stopped, everything is stored
        totals = await Counters(pipeline).totals(1)
        await pipeline.close()
    assert totals["chat.new"] == totals["node.start.menu"] == 2
    assert totals["flow.hotline"] == 2
    assert totals["action.show_contacts"] == 1
    (asked,) = [name for name in totals if name.startswith("answered.hotline.")]
    assert totals[asked.replace("answered", "node")] == 2
    assert not [name for name in totals if "KE" in name or "Kenya" in name or "7" in name]
