"""``dontlookaway campaign``: what is planned, what it would be, and how far it is."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import msgspec
from rich.console import Console

from bot.application import content_folder
from bot.campaigns.names import Impossible, Unknown
from bot.campaigns.preview import Preview
from bot.campaigns.progress import Status, as_csv
from bot.campaigns.runs import OVER
from bot.campaigns.staff import Staff
from bot.commands.campaign_text import bars, overview_lines, preview_lines, status_lines
from bot.commands.campaign_trial import link, push
from bot.commands.live import with_redis
from bot.content import Content
from bot.settings import Settings
from bot.store.pipeline import Pipeline

T = TypeVar("T")
EVERY: Final = 1.0
"""Seconds between two looks of ``status --watch``."""
LATEST: Final = 20
"""Runs that ``status`` shows without an id."""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``campaign`` to the command line."""
    parser = subparsers.add_parser("campaign", help="messages before events, to those who asked")
    actions = parser.add_subparsers(metavar="action", required=True)

    def action(name: str, words: str, work: Callable[[argparse.Namespace], int]) -> Any:
        added = actions.add_parser(name, help=words)
        added.add_argument("--json", action="store_true", help="print one JSON document")
        added.set_defaults(func=lambda args: _plainly(work, args))
        return added

    def named(name: str, words: str, work: Callable[[argparse.Namespace], int]) -> Any:
        added = action(name, words, work)
        which = "a campaign, or a run such as cup.opening.2027-06-14"
        added.add_argument("id", metavar="ID", help=which)
        added.add_argument("--wave", metavar="W", help="which wave, where there are several")
        return added

    action("list", "show every campaign with its next dates", _list)
    named("preview", "show who gets it, when, what it says and costs; nothing is sent", _preview)
    test = named("test", "get it yourself, or push it to one chat; counts nowhere", _test)
    test.add_argument("--chat", type=int, metavar="N", help="the id of a chat to push it to")
    test.add_argument("--locale", default="en", metavar="xx", help="its language there (en)")
    test.add_argument("--bot", metavar="NAME", help="the bot's username (asked from Telegram)")
    send = named("send", "approve the next date; without --yes only show what would happen", _send)
    send.add_argument("--yes", action="store_true", help="approve it")
    send.add_argument("--now", action="store_true", help="send it at once, not at its time")
    turns = {"pause": "hold it", "resume": "go on with it", "cancel": "end it for good"}
    for name, words in turns.items():
        turn = named(name, words, _turn)
        turn.set_defaults(turn=name)
        turn.add_argument("--by", metavar="NAME", help="who you are, kept beside it")
    send.add_argument("--by", metavar="NAME", help="who you are, kept beside it")
    status = action("status", "show how far it is, by outcome and language", _status)
    status.add_argument("id", metavar="ID", nargs="?", help="a campaign or a run; none: the latest")
    status.add_argument("--wave", metavar="W", help="one wave of the campaign")
    status.add_argument("--watch", action="store_true", help="follow it until it is over")
    status.add_argument("--csv", action="store_true", help="print the figures as CSV")
    status.add_argument("--unknown", action="store_true", help="print chats with unknown outcome")


def _plainly(work: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    """Do it; 1 when it is not possible, 2 for names that do not exist."""
    try:
        return work(args)
    except (Unknown, Impossible) as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, Unknown) else 1


def _list(args: argparse.Namespace) -> int:
    overview = _with_staff(lambda staff: staff.overview())
    _show(args, overview, lambda: overview_lines(overview))
    return 0


def _preview(args: argparse.Namespace) -> int:
    campaign, wave, _ = _named(args)
    preview = _with_staff(lambda staff: staff.preview(campaign, wave))
    _show(args, preview, lambda: preview_lines(preview))
    return 0


def _test(args: argparse.Namespace) -> int:
    settings, content = _content()
    campaign, wave, _ = _named(args)
    if args.chat is not None:
        outcome = push(settings, content, (campaign, wave), args.chat, args.locale)
    else:
        outcome = link(settings, content, (campaign, wave), args.bot)
    if args.json:
        _document(outcome.shown)
    else:
        print(outcome.text)
    return outcome.code


