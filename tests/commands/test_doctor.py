"""The doctor before a real bot, a real Redis, and a Bot API server that has good and bad days."""

import asyncio
import base64
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from joserfc.jwk import OKPKey
from redis_cluster import EXECUTABLE, ON_CLUSTER

from bot.cli import main
from bot.delivery.queue import Outbox
from bot.doctor import examine
from bot.doctor.content import look_at_content
from bot.doctor.disk import look_at_disk
from bot.doctor.keys import look_at_keys
from bot.doctor.redis import _version, look_at_redis
from bot.local import LocalBotApi
from bot.own_keys import SIGNING_KEY
from bot.settings import Settings
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.pipeline import Pipeline

for shared in ("check", "end_to_end"):
    sys.path.append(str(Path(__file__).parents[1] / shared))

import minimal_content  # noqa: E402
from running_bot import TOKEN, environment, running  # noqa: E402

FIELDS = {"level", "about", "what", "remedy"}
STAFF = "dZqE8nK2vXw9TbLmR4yU"


@pytest.fixture
async def server():
    async with LocalBotApi(first_retry=0.05, token=TOKEN) as server:
        yield server


@pytest.fixture
def content(tmp_path):
    """A small folder in which nothing is wrong today."""
    folder = minimal_content.write(tmp_path / "content")
    today = datetime.now(UTC).date()
    for path in folder.glob("data/*.yaml"):
        text = path.read_text("utf-8").replace("2026-11-01", f"{today}")
        path.write_text(text.replace("tentative", "confirmed"), "utf-8")
    return folder


@pytest.fixture
def environ(server, tmp_path, content):
    """What the operator of a bot with a webhook has set."""
    given = environment(server, tmp_path / "data", "webhook")
    secret = "Kx4-9vTq_bW2mZ7sLr5y"
    return given | {
        "CONTENT_DIR": str(content),
        "STAFF_TOKEN": STAFF,
        "WEBHOOK_SECRET": secret,
    }


