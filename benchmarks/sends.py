"""Messages sent per second by one core: this bot's HTTP backend beside the stock one.

Both send the same message through python-telegram-bot to the same server, which stands in for
Telegram in a process (and, where possible, on a core) of its own and answers at once. Run with
``python -m benchmarks.sends``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import msgspec
import uvloop
from aiohttp import web
from rich.console import Console
from rich.table import Table
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.conversation.messages import Button, Message
from bot.telegram.api import Api
from bot.telegram.render import calls
from bot.telegram.sender import Sender

TOKEN = "1:benchmark"
MESSAGE = Message(
    "<b>Kenya</b>\n" + "Childline Kenya, day and night, free of charge: 116\n" * 6,
    tuple((Button(f"Choice {number}", "press", f"12:{number}"),) for number in range(4)),
)

Send = Callable[[], Awaitable[object]]


def pin(core: int) -> None:
    """Keep this process on one core, where the system allows it and has that many."""
    if hasattr(os, "sched_setaffinity") and len(cores := sorted(os.sched_getaffinity(0))) > core:
        os.sched_setaffinity(0, {cores[core]})


async def serve() -> None:
    """Answer every call like ``sendMessage`` does; prints the port."""
    chat = {"id": 5, "type": "private", "first_name": "A"}
    sent = {"message_id": 7, "date": 1_700_000_000, "chat": chat, "text": MESSAGE.text}
    body = msgspec.json.encode({"ok": True, "result": sent})

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/{token}/{method}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


async def measured(send: Send, total: int, at_once: int) -> tuple[float, float]:
    """(messages per second, microseconds of processor time per message)."""

    async def worker(count: int) -> None:
        for _ in range(count):
            await send()

    async def all_workers(count: int) -> None:
        await asyncio.gather(*(worker(count // at_once) for _ in range(at_once)))

    await all_workers(at_once * 4)
    cpu, clock = time.process_time(), time.perf_counter()
    await all_workers(total)
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    return total / clock, cpu / total * 1e6


async def compare(url: str, total: int, at_once: int) -> Table:
    """Measure all ways of sending, one after the other."""
    table = Table("way", "messages/s", "CPU µs/message", title=f"{at_once} at once, one core")
    (call,) = calls(MESSAGE, 5, home="https://t.me/example_bot")

    async def add(way: str, send: Send, total: int) -> None:
        speed, cpu = await measured(send, total, at_once)
        table.add_row(way, f"{speed:,.0f}", f"{cpu:,.0f}")

    api = Api.at(url, TOKEN)
    await api.request.initialize()
    sender = Sender(api)
    await add("bot.telegram.Sender", lambda: sender.send(call), total)
    await add("Bot.send_message, aiohttp backend", lambda: api.send_message(**call.params), total)
    await api.request.shutdown()

    request = HTTPXRequest()
    stock = Bot(TOKEN, base_url=f"{url}/bot", request=request)
    await request.initialize()
    await add(
        "Bot.send_message, stock backend", lambda: stock.send_message(**call.params), total // 5
    )
    await request.shutdown()
    return table


def main() -> None:
    """Start the server, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--total", type=int, default=10_000)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        pin(1)
        uvloop.run(serve())
        return
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
            pin(0)
            Console().print(uvloop.run(compare(url, options.total, options.at_once)))
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
