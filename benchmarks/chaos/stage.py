"""Where a scene is played: Telegram, Redis, the processes of the bot, and what breaks them."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import math
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, Literal, TypeAlias

import aiohttp
from msgspec import Struct

from benchmarks.campaigns_processes import SECRET, Door
from benchmarks.chaos import outages
from benchmarks.chaos.history import STOOD_STILL, Killed, Outage, Recorder
from benchmarks.chaos.processes import RUN, Replica
from benchmarks.chaos.redis_servers import Alone, Cluster, alone, cluster
from benchmarks.chaos.reports_and_pushes import Campaign, Hotline
from benchmarks.delivery_processes import ROOT
from bot.content import shipped
from bot.local import LocalBotApi

TOKEN: Final = "1:abc"
KEY: Final = b"k" * 32

GLANCE: Final = 0.1
STANDSTILL: Final = 1.0
"""Seconds; for processes that get as little time, three such are as good as death."""
QUIET: Final = 2.0
"""Seconds without a word after which it is over, when nothing is left to be delivered."""
Kind: TypeAlias = Literal["redis", "telegram", "content", "clock", "disk"]


class Scene(Struct):
    """What is tried.

    ``kills`` of the bot are at random instants, ``every`` so many seconds on average; ``breaks``
    are outages besides, one after the other, about as often as there are kills, and of ``longest``
    (seconds) at most where that can be chosen. People talk for ``seconds`` at least, ``pause`` for
    up to so many between two steps, and wait for an answer for ``patience``; nothing is killed
    or broken any more after ``ends`` (``time.monotonic``); ``quiet`` is for how
    many seconds nothing may come before it counts as the end.
    """

    name: str
    webhook: bool = True
    replicas: int = 2
    redis: Literal["alone", "cluster"] = "alone"
    walkers: int = 30
    hurried: int = 5
    pause: float = 1.0
    kills: int = 20
    every: float = 2.0
    seconds: float = 0.0
    ends: float = math.inf
    patience: float = 150.0
    quiet: float = QUIET
    breaks: int = 0
    longest: float = 5.0
    of: tuple[Kind, ...] = ()
    seed: int = 1
    witnesses: int = 0
    subscribers: int = 0
    forked: bool = False
    arguments: tuple[str, ...] = RUN


class Stage:
    """Everything that a scene needs, while it is played."""

    def __init__(
        self,
        scene: Scene,
        *,
        telegram: LocalBotApi,
        redis: Alone | Cluster,
        replicas: list[Replica],
        recorder: Recorder,
        breaks: list[outages.Break],
    ) -> None:
        self.scene = scene
        self.telegram = telegram
        self.redis = redis
        self.replicas = replicas
        self.recorder = recorder
        self.breaks = breaks
        self.chance = random.Random(scene.seed)
        self.chance.shuffle(self.breaks)
        self.environ: dict[str, str] = {}
        self.hotline: Hotline | None = None
        self.campaign: Campaign | None = None
        self.part = ""
        self.over = False

    async def break_things(self) -> None:
        """Kills and outages, until there were as many as the scene wants."""
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(self.scene.seconds))
            group.create_task(self._kill())
            group.create_task(self._break())
        self.over = True

    async def _kill(self) -> None:
        async with aiohttp.ClientSession() as http:
            for number in range(self.scene.kills):
                if time.monotonic() > self.scene.ends:
                    return
                await asyncio.sleep(self.chance.uniform(0, 2 * self.scene.every))
                victim = self.replicas[number % len(self.replicas)]
                while not await victim.serves(http) and victim.lives:
                    await asyncio.sleep(0.02)
                    if self.chance.random() < 0.01:
                        break  # dying while it starts is to be survived, too
                died = await victim.kill()
                self.recorder.note(Killed(died, victim.name))
                await victim.start()

    async def _break(self) -> None:
        turns = itertools.cycle(self.breaks)
        for _ in range(self.scene.breaks if self.breaks else 0):
            if time.monotonic() > self.scene.ends:
                return
            await asyncio.sleep(self.chance.uniform(0, 2 * self.scene.every))
            await self.break_once(next(turns))

    async def watch(self) -> None:
        """Note when the machine was too busy to go on, until cancelled."""
        while True:
            before = time.time()
            await asyncio.sleep(GLANCE)
            if time.time() - before > STANDSTILL:
                self.recorder.note(Outage(before, time.time(), STOOD_STILL))

    async def break_once(self, outage: outages.Break) -> None:
        """Have one outage and note it."""
        began = time.time()
        what = await outage(self.chance, self.scene.longest)
        self.recorder.note(Outage(began, time.time(), what))


@contextlib.asynccontextmanager
async def set_up(  # noqa: PLR0915 - one thing after the other
    scene: Scene, folder: Path, history: Path, code: Path = ROOT
) -> AsyncIterator[Stage]:
    """Telegram, Redis and the processes of the bot, ready; ``code`` is the checkout they run,
    with the content in it.

    Raises :class:`benchmarks.chaos.outages.Unsupported` for what this machine cannot do.
    """
    async with contextlib.AsyncExitStack() as stack:
        redis: Alone | Cluster
        breaks: list[outages.Break] = []
        if scene.redis == "cluster":
            redis = await stack.enter_async_context(cluster(folder / "cluster"))
            possible = outages.RedisCluster(redis).all()
        else:
            if "disk" in scene.of:
                stack.enter_context(outages.FullDisk.small(folder / "redis"))
                breaks.append(outages.FullDisk(folder / "redis").full)
            redis = await stack.enter_async_context(alone(folder))
            possible = outages.RedisAlone(redis).all()
        telegram = await stack.enter_async_context(LocalBotApi(first_retry=0.05))
        environ = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": telegram.url,
            "DATA_DIR": str(folder),
            "REDIS_URL": redis.url,
            "SECRET_KEYS": base64.b64encode(KEY).decode(),
        }
        if code != ROOT:
            environ["CONTENT_DIR"] = str(code)
        if "redis" in scene.of:
            breaks += possible
        if "telegram" in scene.of:
            breaks += outages.TelegramTrouble(telegram).all()
        if "content" in scene.of:
            editions = outages.Editions(folder, shipped())
            environ["CONTENT_DIR"] = str(editions.link)
            breaks.append(editions.replaced)
        if "clock" in scene.of:
            clock = outages.Clock(folder / "clock")
            environ |= clock.environ()
            breaks.append(clock.jumped)
        hotline = campaign = None
        if scene.witnesses or scene.subscribers:
            hotline = await stack.enter_async_context(Hotline.open(folder))
            campaign = Campaign(folder, scene.subscribers)
            environ["CONTENT_DIR"] = str(hotline.content)
            await campaign.prepare(telegram, redis.url)
        door = Door()
        if scene.webhook:
            await stack.enter_async_context(door.serving())
            environ |= {"PUBLIC_URL": door.url, "WEBHOOK_SECRET": SECRET}
        replicas = [
            Replica(
                f"replica {number}",
                environ,
                folder / f"bot-{number}.log",
                arguments=scene.arguments,
                folder=code,
                forked=scene.forked,
            )
            for number in range(1, scene.replicas + 1)
        ]
        door.replicas += replicas  # type: ignore[arg-type]  # it only needs their address
        recorder = Recorder(history, telegram)
        stack.callback(recorder.close)
        for replica in replicas:
            stack.push_async_callback(replica.stop)
            await replica.start()
        for replica in replicas:
            await replica.ready()
        made = Stage(
            scene,
            telegram=telegram,
            redis=redis,
            replicas=replicas,
            recorder=recorder,
            breaks=breaks,
        )
        watching = asyncio.create_task(made.watch())
        stack.callback(watching.cancel)
        made.environ, made.hotline, made.campaign = environ, hotline, campaign
        yield made