async def told(environ, monkeypatch, capsys, *options):
    """Run the command as an operator would, beside this event loop: exit code and output."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    code = await asyncio.to_thread(main, ["doctor", *options])
    return code, capsys.readouterr().out


async def failing(environ):
    """Wait until Telegram has failed to deliver; all that is said about the webhook then."""
    async with asyncio.timeout(10):
        while len(found := await diagnoses(environ, "webhook")) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return found


async def diagnoses(environ, about, clock=time.time):
    """What is said about one thing: level, and the line."""
    found = await examine(Settings.read(environ), clock)
    return [(each.level, f"{each.what} {each.remedy}") for each in found if each.about == about]


async def registered(environ):
    """Wait until the bot has told Telegram where it is."""
    async with asyncio.timeout(10):
        while any(level != "ok" for level, _ in await diagnoses(environ, "webhook")):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_all_is_well(environ, monkeypatch, capsys):
    async with running(environ):
        await registered(environ)
        code, out = await told(environ, monkeypatch, capsys)
        assert code == 0, out
        lines = out.splitlines()
        assert lines[-1] == "Everything is in order."
        assert all(line.startswith("✓ ") for line in lines[:-1])
        seen = {line.split()[1].rstrip(":") for line in lines[:-1]}
        assert seen >= {"token", "webhook", "bot", "redis", "persistence", "memory", "clock"}
        assert seen >= {"disk", "keys", "studio", "content", "hotlines", "partners", "reports"}
        code, out = await told(environ, monkeypatch, capsys, "--json")
        document = json.loads(out)
        assert (code, document["to_do"]) == (0, 0)
        assert {each["about"] for each in document["checks"]} == seen
        assert all(each.keys() == FIELDS for each in document["checks"])


async def test_before_the_first_start_it_says_what_to_do(environ, tmp_path, monkeypatch, capsys):
    environ |= {"TELEGRAM_BOT_TOKEN": ""}
    code, out = await told(environ, monkeypatch, capsys)
    assert code == 1
    assert "✗ token: TELEGRAM_BOT_TOKEN is not set. → Get one from @BotFather" in out
    assert "! bot: it does not answer" in out
    assert "! redis: the one in DATA_DIR does not run" in out
    assert "! keys: there is none yet" in out
    assert not (tmp_path / "data").exists()  # it only looks


async def test_bad_usage(environ, monkeypatch, capsys):
    with pytest.raises(SystemExit) as ended:
        await told(environ, monkeypatch, capsys, "--fix")
    assert ended.value.code == 2
    code, _ = await told(environ | {"PORT": "lots"}, monkeypatch, capsys)
    assert code == 2


async def test_a_token_that_telegram_does_not_know(environ, server):
    environ |= {"TELEGRAM_BOT_TOKEN": "2:other"}
    ((level, said),) = await diagnoses(environ, "token")
    assert level == "problem"
    assert "Telegram does not know this bot" in said
    server.fail("getMe", 502, "Bad Gateway")
    ((level, said),) = await diagnoses(environ | {"TELEGRAM_BOT_TOKEN": TOKEN}, "token")
    assert (level, "could not be tried" in said) == ("problem", True)


@pytest.mark.parametrize("status", [400, 404, 502])
@pytest.mark.parametrize("form", ["page", "list", "description"])
async def test_what_a_proxy_echoes_is_not_said(environ, monkeypatch, capsys, status, form):
    async def echo(request):
        asked = f"Cannot {request.method} {request.path}"
        if form == "page":
            return web.Response(status=status, text=f"<html>{asked}</html>")
        body = [asked] if form == "list" else {"description": f"{asked} {asked * 1000}"}
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", echo)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    environ["TELEGRAM_API_URL"] = f"http://127.0.0.1:{runner.addresses[0][1]}"
    environ["TELEGRAM_BOT_TOKEN"] = "123:a-Token-of-some-length"
    try:
        for options in ((), ("--json",)):
            code, out = await told(environ, monkeypatch, capsys, *options)
            assert code == 1
            assert "Telegram does not know this bot" in out or "could not be tried" in out
            assert "Token-of" not in out
            assert len(out) < 10_000
    finally:
        await runner.cleanup()


async def test_inline_mode_is_off(environ, server):
    server.messenger.bot["supports_inline_queries"] = False
    ((level, said),) = await diagnoses(environ, "inline")
    assert (level, "/setinline" in said) == ("warning", True)


async def test_a_webhook_that_leads_elsewhere(environ, server):
    async def call(method, **params):
        async with ClientSession() as http:
            await http.post(f"{server.url}/bot{TOKEN}/{method}", json=params)

    said = [line for _, line in await diagnoses(environ, "webhook")]
    assert "none is registered" in said[0]
    await call("setWebhook", url="https://other.example/hook-with-a-password")
    for public_url in (environ["PUBLIC_URL"], ""):
        said = [
            line for _, line in await diagnoses(environ | {"PUBLIC_URL": public_url}, "webhook")
        ]
        assert "updates go to" in said[0]
        assert "other.example" in said[0]
        assert "password" not in said[0]


async def test_what_telegram_cannot_deliver(environ, server):
    async with running(environ):
        await registered(environ)
    # The bot is away now.
    await server.person(7).start()
    found = await failing(environ)
    assert [level for level, _ in found] == ["ok", "warning", "ok"]
    assert "0 min ago Telegram could not deliver: Connection failed" in found[1][1]
    in_two_hours = time.time() + 2 * 3600
    assert len(await diagnoses(environ, "webhook", lambda: in_two_hours)) == 2


async def test_updates_that_wait(environ, server):
    for number in range(101):
        await server.person(number + 1).send("Hello")
    ((level, said),) = await diagnoses(environ | {"PUBLIC_URL": ""}, "polling")
    assert (level, "101 updates wait" in said) == ("warning", True)


async def test_clocks_that_disagree(environ):
    async with running(environ):
        assert [level for level, _ in await diagnoses(environ, "clock")] == ["ok", "ok"]
        late = [line for _, line in await diagnoses(environ, "clock", lambda: time.time() - 60)]
        for line, whose in zip(late, ("Telegram", "Redis"), strict=True):
            found = re.search(rf"(\d+) s behind that of {whose}", line)
            assert found
            assert 50 <= int(found[1]) <= 70
        early = [line for _, line in await diagnoses(environ, "clock", lambda: time.time() + 600)]
        assert all("10 min ahead of" in line and "NTP" in line for line in early)


async def test_a_bot_that_cannot_serve(environ, content):
    async with running(environ) as bot:
        bot.username = ""
        ((level, said),) = await diagnoses(environ, "bot")
        assert (level, "Telegram cannot be reached" in said) == ("problem", True)
        bot.username = "somebody"
        bot.reloader.problem = f"{content}/flows/help.yaml:1:1: E100: broken"
        ((level, said),) = await diagnoses(environ, "bot")
        assert (level, "the content on disk cannot be used" in said) == ("warning", True)


@contextlib.contextmanager
def redis_server(folder, *options):
    """A Redis that somebody else set up; its address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    arguments = ["--port", str(port), "--dir", str(folder), "--save", "", *options]
    process = subprocess.Popen([EXECUTABLE, *arguments], stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


async def of_redis(url):
    """What is said of a Redis, once it is up: ``{about: (level, line)}``."""
    settings = Settings.read({"REDIS_URL": url})
    async with asyncio.timeout(10):
        while True:
            found = [each async for each in look_at_redis(settings, time.time)]
            if len(found) > 1:
                return {each.about: (each.level, f"{each.what} {each.remedy}") for each in found}
            await asyncio.sleep(0.02)


async def test_a_redis_that_forgets(tmp_path):
    policy = ("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")
    with redis_server(tmp_path, *policy) as url:
        found = await of_redis(url)
    assert found["redis"][0] == "ok"
    level, said = found["persistence"]
    assert (level, "appendonly yes" in said) == ("problem", True)
    level, said = found["memory"]
    assert level == "problem"
    assert "maxmemory-policy allkeys-lru" in said


async def test_a_redis_that_is_nearly_full(tmp_path):
    with redis_server(tmp_path, "--maxmemory", "500kb", "--appendonly", "yes") as url:
        found = await of_redis(url)
    assert found["persistence"][0] == "ok"
    level, said = found["memory"]
    assert (level, "of its maxmemory" in said) == ("problem", True)


async def test_a_redis_that_only_copies(tmp_path):
    with redis_server(tmp_path, "--replicaof", "127.0.0.1", "1") as url:
        found = await of_redis(url)
    assert found["redis"][0] == "problem"
    assert "replica" in found["redis"][1]


@ON_CLUSTER
async def test_every_master_of_a_cluster_is_looked_at(cluster):
    settings = Settings.read({"REDIS_URL": cluster.url})
    found = [each async for each in look_at_redis(settings, time.time)]
    for server in cluster.servers:
        said = [each for each in found if each.what.startswith(f"127.0.0.1:{server.port}: ")]
        assert {each.about: each.level for each in said} == {
            "redis": "ok",
            "persistence": "problem",  # this cluster is for tests, and forgets
            "memory": "ok",
            "clock": "ok",
        }
    assert [each.level for each in found if each.about == "reports"] == ["ok"]


def test_versions_that_are_too_old():
    says = {
        "6.0.16": "problem",
        "6.2.0": "ok",
        "7.4.1": "ok",
        "10.0.0": "ok",
    }
    assert {version: _version({"redis_version": version}).level for version in says} == says
    old, good = {"valkey_version": "7.1.9"}, {"valkey_version": "8.0.1"}
    assert _version({"redis_version": "7.2.4", **good}).level == "ok"
    assert "Valkey 7.1.9 is too old" in _version({"redis_version": "7.2.4", **old}).what


async def test_a_redis_that_is_not_there_gives_no_password_away():
    settings = Settings.read({"REDIS_URL": "redis://:hunter2@127.0.0.1:1/0"})
    (found,) = [each async for each in look_at_redis(settings, time.time)]
    assert (found.level, "REDIS_URL" in found.remedy) == ("problem", True)
    assert "hunter2" not in str(found)


async def test_reports_that_were_given_up(environ):
    async with EmbeddedRedis(Path(environ["DATA_DIR"])) as redis:
        pipeline = Pipeline(connect(redis.url))
        outbox = Outbox(pipeline)
        await outbox.enqueue("sealed", "north", "K7M-4QX", "k1")
        (letter,) = await outbox.take(1, 60)
        await outbox.give_up(letter, "refused")
        await pipeline.close()
        ((level, said),) = await diagnoses(environ, "reports")
    assert (level, "dontlookaway reports" in said) == ("problem", True)


def test_folders_that_cannot_be_written_or_are_full(tmp_path, monkeypatch):
    assert [each.level for each in look_at_disk(tmp_path / "not" / "yet")] == ["ok"]
    (tmp_path / "file").touch()
    assert [each.level for each in look_at_disk(tmp_path / "file")] == ["problem"]
    levels = {}
    for free in (5, 500, 5000):
        usage = shutil._ntuple_diskusage(10**12, 0, free * 1024 * 1024)
        monkeypatch.setattr(shutil, "disk_usage", lambda _, usage=usage: usage)
        (found,) = look_at_disk(tmp_path)
        levels[free] = found.level
    assert levels == {5: "problem", 500: "warning", 5000: "ok"}


def keys_of(tmp_path, **given):
    settings = Settings.read({"DATA_DIR": str(tmp_path), **given})
    return {each.about: each for each in look_at_keys(settings)}


def test_keys_that_others_can_read(tmp_path):
    key = base64.b64encode(b"k" * 32).decode()
    path = tmp_path / "secret.keys"
    path.write_text(key)
    path.chmod(0o644)
    found = keys_of(tmp_path)["keys"]
    assert (found.level, "chmod 600" in found.remedy) == ("problem", True)
    path.chmod(0o600)
    assert keys_of(tmp_path)["keys"].level == "ok"
    path.write_text("something else")
    assert keys_of(tmp_path)["keys"].level == "problem"
    assert keys_of(tmp_path, SECRET_KEYS=key)["keys"].level == "ok"
    assert keys_of(tmp_path, SECRET_KEYS=f"{key},{key}")["keys"].level == "warning"


def test_a_secret_of_another_owner_is_read_by_way_of_the_group(tmp_path, monkeypatch):
    path = tmp_path / "secret.keys"
    path.write_text(base64.b64encode(b"k" * 32).decode())
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    levels = {}
    for mode in (0o440, 0o444):
        path.chmod(mode)
        levels[mode] = keys_of(tmp_path)["keys"].level
    assert levels == {0o440: "ok", 0o444: "problem"}


def test_the_key_that_signs_reports_is_looked_at_too(tmp_path):
    path = tmp_path / SIGNING_KEY
    path.write_text("{}")
    path.chmod(0o640)
    levels = [each.level for each in look_at_keys(Settings.read({"DATA_DIR": str(tmp_path)}))]
    assert "problem" in levels


@pytest.mark.parametrize(
    ("token", "level"),
    [(STAFF, "ok"), ("a-long-secret", "warning"), ("abababababababababab", "warning")],
)
def test_tokens_that_could_be_guessed(tmp_path, token, level):
    found = keys_of(tmp_path, STAFF_TOKEN=token)["studio"]
    assert found.level == level
    assert token not in str(found)


def test_one_secret_for_two_doors(tmp_path):
    given = {"PUBLIC_URL": "https://bot.example", "WEBHOOK_SECRET": STAFF, "STAFF_TOKEN": STAFF}
    assert keys_of(tmp_path, **given)["tokens"].level == "problem"


def test_content_with_mistakes_and_old_contacts(content):
    def levels(day):
        return {each.about: each.level for each in look_at_content(content, day)}

    today = datetime.now(UTC).date()
    assert levels(today) == {"content": "ok", "hotlines": "ok", "partners": "ok"}
    assert levels(today + timedelta(days=400))["hotlines"] == "warning"
    flow = content / "flows" / "help.yaml"
    flow.write_text(flow.read_text("utf-8").replace("goto: ", "goto: no", 1), "utf-8")
    assert levels(today)["content"] == "problem"


def test_partners_are_named(content):
    key = OKPKey.generate_key("X25519").as_dict(private=False)
    entry = {"id": "north", "name": "North", "countries": "*", "kinds": "*"}
    entry |= {"endpoint": "https://north.example/reports", "public_key": key}
    path = content / "data" / "partners.yaml"
    path.write_text(json.dumps({"partners": [entry]}), "utf-8")
    today = datetime.now(UTC).date()
    said = [each.what for each in look_at_content(content, today) if each.about == "partners"]
    assert said == ["north."]


@contextlib.asynccontextmanager
async def babbling(environ):
    """Something in the place of the bot that repeats its secrets to everybody."""

    async def babble(_):
        return web.Response(status=500, reason=f"Wrong {TOKEN} {environ['WEBHOOK_SECRET']}")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", babble)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(environ["PORT"])).start()
    try:
        yield
    finally:
        await runner.cleanup()


async def test_no_secret_is_ever_said(environ, server, monkeypatch, capsys):
    """Whatever is wrong, and even if Telegram should repeat a secret."""
    key = base64.b64encode(b"0123456789abcdef" * 2).decode()
    environ |= {"REDIS_URL": "redis://:hunter2hunter2@127.0.0.1:1", "SECRET_KEYS": key}
    async with running(environ):
        await registered(environ)
    secrets = {TOKEN, STAFF, key, "hunter2", environ["WEBHOOK_SECRET"]}
    async with babbling(environ):
        await server.person(7).start()
        await failing(environ)
        for options in ([], ["--json"]):
            _, out = await told(environ, monkeypatch, capsys, *options)
            assert "500 Wrong … …" in out
            assert [secret for secret in secrets if secret in out] == []
