"""``dontlookaway campaign`` beside a bot at work: its Redis, its content, its Bot API server."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.application import Application
from bot.campaigns.keys import STANDING
from bot.cli import main
from bot.content import Content, shipped
from bot.conversation.profile import Profile
from bot.local import LocalBotApi
from bot.store.subscribers import Subscribers

sys.path.append(str(Path(__file__).parents[1] / "end_to_end"))  # for the bot at work

from running_bot import environment, running, said, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("campaign-command")]

TODAY = datetime.now(UTC).date()
RUN = f"cup.today.{TODAY}"
READERS = range(501, 511)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped content with campaigns of its own."""
    folder = tmp_path_factory.mktemp("content")
    for part in ("flows", "data", "locales/fr"):
        shutil.copytree(shipped() / part, folder / part)
    minute = (datetime.now(UTC).minute + 30) % 60
    (folder / "data/campaigns.yaml").write_text(
        f"""policy: {{quiet: "04:{minute:02}-{4 + (minute + 1) // 60:02}:{(minute + 1) % 60:02}"}}
campaigns:
  - id: cup
    title: The Cup
    enabled: true
    message: tip
    audience: {{destinations: [KE], topics: [all]}}
    waves:
      - {{id: today, when: "on {TODAY} at 00:10 UTC", tolerance: 2 days}}
      - {{id: later, when: "on {TODAY + timedelta(days=40)}"}}
  - {{id: idle, title: Idle, message: tip, audience: {{destinations: [KE]}},
     waves: [{{id: only, when: "on {TODAY + timedelta(days=40)}"}}]}}
  - {{id: nobody, title: Nobody, enabled: true, message: tip,
     audience: {{destinations: [KE], topics: [all], languages: [fr]}},
     waves: [{{id: only, when: "on {TODAY + timedelta(days=40)}"}}]}}
""",
        "utf-8",
    )
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def given(
    server: LocalBotApi, content: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    environ = environment(server, tmp_path_factory.mktemp("data"), "polling")
    return environ | {"CONTENT_DIR": str(content)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(server: LocalBotApi, given: dict[str, str]) -> AsyncIterator[Application]:
    async with running(given) as application:
        subscribers = Subscribers(application.pipeline)
        for number in READERS:
            server.person(number)
            profile = Profile("en", "GB")
            await subscribers.subscribe(number, "all", 0, profile, consent=1)
            await subscribers.subscribe(number, "country:KE", 0, profile, consent=1)
        yield application


@pytest.fixture
def campaign(
    given: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """Run ``dontlookaway campaign ...``: the code, and what it printed (JSON where it is that)."""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Content, "load", _once(Content.load))

    async def run(*words: str) -> tuple[int, Any]:
        try:
            code = await asyncio.to_thread(main, ["campaign", *words])
        except SystemExit as error:
            code = int(str(error.code))
        printed = capsys.readouterr()
        if "--json" in words and code != 2:
            return code, json.loads(printed.out)
        return code, printed.out + printed.err

    return run


_loaded: dict[Path, Content] = {}


def _once(load: Callable[..., Content]) -> Callable[..., Content]:
    def loaded(folder: Path, *args: Any, **kwargs: Any) -> Content:
        if folder not in _loaded:
            _loaded[folder] = load(folder, *args, **kwargs)
        return _loaded[folder]

    return loaded


def got(server: LocalBotApi) -> list[int]:
    """How many messages each reader has."""
    return [len(said(server.person(number).chat)) for number in READERS]


async def test_list_and_preview(campaign: Any, bot: Application) -> None:
    code, listed = await campaign("list", "--json")
    assert (code, listed["away"]) == (0, "")
    assert [each["id"] for each in listed["campaigns"]] == ["cup", "idle", "nobody"]
    code, text = await campaign("list")
    assert "idle  Idle  (example)" in text
    code, preview = await campaign("preview", "cup", "--wave", "later", "--json")
    assert code == 0
    assert preview["audience"]["languages"] == {"en": 10}
    assert (preview["cost"]["per_second"], preview["cost"]["stars"]) == (30, 0)
    assert {text["language"] for text in preview["texts"]} == {"en", "fr"}
    code, text = await campaign("preview", "cup", "--wave", "later")
    assert "10 people would get it" in text
    assert "by home country: United Kingdom 10" in text
    assert "less than a minute at 30 messages a second, and costs nothing" in text
    assert "── fr Français" in text


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("preview", "cap"), 'There is no campaign "cap". Is it "cup"?'),
        (("send", "cup"), "cup has several waves. Say which: today (on "),
        (("send", "cup", "--wave", "x"), 'cup has no wave "x". Say which: today'),
        (("status", "cup.today.2020-01-01"), 'There is no run "cup.today.2020-01-01".'),
        (("status", "cup.today"), "it looks like cup.opening.2027-06-14."),
        (("status", "cup", "--unknown"), "--unknown is for one run"),
        (("test", "idle", "--bot", "no bot"), "--bot: give the bot's username"),
        (("send",), "the following arguments are required: ID"),
        (("fly", "cup"), "invalid choice: 'fly'"),
    ],
)
async def test_wrong_words_are_refused_in_one_line(
    campaign: Any, bot: Application, words: tuple[str, ...], line: str
) -> None:
    code, text = await campaign(*words)
    assert code == 2
    assert line in text.splitlines()[-1]
    assert "Traceback" not in text


