"""One scene: people talk with real processes of the bot while things break, and are recorded."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import random
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final, Literal

import aiohttp
from msgspec import Struct

from benchmarks.campaigns_processes import SECRET, Door
from benchmarks.chaos import outages
from benchmarks.chaos.history import Kept, Killed, Left, Outage, Recorder
from benchmarks.chaos.people import Hurried, Walker
from benchmarks.chaos.processes import RUN, Replica
from benchmarks.chaos.redis_servers import Alone, Cluster, alone, cluster
from bot.content import Content, shipped
from bot.conversation.session import unpack
from bot.local import LocalBotApi
from bot.store.chats import ChatStore
from bot.store.connect import connect
from bot.store.errors import StoreUnavailable
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline

KEY: Final = b"k" * 32
QUIET: Final = 4.0
"""Seconds without a word after which nothing more will come: leases of the dead last three."""
FINISH: Final = 90.0
"""Seconds in which everything must be delivered once nothing is broken any more."""
LANGUAGES: Final = ("en", "fr", "de")
FIRST: Final = 1001
"""The first person's chat."""


class Scene(Struct):
    """What is tried. ``kills`` of the bot are at random instants, ``every`` so many seconds on
    average; ``breaks`` are outages besides, one after the other, about as often as there are kills.
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
    breaks: int = 0
    of: tuple[Literal["redis", "telegram", "content", "clock"], ...] = ()
    seed: int = 1
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
        self.part = ""
        self.over = False

    async def break_things(self) -> None:
        """Kills and outages, until there were as many as the scene wants."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._kill())
            group.create_task(self._break())
        self.over = True

    async def _kill(self) -> None:
        async with aiohttp.ClientSession() as http:
            for number in range(self.scene.kills):
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
            await asyncio.sleep(self.chance.uniform(0, 2 * self.scene.every))
            await self.break_once(next(turns))

    async def break_once(self, outage: outages.Break) -> None:
        """Have one outage and note it."""
        began = time.time()
        what = await outage(self.chance)
        self.recorder.note(Outage(began, time.time(), what))


async def play(scene: Scene, folder: Path, history: Path, content: Content) -> None:
    """Play a scene; what happened is in ``history``. Raises TimeoutError when it does not end."""
    async with set_up(scene, folder, history) as stage:
        people = cast(stage, content)
        breaking = asyncio.create_task(stage.break_things())
        talking = [asyncio.create_task(one.run(lambda: stage.over)) for one in people]
        try:
            await breaking
            await asyncio.gather(*talking)
            await settle(stage, [one for one in people if isinstance(one, Walker)])
        finally:
            for task in (breaking, *talking):
                task.cancel()


def cast(
    stage: Stage, content: Content, part: Callable[[], str] = lambda: ""
) -> list[Walker | Hurried]:
    """The people of a scene."""
    scene, telegram = stage.scene, stage.telegram
    calm = "redis" in scene.of
    people: list[Walker | Hurried] = []
    for number in range(scene.walkers + scene.hurried):
        language = LANGUAGES[number % len(LANGUAGES)] if number < scene.walkers else "en"
        person = telegram.person(FIRST + number, language)
        chance = random.Random(scene.seed * 100_000 + number)
        if number < scene.walkers:
            walker = Walker(
                *(person, content, stage.recorder, chance),
                pause=scene.pause,
                calm=calm,
                part=part,
            )
            people.append(walker)
        else:
            people.append(Hurried(person, stage.recorder, chance, pause=scene.pause))
    return people


async def settle(stage: Stage, walkers: list[Walker]) -> None:
    """Wait until everything is delivered, and note what Redis holds then."""
    pipeline = Pipeline(connect(stage.redis.url))
    store = ChatStore(pipeline, Keyring([KEY]))
    deadline = time.monotonic() + FINISH
    while time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        silent = time.time() - stage.recorder.newest > QUIET
        if silent and not len(stage.telegram.messenger.updates):
            break
    for walker in walkers:
        stage.recorder.note(await _kept(store, walker.person.chat.id))
    stage.recorder.note(Left(len(stage.telegram.messenger.updates)))
    await pipeline.close()


async def _kept(store: ChatStore, chat_id: int) -> Kept:
    while True:
        with contextlib.suppress(StoreUnavailable):
            chat = await store.load(chat_id)
            break
        await asyncio.sleep(0.1)
    if not chat.session:
        return Kept(chat_id, 0, "", "", {}, len(chat.effects), erased=True)
    session = unpack(chat.session, chat.secret)
    return Kept(
        chat_id,
        session.turn,
        f"{session.flow}/{session.node}",
        session.locale,
        {**session.slots, **session.secrets},
        len(chat.effects),
        erased=False,
    )


@contextlib.asynccontextmanager
async def set_up(scene: Scene, folder: Path, history: Path) -> AsyncIterator[Stage]:
    """Telegram, Redis and the processes of the bot, ready."""
    async with contextlib.AsyncExitStack() as stack:
        redis: Alone | Cluster
        breaks: list[outages.Break] = []
        if scene.redis == "cluster":
            redis = await stack.enter_async_context(cluster(folder / "cluster"))
            possible = outages.RedisCluster(redis).all()
        else:
            redis = await stack.enter_async_context(alone(folder))
            possible = outages.RedisAlone(redis).all()
        telegram = await stack.enter_async_context(LocalBotApi(first_retry=0.05))
        environ = {
            "TELEGRAM_BOT_TOKEN": "1:abc",
            "TELEGRAM_API_URL": telegram.url,
            "DATA_DIR": str(folder),
            "REDIS_URL": redis.url,
            "SECRET_KEYS": base64.b64encode(KEY).decode(),
        }
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
                forked=scene.forked,
            )
            for number in range(1, scene.replicas + 1)
        ]
        door.replicas += replicas  # type: ignore[arg-type] - all that it needs is their address
        recorder = Recorder(history, telegram)
        stack.callback(recorder.close)
        for replica in replicas:
            stack.push_async_callback(replica.stop)
            await replica.start()
        for replica in replicas:
            await replica.ready()
        yield Stage(
            scene,
            telegram=telegram,
            redis=redis,
            replicas=replicas,
            recorder=recorder,
            breaks=breaks,
        )
