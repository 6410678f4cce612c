"""Whether every report arrives, whatever dies meanwhile, and how long that takes.

    python -m benchmarks.delivery [reports]

Real processes: a partner that fails half of the requests, a courier that is killed (SIGKILL) again
and again, a partner that is killed at half time, a Redis that is stopped twice and comes back from
its append-only file. Each happens after a set share of the reports (default 1,000) has arrived.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from joserfc.jwk import OKPKey

from bot.delivery.courier import Courier, Pace
from bot.delivery.queue import Outbox
from bot.reports.partners import load_partners
from bot.reports.reference import new_reference
from bot.reports.sealing import seal, signing_key
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.errors import StoreUnavailable
from bot.store.pipeline import Pipeline
from examples.partner_server import stored

ROOT = Path(__file__).parents[1]
PACE = Pace(first_delay=0.05, longest_delay=0.5, timeout=1, idle=1.5, look=0.05)
WORDS = "seen by the pool of the hotel, room"


class Outcome(NamedTuple):
    sent: dict[str, str]  # text of every report, by idempotency key
    lines: list[dict[str, str]]  # what the partner kept
    on_disk: bytes  # Redis' append-only file at the end
    sample: str  # a sealed report
    dead: int
    kills: int
    restarts: int
    seconds: float


async def deliver(count: int, kills: int, folder: Path) -> Outcome:
    """Send `count` reports while things die; ends when nothing waits any more."""
    hotline = OKPKey.generate_key("X25519")
    port = _free_port()
    _write(folder / "hotline.json", hotline.as_dict(private=True))
    _write(folder / "bot.json", signing_key(folder / "signing.json").as_dict(private=False))
    entry = {
        "id": "north",
        "name": "North",
        "countries": "*",
        "kinds": "*",
        "endpoint": f"http://127.0.0.1:{port}/reports",
        "public_key": hotline.as_dict(private=False),
    }
    _write(folder / "partners.yaml", {"partners": [entry]})
    store = folder / "reports.jsonl"
    partner = load_partners(folder / "partners.yaml").for_report("KE", "hotel")
    assert partner is not None
    sent = {f"key-{number}": f"{WORDS} {number}" for number in range(count)}
    sealed = {key: seal(text.encode(), partner.key) for key, text in sent.items()}

    steps = sorted(
        [((number + 1) / (kills + 1), "courier") for number in range(kills)]
        + [(1 / 3, "redis"), (1 / 2, "partner"), (2 / 3, "redis")]
    )
    began = time.monotonic()
    async with EmbeddedRedis(folder) as redis, contextlib.AsyncExitStack() as stack:
        pipeline = Pipeline(connect(redis.url))
        stack.push_async_callback(pipeline.close)
        outbox = Outbox(pipeline)
        running = {"courier": _courier(folder, redis.url), "partner": _partner(folder, port)}
        processes = {name: await start for name, start in running.items()}
        stack.push_async_callback(_kill_all, processes)
        enqueuing = asyncio.create_task(_enqueue(outbox, sealed))
        for share, victim in steps:
            await _until(lambda share=share: _lines(store) >= share * count)
            if victim == "redis":
                await _stop_redis(pipeline)
                continue
            await _kill(processes[victim])
            start = _courier(folder, redis.url) if victim == "courier" else _partner(folder, port)
            processes[victim] = await start
        await enqueuing
        while await _again(outbox.waiting) > 0:
            await _pause()
        seconds = time.monotonic() - began
        dead = len(await _again(outbox.dead_letters))
    on_disk = b"".join(file.read_bytes() for file in (folder / "redis").rglob("*.aof"))
    sample = next(iter(sealed.values()))
    return Outcome(sent, stored(store), on_disk, sample, dead, kills, 2, seconds)


async def _enqueue(outbox, sealed):
    for key, text in sealed.items():
        reference = new_reference()
        await _again(lambda k=key, t=text, r=reference: outbox.enqueue(t, "north", r, k))


async def _until(reached):
    while not reached():
        await _pause()


async def _pause():
    await asyncio.sleep(0.02)


async def _again(command):
    """Until Redis answers, as the bot would."""
    while True:
        try:
            return await command()
        except StoreUnavailable:
            await asyncio.sleep(0.05)


async def _stop_redis(pipeline):
    """It writes its file and ends; the embedding program starts it anew."""
    number = (await _again(lambda: pipeline.run("INFO", "server")))["process_id"]
    with contextlib.suppress(StoreUnavailable):
        await pipeline.run("SHUTDOWN")
    while (await _again(lambda: pipeline.run("INFO", "server")))["process_id"] == number:
        await _pause()


def _courier(folder, url):
    return _start("benchmarks.delivery", "courier", str(folder), url)


def _partner(folder, port):
    arguments = ["serve", "--private-key", "hotline.json", "--bot-key", "bot.json"]
    arguments += ["--store", "reports.jsonl"]
    for number in (2, 4, 6):
        arguments[number] = str(folder / arguments[number])
    arguments += ["--port", str(port), "--fail", "0.5"]
    return _start("examples.partner_server", *arguments)


def _start(module, *arguments):
    return asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, stdout=-3, stderr=-3
    )


async def _kill(process):
    process.kill()
    await process.wait()


async def _kill_all(processes):
    for process in processes.values():
        await _kill(process)


def _lines(store):
    return store.read_bytes().count(b"\n") if store.exists() else 0


def _write(path, content):
    path.write_text(json.dumps(content))


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def carry(folder: Path, url: str) -> None:
    """The courier's process."""
    outbox = Outbox(Pipeline(connect(url)))
    partners = load_partners(folder / "partners.yaml")
    key = signing_key(folder / "signing.json")
    await Courier(outbox, lambda: partners, key, _nobody_to_tell, PACE).run()


async def _nobody_to_tell(letter, outcome):
    """The reports of this benchmark come from no chat."""


def main() -> None:
    if sys.argv[1:2] == ["courier"]:
        asyncio.run(carry(Path(sys.argv[2]), sys.argv[3]))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(deliver(count, max(4, count // 50), Path(folder)))
    kept = {line["id"]: line["report"] for line in outcome.lines}
    print(f"sent                     {len(outcome.sent)}")
    print(f"distinct at the partner  {len(kept)}, kept twice {len(outcome.lines) - len(kept)}")
    print(f"read as written          {sum(kept.get(k) == t for k, t in outcome.sent.items())}")
    print(f"dead letters             {outcome.dead}")
    print(f"readable in Redis' file  {outcome.on_disk.count(WORDS.encode())}")
    print(f"courier killed           {outcome.kills} times, partner 1")
    print(f"Redis restarted          {outcome.restarts} times")
    print(f"took                     {outcome.seconds:.1f} s")


if __name__ == "__main__":
    main()
