import asyncio
import json

import pytest
from joserfc.jwk import OKPKey

from bot.cli import main
from bot.delivery.queue import Outbox
from bot.store.connect import connect
from bot.store.counters import Counters
from bot.store.embedded import EmbeddedRedis
from bot.store.pipeline import Pipeline


@pytest.fixture
async def pipeline(tmp_path, monkeypatch):
    """The Redis of a bot that runs in this data folder."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("REDIS_URL", raising=False)
    async with EmbeddedRedis(tmp_path) as redis:
        pipeline = Pipeline(connect(redis.url))
        yield pipeline
        await pipeline.close()


async def command(*arguments):
    """Run the command as a program would, beside this event loop."""
    return await asyncio.to_thread(main, arguments)


async def test_reports_that_were_given_up_are_shown_and_sent_again(pipeline, capsys):
    outbox = Outbox(pipeline)
    for number in (1, 2):
        await outbox.enqueue("sealed", "north", f"K7M-4Q{number}", f"k{number}")
    for letter in await outbox.take(2, 60):
        await outbox.give_up(letter, "refused with HTTP 422")
    assert await command("reports", "--json") == 1
    shown = json.loads(capsys.readouterr().out)
    assert [letter["reference"] for letter in shown["dead"]] == ["K7M-4Q1", "K7M-4Q2"]
    assert await command("reports") == 1
    assert "K7M-4Q1  north" in (out := capsys.readouterr().out)
    assert "refused with HTTP 422" in out
    assert await command("reports", "--retry", "K7M-4Q1", "--json") == 1
    shown = json.loads(capsys.readouterr().out)
    assert (shown["retried"], shown["waiting"], len(shown["dead"])) == (1, 1, 1)
    assert await command("reports", "--retry", "all") == 0
    assert "2 on their way, 0 not delivered" in capsys.readouterr().out


async def test_figures_are_added_up(pipeline, capsys):
    counters = Counters(pipeline)
    for name in ("survey.helped.yes", "survey.helped.yes", "survey.stopped.unsure"):
        await counters.add(name)
    assert await command("figures", "--json") == 0
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert figures == {"survey.helped.yes": 2, "survey.stopped.unsure": 1}
    assert await command("figures", "--days", "1") == 0
    assert "2  survey.helped.yes" in capsys.readouterr().out
    assert await command("figures", "--days", "0") == 2


async def test_figures_tell_how_far_people_came_and_where_they_turned_away(pipeline, capsys):
    counted = {
        "chat.new": 30,
        "action.show_contacts": 12,
        "action.show_emergency": 3,
        "flow.report": 9,
        "flow.start": 40,
        "node.start.menu": 20,
        "answered.start.menu": 15,
        "node.report.urgency": 9,
        "answered.report.urgency": 2,
    }
    await Counters(pipeline).add_all(counted)
    assert await command("figures", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["figures"] == counted
    assert shown["stages"]["were shown contacts"] == 15
    assert shown["stages"]["sent it to a partner"] == 0
    menu = {"flow": "start", "node": "menu", "shown": 20, "answered": 15, "left": 0.25}
    assert shown["questions"][1] == menu
    assert shown["questions"][0]["left"] is None  # too few for a share
    assert await command("figures") == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "30 began to chat" in lines
    assert "20 15 25% start/menu" in lines
    assert "9 2 – report/urgency" in lines
    assert lines[-1] == "40 flow.start"


async def test_without_a_running_bot_they_say_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "nothing"))
    for name in ("reports", "figures"):
        assert await command(name) == 1
        assert "Start the bot first" in capsys.readouterr().err


async def test_partners_and_the_bots_public_key_are_shown(tmp_path, monkeypatch, capsys):
    key = OKPKey.generate_key("X25519").as_dict(private=False)
    entry = {
        "id": "north",
        "name": "North",
        "countries": ["KE"],
        "kinds": "*",
        "endpoint": "https://north.example/reports",
        "public_key": key,
    }
    for name in ("flows", "data"):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "partners.yaml").write_text(json.dumps({"partners": [entry]}))
    monkeypatch.setenv("CONTENT_DIR", str(tmp_path))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "kept"))
    assert await command("partners", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["partners"][0]["countries"] == ["KE"]
    assert shown["bot_key"].keys() == {"kty", "crv", "x"}  # and no private part
    assert await command("partners") == 0
    text = capsys.readouterr().out
    assert "north: North, KE; everything" in text
    assert shown["bot_key"]["x"] in text  # the same one again
