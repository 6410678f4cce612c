"""Playing a scene: people talk while things break, until everything is delivered."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import aiohttp

from benchmarks.chaos.history import Kept, Left
from benchmarks.chaos.people import Hurried, Walker
from benchmarks.chaos.reports_and_pushes import report
from benchmarks.chaos.stage import KEY, TOKEN, Scene, Stage, set_up
from benchmarks.delivery_processes import ROOT
from bot.content import Content
from bot.conversation.session import unpack
from bot.store.chats import ChatStore
from bot.store.connect import connect
from bot.store.errors import StoreUnavailable
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline

FINISH: Final = 90.0
"""Seconds in which everything must be delivered once nothing is broken any more."""
LANGUAGES: Final = ("en", "fr", "de")
FIRST: Final = 1001
"""The first person's chat."""


async def play(scene: Scene, folder: Path, history: Path, content: Content) -> None:
    """Play a scene; what happened is in ``history``. Raises TimeoutError when it does not end."""
    async with set_up(scene, folder, history) as stage:
        people = cast(stage, content)
        if stage.campaign is not None and scene.subscribers:
            await stage.campaign.send(stage.environ)
        breaking = asyncio.create_task(stage.break_things())
        talking = [asyncio.create_task(one.run(lambda: stage.over)) for one in people]
        witnessing = [asyncio.create_task(_testify(stage, n)) for n in range(scene.witnesses)]
        try:
            await breaking
            await asyncio.gather(*talking, *witnessing)
            await settle(stage, [one for one in people if isinstance(one, Walker)])
        finally:
            for task in (breaking, *talking, *witnessing):
                task.cancel()


async def roll(scene: Scene, folder: Path, history: Path, content: Content, before: Path) -> None:
    """A rolling update: while people talk, every replica ends on SIGTERM and a new one starts.

    They begin with the version in ``before``; that of this checkout takes its place, and goes on
    with the ``content`` of the former. Raises RuntimeError when one does not end well.
    """
    async with set_up(scene, folder, history, before) as stage:
        people = cast(stage, content, lambda: stage.part)
        stage.part = "before"
        talking = [asyncio.create_task(one.run(lambda: stage.over)) for one in people]
        try:
            await asyncio.sleep(scene.seconds)
            stage.part = "during"
            for replica in stage.replicas:
                if code := await replica.end():
                    raise RuntimeError(f"{replica.name} ended with {code}")
                replica.folder = ROOT
                await replica.start()
                await replica.ready()
            stage.part = "after"
            await asyncio.sleep(scene.seconds)
            stage.over = True
            await asyncio.gather(*talking)
            await settle(stage, [one for one in people if isinstance(one, Walker)])
        finally:
            for task in talking:
                task.cancel()


async def _testify(stage: Stage, number: int) -> None:
    chance = random.Random(stage.scene.seed * 1000 + number)
    await asyncio.sleep(chance.uniform(0, stage.scene.kills * stage.scene.every))
    stage.recorder.note(await report(stage.telegram, number, chance))


def cast(
    stage: Stage, content: Content, part: Callable[[], str] = lambda: ""
) -> list[Walker | Hurried]:
    """The people of a scene."""
    scene, telegram = stage.scene, stage.telegram
    calm = bool({"redis", "disk"} & {*scene.of})
    people: list[Walker | Hurried] = []
    for number in range(scene.walkers + scene.hurried):
        language = LANGUAGES[number % len(LANGUAGES)] if number < scene.walkers else "en"
        person = telegram.person(FIRST + number, language)
        chance = random.Random(scene.seed * 100_000 + number)
        if number < scene.walkers:
            walker = Walker(
                *(person, content, stage.recorder, chance),
                pause=scene.pause,
                patience=scene.patience,
                calm=calm,
                part=part,
            )
            people.append(walker)
        else:
            waits = {"pause": scene.pause, "patience": scene.patience}
            people.append(Hurried(person, stage.recorder, chance, **waits))
    return people


async def settle(stage: Stage, walkers: list[Walker]) -> None:
    """Wait until everything is delivered, and note what Redis holds then."""
    if stage.campaign is not None and stage.scene.subscribers:
        await stage.campaign.note(stage.recorder)
    pipeline = Pipeline(connect(stage.redis.url))
    store = ChatStore(pipeline, Keyring([KEY]))
    deadline = time.monotonic() + FINISH
    kept: list[Kept] = []
    while time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        silent = time.time() - stage.recorder.newest > stage.scene.quiet
        if not silent or len(stage.telegram.messenger.updates):
            continue
        kept = [await _kept(store, walker.person.chat.id) for walker in walkers]
        if not any(one.effects for one in kept):
            break
    if stage.hotline is not None:
        stage.hotline.note(stage.recorder)
    for one in kept:
        stage.recorder.note(one)
    await pipeline.close()
    stage.recorder.note(Left(len(stage.telegram.messenger.updates), await _trouble(stage)))


async def _trouble(stage: Stage) -> str:
    url = f"{stage.telegram.url}/bot{TOKEN}/getWebhookInfo"
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        info = (await response.json())["result"]
    return str(info.get("last_error_message", ""))


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
