"""Content as editors, translators and broken disks could leave it: every kind of file."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Final

from hypothesis import strategies as st

from benchmarks.fuzzing.inside import content
from benchmarks.fuzzing.shapes import mangled
from benchmarks.fuzzing.target import Target, holds
from bot.check import check
from bot.content import shipped
from bot.conversation import source
from bot.i18n import pofile
from bot.knowledge.campaigns import Campaigns
from bot.knowledge.events import Events
from bot.knowledge.facts import Facts
from bot.knowledge.hotlines import Hotlines
from bot.knowledge.tips import Tips
from bot.reports.partners import read_partners

TODAY: Final = date(2026, 11, 25)
LARGEST: Final = 30_000
"""Bytes of a seed: of longer files the beginning, at the end of a line."""
PARTNERS: Final = (
    b"partners:\n  - id: north\n    name: Hotline North\n    countries: [KE, NO]\n    kinds: '*'\n"
    b"    endpoint: https://north.example/reports\n    public_key:\n      kty: OKP\n"
    b"      crv: X25519\n      x: 3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08\n"
)
BOMBS: Final = (
    b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
    b"a: &a {b: *a}\n",
    b"- " * 100_000 + b"x",
    b"[" * 100_000,
    b"{a: " * 50_000,
    b"? " * 50_000,
    b"".join(b" " * depth + b"a:\n" for depth in range(2500)),
    b"a: |\n" + b"  x\n" * 300_000,
    b'a: "' + b"\\U0001F600" * 20_000 + b'"',
    b"\xff\xfea\x00:\x00 \x00b\x00",
    b"\x00\x00\xfe\xff\x00\x00\x00a",
    "a: é".encode("latin-1"),
    b"%TAG ! tag:x,2000:\n--- !a b\n",
    b"--- a\n--- b\n",
    b"!!python/object/apply:os.system [true]\n",
)


def _seed(path: str) -> bytes:
    text = (shipped() / path).read_bytes()
    return text if len(text) <= LARGEST else text[: text.rindex(b"\n", 0, LARGEST) + 1]


@cache
def _place(name: str) -> Path:
    """Where a file of this kind is written over and over."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    return folder / name


def _read(name: str, load: Callable[[Path], object], text: bytes) -> None:
    """Reading ends with what is there, or with a ValueError that people can read."""
    path = _place(name)
    path.write_bytes(text)
    try:
        load(path)
    except ValueError as error:
        holds(not isinstance(error, UnicodeError), "an encoding error that names no file")
        holds(name in str(error), "the file is not named")


def flow(text: bytes) -> None:
    """Reading a flow never fails: its faults are listed."""
    with contextlib.suppress(UnicodeDecodeError):
        read = source.read("flows/x.yaml", text.decode())
        for fault in read.faults:
            holds(fault.where.line >= 1 and fault.message.strip(), "a fault without place or words")


def folder(files: dict[str, bytes]) -> None:
    """The checker never raises, and everything it says has a place."""
    with tempfile.TemporaryDirectory() as place:
        for name, text in files.items():
            path = Path(place) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        for finding in check(Path(place), TODAY):
            holds(finding.line >= 1 and finding.message.strip(), "a finding without place or words")


def _data(name: str, load: Callable[[Path], object], seed: bytes, *modules: str) -> Target:
    made = mangled([seed]) | st.sampled_from(BOMBS)
    return Target(
        name,
        made,
        partial(_read, f"{name}.yaml", load),
        ("bot.knowledge.data_file", *modules),
        seeds=(seed, *BOMBS),
    )


def _campaigns(path: Path) -> Campaigns:
    return Campaigns.load(path, content().events)


_FLOW: Final = _seed("flows/urgent.yaml")
_FILES: Final = ("flows/common.yaml", "flows/triggers.yaml", "flows/urgent.yaml", "data/facts.yaml")
_PO: Final = _seed("locales/fr/LC_MESSAGES/messages.po")

TARGETS: Final = (
    Target(
        "flows",
        mangled([_FLOW]) | st.sampled_from(BOMBS),
        flow,
        ("bot.conversation.source",),
        seeds=(_FLOW, *BOMBS),
    ),
    Target(
        "folders",
        st.fixed_dictionaries(
            {name: mangled([_seed(name)]) | st.sampled_from(BOMBS) for name in _FILES}
        ),
        folder,
        ("bot.conversation.flows", "bot.check.shape", "bot.check.targets", "bot.check.slots"),
    ),
    _data("hotlines", Hotlines.load, _seed("data/hotlines.yaml"), "bot.knowledge.contact_file"),
    _data("events", Events.load, _seed("data/events.yaml"), "bot.knowledge.event_file"),
    _data("facts", Facts.load, _seed("data/facts.yaml"), "bot.knowledge.fact_file"),
    _data("tips", Tips.load, _seed("data/tips.yaml"), "bot.knowledge.tip_file"),
    _data("campaigns", _campaigns, _seed("data/campaigns.yaml"), "bot.knowledge.campaign_file"),
    _data("partners", read_partners, PARTNERS, "bot.reports.partners"),
    Target(
        "translations",
        mangled([_PO]),
        partial(_read, "messages.po", pofile.read),
        ("bot.i18n.pofile",),
        seeds=(_PO,),
    ),
)