async def test_what_is_not_possible_ends_with_one(campaign: Any, bot: Application) -> None:
    for words, line in {
        ("send", "idle"): "This is an example.",
        ("send", "idle", "--yes"): "This is an example.",
        ("send", "nobody", "--now", "--yes"): "Nobody who is subscribed fits",
        ("pause", "nobody"): "Of nobody nothing is under way.",
    }.items():
        code, text = await campaign(*words)
        assert (code, line in text) == (1, True)


async def test_a_test_reaches_one_chat_or_whoever_opens_the_link(
    campaign: Any, bot: Application, server: LocalBotApi
) -> None:
    person = server.person(901, "fr")
    code, shown = await campaign("test", "idle", "--json")
    assert code == 0
    assert re.fullmatch(rf"https://t.me/{bot.username}\?start=try_\w+", shown["link"])
    await person.send(shown["command"])
    await until(lambda: any("Kenya" in text for text in said(person.chat)))
    other = server.person(902)
    assert await campaign("test", "idle", "--chat", "902") == (0, "Sent to chat 902.\n")
    assert any("Kenya" in text for text in said(other.chat))
    await other.block()
    code, text = await campaign("test", "idle", "--chat", "902")
    assert (code, text) == (1, "Not sent: chat 902 takes nothing (bot was blocked by the user).\n")
    assert got(server) == [0] * len(READERS)


async def test_a_wave_is_sent_held_and_ended(
    campaign: Any, bot: Application, server: LocalBotApi
) -> None:
    code, text = await campaign("send", "cup", "--wave", "today")
    assert code == 0
    assert "Nothing was approved. To approve it, add --yes." in text
    assert got(server) == [0] * len(READERS)
    code, shown = await campaign(
        "send", "cup", "--wave", "today", "--yes", "--now", "--by", "Ana", "--json"
    )
    assert (code, shown["approved"], shown["run"]["by"]) == (0, True, "Ana")
    await until(lambda: got(server) == [1] * len(READERS), 30)
    code, _ = await campaign("status", RUN, "--watch")
    assert code == 0  # it ends with the run
    code, shown = await campaign("status", "cup", "--json")
    (run,) = shown["runs"]
    assert (run["run"], run["state"], run["sums"]["delivered"]) == (RUN, "finished", 10)
    code, text = await campaign("status", RUN)
    assert "██████████  10 of 10" in text
    assert "10 delivered" in text
    code, text = await campaign("status", RUN, "--csv")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["language"], row["delivered"]) == ("en", "10")
    assert (await campaign("status", RUN, "--unknown", "--json"))[1]["unknown"] == []
    code, text = await campaign("pause", RUN)
    assert (code, "is finished" in text) == (1, True)
    code, text = await campaign("send", "cup", "--wave", "today", "--yes")
    assert (code, "no date ahead" in text) == (1, True)


async def test_approved_ahead_it_can_be_cancelled(campaign: Any, bot: Application) -> None:
    code, text = await campaign("send", "cup", "--wave", "later", "--yes")
    assert code == 0
    assert re.match(r"Approved: cup\.later\.\S+ goes out from .* UTC on\.", text)
    run = f"cup.later.{TODAY + timedelta(days=40)}"
    assert await campaign("cancel", run) == (0, f"{run} is cancelled.\n")


async def test_an_approval_for_every_date_is_withdrawn(campaign: Any, bot: Application) -> None:
    await bot.pipeline.run("HSET", STANDING, "idle.only", "what was approved")
    assert await campaign("cancel", "idle") == (0, "No later date is approved any more.\n")
    code, text = await campaign("cancel", "idle")
    assert (code, text) == (1, "Of idle nothing is under way.\n")


async def test_without_redis_what_needs_none_is_shown(
    campaign: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    code, text = await campaign("list")
    assert (code, "Redis cannot be reached" in text, "cup  The Cup" in text) == (0, True, True)
    code, text = await campaign("status")
    assert (code, "Start the bot first" in text) == (1, True)
    code, text = await campaign("send", "cup", "--wave", "later")
    assert (code, "Redis cannot be reached" in text) == (1, True)
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN")
    code, text = await campaign("test", "idle", "--chat", "5")
    assert (code, "TELEGRAM_BOT_TOKEN" in text) == (2, True)