def _send(args: argparse.Namespace) -> int:
    campaign, wave, run = _named(args)

    async def work(staff: Staff) -> tuple[Preview, Status | None]:
        chosen = staff.wave(campaign, wave)
        preview = await staff.preview(campaign, chosen)
        if not args.yes or _nothing(preview, now=args.now):
            return preview, None
        status = await staff.approve(
            campaign, chosen, _by(args), run=run, seen=preview.fingerprint, now=args.now
        )
        return preview, status

    preview, status = _with_staff(work)
    why_not = "" if status else _nothing(preview, now=args.now)
    if args.json:
        shown = {"dry_run": not args.yes, "approved": status is not None, "why_not": why_not}
        _document({**shown, "preview": preview, "run": status})
    elif status:
        when = "now" if args.now else f"{status.due:%Y-%m-%d %H:%M} UTC on"
        print(f"Approved: {status.run} goes out from {when}.".replace("from now", "now"))
    else:
        print("\n".join(preview_lines(preview)))
        if why_not and why_not != preview.why_not:
            print(f"\n{why_not}")
        print("\nNothing can be approved." if why_not else _dry(args))
    return 1 if why_not else 0


def _nothing(preview: Preview, *, now: bool) -> str:
    """Why there is nothing to approve."""
    if preview.why_not:
        return preview.why_not
    if now and preview.audience and not preview.audience.total:
        return "Nobody who is subscribed fits: there is nothing to send."
    return ""


def _dry(args: argparse.Namespace) -> str:
    return f"\nNothing was approved. To {'send it now' if args.now else 'approve it'}, add --yes."


def _turn(args: argparse.Namespace) -> int:
    campaign, wave, run = _named(args)

    async def work(staff: Staff) -> Status | None:
        acts = {"pause": staff.pause, "resume": staff.resume, "cancel": staff.cancel}
        try:
            name = run or await staff.under_way(campaign, wave)
        except Impossible:
            if args.turn == "cancel" and await staff.withdraw(campaign, wave):
                return None
            raise
        return await acts[args.turn](name, _by(args))

    status = _with_staff(work)
    said = f"{status.run} is {status.state}." if status else "No later date is approved any more."
    _show(args, status or {"withdrawn": campaign}, lambda: [said])
    return 0


def _status(args: argparse.Namespace) -> int:
    campaign, wave, run = _named(args)
    if args.unknown and not run:
        raise Unknown("--unknown is for one run: give its id, such as cup.opening.2027-06-14.")

    async def look(staff: Staff) -> list[Status]:
        if run:
            return [await staff.status(run)]
        found = await staff.statuses(campaign, wave)
        return found if campaign or args.csv else found[:LATEST]

    if args.watch and not (args.json or args.csv or args.unknown):
        return _with_staff(lambda staff: _watch(staff, look))
    if args.unknown:
        chats = _with_staff(lambda staff: staff.unknown(run))
        _show(args, {"run": run, "unknown": chats}, lambda: map(str, chats))
        return 0

    async def measured(staff: Staff) -> list[Status]:
        """Look twice when something goes on: only then it is known how fast."""
        found = await look(staff)
        if args.csv or all(status.state != "sending" for status in found):
            return found
        await asyncio.sleep(EVERY)
        return await look(staff)

    found = _with_staff(measured)
    if args.csv:
        print(as_csv(found), end="")
    else:
        _show(args, {"runs": found}, lambda: status_lines(found))
    return 0


async def _watch(staff: Staff, look: Callable[[Staff], Awaitable[list[Status]]]) -> int:
    """Show bars until nothing goes on any more."""
    with bars(Console()) as shown:
        while True:
            found = await look(staff)
            shown.update(found)
            if all(status.state in OVER for status in found):
                return 0
            await asyncio.sleep(EVERY)


def _named(args: argparse.Namespace) -> tuple[str, str, str]:
    """Campaign, wave and run, each as far as it is named."""
    name, wave = args.id or "", args.wave or ""
    if "." not in name:
        return name, wave, ""
    parts = name.split(".")
    if len(parts) != 3 or (wave and wave != parts[1]):
        raise Unknown(f'"{name}" is no run with that wave: it looks like cup.opening.2027-06-14.')
    return parts[0], parts[1], name


def _by(args: argparse.Namespace) -> str:
    if args.by:
        return str(args.by)
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # nobody is called so, as in some containers
        return "operator"


def _content() -> tuple[Settings, Content]:
    settings = Settings.read(os.environ)
    return settings, Content.load(content_folder(settings))


def _with_staff(work: Callable[[Staff], Awaitable[T]]) -> T:
    _, content = _content()

    async def beside(pipeline: Pipeline) -> T:
        return await work(Staff(lambda: content, pipeline))

    return with_redis(beside)


def _show(args: argparse.Namespace, thing: Any, lines: Callable[[], Any]) -> None:
    if args.json:
        _document(thing)
    else:
        print("\n".join(lines()))


def _document(thing: Any) -> None:
    print(json.dumps(msgspec.to_builtins(thing), ensure_ascii=False))
