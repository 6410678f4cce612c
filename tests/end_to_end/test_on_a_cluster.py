"""A conversation over HTTP with a bot that keeps everything in a Redis Cluster."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis_cluster import ON_CLUSTER, ClusterOfThree, everywhere
from running_bot import MODES, Mode, environment, reached, running

from bot.local import LocalBotApi

pytestmark = ON_CLUSTER


@pytest.mark.parametrize("mode", MODES)
async def test_a_visit_with_a_cluster(mode: Mode, cluster: ClusterOfThree, tmp_path: Path) -> None:
    async with (
        LocalBotApi() as server,
        running(environment(server, tmp_path, mode, cluster.url)) as bot,
    ):
        people = [server.person(number) for number in range(1, 13)]  # on every master
        for person in people:
            await person.start()
            await reached(bot.store, person, 1)
            await person.press(1)  # find the right contact
            await reached(bot.store, person, 2)
            await person.send("Kenya")
            assert any("116" in text for text in await reached(bot.store, person, 3))
        assert all(count >= 1 for count in everywhere(cluster, "DBSIZE"))
        for person in people:
            await person.send("/privacy")
            await reached(bot.store, person, 4)
            await person.press(0)  # erase everything
            await reached(bot.store, person, 5)
            press = await person.press(0)  # yes
            await person.wait_for_answer(press)
            chat = person.chat
            await person.wait_until(lambda chat=chat: len(chat.visible) == 1)
