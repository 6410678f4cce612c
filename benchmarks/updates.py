"""Updates answered per second by one core: this bot beside others that do the same.

An update is posted to a webhook, a conversation moves on, its new state is in Redis, and
``sendMessage`` has been answered. Ways of doing that, each in a process of its own, all on the same
core, in turns:

* *this bot*: ``dontlookaway run``, with all it does for an update;
* *this bot, in the response*: the same with ``WEBHOOK_REPLIES=all``, so that what is one message
  goes back in the response to the update;
* *this bot, contacts*: the same with places to look up and longer answers;
* *bare floor*: an aiohttp server that reads the update, makes two round trips to Redis and sends
  the message with aiohttp, without any logic;
* *aiogram*: version 3 with its own storage in Redis, behind the same aiohttp server;
* *python-telegram-bot*: ``ConversationHandler`` with its default HTTP backend and a persistence
  that writes each change to Redis, its ``Application`` fed by the same aiohttp server; then the
  same *concurrently*, though ``ConversationHandler`` is documented not to bear it, and *on our
  backend*.

Telegram is played by this process (and, where possible, on another core): it posts the updates of
many chats, one at a time of each, and answers every call at once. Redis is the one that ships with
the bot and runs on that other core too. Then the delay of an answer at a half and at nine tenths of
what each way can take.

    python -m benchmarks.updates [--rounds 5] [--seconds 5] [--plot updates.svg]

aiogram is left out unless it is installed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from importlib.util import find_spec
from pathlib import Path

import uvloop

from benchmarks.report import Bar, bars, busy, machine, plot, table
from benchmarks.updates_load import CONTACTS, Measured, Way, pin, running, written

BOT = (sys.executable, "-m", "bot", "run")
OTHERS = (sys.executable, "-m", "benchmarks.updates_servers")
WAYS = (
    Way("this bot", BOT),
    Way("this bot, in the response", BOT, settings={"WEBHOOK_REPLIES": "all"}),
    Way("this bot, contacts", BOT, texts=CONTACTS),
    Way("bare floor", (*OTHERS, "floor")),
    Way("aiogram", (sys.executable, "-m", "benchmarks.updates_aiogram")),
    Way("python-telegram-bot", (*OTHERS, "stock")),
    Way("the same, concurrently", (*OTHERS, "stock-concurrent")),
    Way("the same, on our backend", (*OTHERS, "stock-own-backend")),
)
LATENCY = ("this bot", "this bot, in the response", "bare floor", "aiogram", "python-telegram-bot")
"""Ways whose delays are measured."""
SHARES = (0.5, 0.9)
WARM_UP = 1.5  # seconds
LEAST = (
    ("this bot", "python-telegram-bot", 5.0),
    ("this bot", "aiogram", 2.0),
    ("this bot", "bare floor", 0.75),
    ("this bot, in the response", "bare floor", 1.0),
)
"""Which way has to be how many times as fast as which other."""


async def measured(way: Way, seconds: float, chats: int) -> Measured:
    """One round of one way."""
    people = [written(way.texts, chat, chat * 10**6) for chat in range(1, chats + 1)]
    async with running(way) as program:
        await program.saturated(people, WARM_UP)
        return await program.saturated(people, seconds)


async def delays(way: Way, rates: list[float], seconds: float, chats: int) -> list[list[float]]:
    """ms until an update was answered, for each rate."""
    people = [written(way.texts, chat, chat * 10**6) for chat in range(1, chats + 1)]
    async with running(way) as program:
        await program.saturated(people, WARM_UP)
        return [await program.paced(people, rate, seconds) for rate in rates]


def speeds(found: dict[str, list[Measured]]) -> str:
    """The main table."""
    medians = {name: statistics.median(one.speed for one in all_) for name, all_ in found.items()}
    cpus = {name: statistics.median(one.cpu for one in all_) for name, all_ in found.items()}
    rows = []
    for name, rounds in found.items():
        low, high = min(one.speed for one in rounds), max(one.speed for one in rounds)
        messages = statistics.median(one.messages for one in rounds)
        rows.append(
            (
                name,
                f"{medians[name]:,.0f}",
                f"{low:,.0f} – {high:,.0f}",
                f"{cpus[name]:.2f}",
                f"{messages:.2f}",
                f"{medians['this bot'] / medians[name]:.2f} ×",
                f"{cpus[name] / cpus['this bot']:.2f} ×" if cpus["this bot"] else "",
            )
        )
    titles = (
        *("way", "updates/s", "least – most", "CPU ms each", "messages each"),
        *("this bot to it, by updates/s", "by CPU"),
    )
    return table(titles, rows)


def verdicts(found: dict[str, list[Measured]]) -> str:
    """What was to be reached."""
    medians = {name: statistics.median(one.speed for one in all_) for name, all_ in found.items()}
    made = []
    for way, other, least in LEAST:
        if other in medians:
            times = medians[way] / medians[other]
            made.append(
                Bar(
                    f"updates/s, {way} to {other}", f"≥ {least} ×", f"{times:.2f} ×", times >= least
                )
            )
    return bars(made)


def late(found: dict[str, list[tuple[float, list[float]]]]) -> str:
    """The table of delays."""
    rows = []
    for name, both in found.items():
        row = [name]
        for rate, took in both:
            row.append(f"{rate:,.0f}")
            row += (
                [f"{took[int(len(took) * share)]:.1f}" for share in (0.5, 0.99)]
                if took
                else ["–"] * 2
            )
        rows.append(row)
    titles = ["way"]
    for share in SHARES:
        titles += [f"updates/s at {share:.0%}", "median ms", "99 % ms"]
    return table(titles, rows)


async def compare(options: argparse.Namespace) -> str:
    """Measure all ways, in turns, and write down what came of it."""
    ways = [way for way in WAYS if way.name != "aiogram" or find_spec("aiogram")]
    before = busy()
    found: dict[str, list[Measured]] = {way.name: [] for way in ways}
    for number in range(options.rounds):
        for way in ways:
            one = await measured(way, options.seconds, options.chats)
            found[way.name].append(one)
            print(
                f"{number + 1}: {way.name}: {one.speed:,.0f}/s, {one.cpu:.3f} ms", file=sys.stderr
            )
    delayed = {}
    for way in ways:
        if way.name in LATENCY:
            speed = statistics.median(one.speed for one in found[way.name])
            rates = [speed * share for share in SHARES]
            took = await delays(way, rates, options.seconds, options.chats)
            delayed[way.name] = list(zip(rates, took, strict=True))
    values = []
    for name, rounds in found.items():
        each = [one.speed for one in rounds]
        values.append((name, statistics.median(each), min(each), max(each)))
    title = f"Updates per second on one core (median of {options.rounds} rounds, least and most)"
    if options.plot:
        options.plot.write_text(plot(title, values), "utf-8")
    return "\n\n".join(
        (
            f"`python -m benchmarks.updates --rounds {options.rounds} --seconds"
            f" {options.seconds:g}`: {options.chats:,} chats over 100 connections, one core for the"
            f" bot, another for Redis and for what plays Telegram. {machine()}. Processes"
            f" that wanted a core: {before} at the start, {busy()} at the end.",
            speeds(found),
            "The last column holds also while other programs want the same cores.",
            f"![{title}]({options.plot.name})" if options.plot else "",
            "Delay from the moment at which an update was due until it was answered, at random"
            " moments, at a half and at nine tenths of what the way can take:",
            late(delayed),
            verdicts(found),
        )
    )


def main() -> None:
    """Measure and print; draw where it is wanted."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--chats", type=int, default=10_000)
    parser.add_argument("--plot", type=Path, help="an SVG of it")
    options = parser.parse_args()
    pin(1)
    print(uvloop.run(compare(options)))


if __name__ == "__main__":
    main()
