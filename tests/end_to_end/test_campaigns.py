"""A campaign in the whole bot: due by the real clock, sent, answered, counted and stopped."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from running_bot import environment, running

from bot.content import shipped
from bot.conversation.profile import Profile
from bot.local import LocalBotApi

FILE = """
policy: {{quiet: "{quiet}", zone: UTC, messages_per_second: {pace}}}
campaigns:
  - id: now
    title: Now
    enabled: true
    message: campaign/awareness_day
    waves: [{{id: it, when: "on {at:%Y-%m-%d} at {at:%H:%M} UTC", approval: "no"}}]
"""


@pytest.fixture
async def server():
    async with LocalBotApi() as server:
        yield server


@pytest.fixture
def folder(tmp_path):
    """The content as it is published, with another campaign, due a minute ago."""
    folder = tmp_path / "content"
    folder.mkdir()
    for name in ("flows", "locales"):
        (folder / name).symlink_to(shipped() / name)
    shutil.copytree(shipped() / "data", folder / "data")
    return folder


def use(folder, pace):
    """Write the campaign; its quiet hours are far from now. Returns the run."""
    at = datetime.now(UTC) - timedelta(minutes=1)
    far = next(hour for hour in (3, 14, 20) if 3 <= (hour - at.hour) % 24 <= 20)
    quiet = f"{far:02}:00-{far + 1:02}:00"
    (folder / "data" / "campaigns.yaml").write_text(FILE.format(quiet=quiet, pace=pace, at=at))
    return f"now.it.{at:%Y-%m-%d}"


async def until(holds, seconds=60):
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_push_leads_into_a_conversation_and_its_figures(server, folder, tmp_path):
    run = use(folder, 30)
    environ = {**environment(server, tmp_path, "webhook"), "CONTENT_DIR": str(folder)}
    async with running(environ) as bot:
        people = [server.person(number, language_code="en") for number in (1, 2, 3)]
        for person in people:
            await bot.subscribers.subscribe(person.chat.id, "all", 0, Profile("en"), consent=1)

        async def finished():
            found = await bot.campaigns.runs.get(run)
            return found is not None and found.state == "finished"

        await until(finished)
        ana = people[0]
        (push,) = [message for message in ana.chat.visible if message.by_bot]
        keys = [row[0] for row in push.inline_keyboard]
        key = next(key for key in keys if key.get("callback_data", "").startswith(">"))
        await ana.press(key["text"], push)
        await ana.wait_until(lambda: bool(ana.replies), 10)
        await ana.press(key["text"], push)

        async def counted():
            counts = await bot.campaigns.runs.counts(run)
            return counts.get("taps") == {"en": 2} and counts["conversations"] == {"en": 1}

        await until(counted)
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{environ['PUBLIC_URL']}/metrics") as answer,
        ):
            metrics = await answer.text()
        assert 'dontlookaway_pushes_total{outcome="sent"} 3.0' in metrics


async def test_stop_ends_it_in_the_middle_of_a_broadcast(server, folder, tmp_path):
    run = use(folder, 20)
    environ = {**environment(server, tmp_path, "webhook"), "CONTENT_DIR": str(folder)}
    async with running(environ) as bot:
        people = [server.person(number, language_code="en") for number in range(1, 61)]
        for person in people:
            await bot.subscribers.subscribe(person.chat.id, "all", 0, Profile("en"), consent=1)

        async def some():
            return sum(bool(person.chat.visible) for person in people) >= 10

        await until(some)
        waiting = [person for person in people if not person.chat.visible][-5:]
        for person in waiting:
            await person.send("/stop")
            await person.wait_until(lambda person=person: bool(person.replies), 10)
        before = [len(person.chat.visible) for person in waiting]

        async def finished():
            return (await bot.campaigns.runs.get(run)).state == "finished"

        await until(finished)
        assert [len(person.chat.visible) for person in waiting] == before
        counts = await bot.campaigns.runs.counts(run)
        assert counts["stopped"]["en"] >= 1
        assert sum(counts["sent"].values()) + sum(counts["stopped"].values()) == 60
