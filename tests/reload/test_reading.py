"""Content that is read in a process of its own is the same, or it is said what is wrong with it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey
from msgspec.structs import replace

from bot.content import Content, shipped
from bot.conversation.events import Command, Start, Text
from bot.conversation.session import Session
from bot.knowledge.places import Places
from bot.reload.handover import hand_over, take
from bot.reload.reading import read, read_apart
from bot.reports.partners import Partners
from bot.reports.sealing import open_sealed, seal

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
PAGE = "https://bot.example/mail"
SEALING = OKPKey.generate_key("X25519")
ASKING = OKPKey.generate_key("Ed25519")


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The content as it was shipped, with one language and a partner."""
    for part in ("flows", "data", "locales/fr"):
        shutil.copytree(shipped() / part, tmp_path / part)
    partner = {
        "id": "north",
        "name": "Hotline North",
        "countries": ["KE"],
        "kinds": "*",
        "endpoint": "https://north.example/reports",
        "public_key": SEALING.as_dict(private=False),
        "asking_key": ASKING.as_dict(private=False),
    }
    (tmp_path / "data" / "partners.yaml").write_text(json.dumps({"partners": [partner]}))
    return tmp_path


async def test_it_is_the_same_as_if_it_had_been_read_here(folder: Path, places: Places) -> None:
    apart, problems = await read_apart(folder, PAGE, places)
    assert problems == []
    assert apart is not None
    here = Content.load(folder, places, PAGE)
    assert apart.places is places
    assert apart.flows.version == here.flows.version
    assert apart.catalogues.languages == here.catalogues.languages
    ours, theirs = Session(locale="fr"), Session(locale="fr")
    for event in (
        Start(),
        Command("hotline"),
        Text("Kenya"),
        Command("report"),
        Text("Mombasa"),
        Command("tips", "Thailand"),
        Command("learn"),
        Text("a child is in danger"),
    ):
        turn, other = here.advance(ours, event, NOW), apart.advance(theirs, event, NOW)
        assert turn.messages == other.messages
        ours, theirs = turn.session, other.session
    assert ours == theirs


async def test_partners_can_be_written_to_and_answered(folder: Path, places: Places) -> None:
    apart, _ = await read_apart(folder, PAGE, places)
    assert apart is not None
    [partner] = apart.partners
    assert open_sealed(seal("what was seen", partner.key), SEALING) == b"what was seen"
    assert partner.asking_key is not None
    assert partner.asking_key.thumbprint() == ASKING.thumbprint()


def test_no_private_key_is_handed_over(folder: Path, places: Places) -> None:
    content = Content.load(folder, places)
    [partner] = content.partners
    content = replace(content, partners=Partners((replace(partner, key=SEALING),)))
    written = io.BytesIO()
    hand_over(content, [], written)
    assert SEALING.as_dict(private=True)["d"].encode() not in written.getvalue()
    taken, _ = take(written.getvalue(), places)
    assert taken is not None
    assert not next(iter(taken.partners)).key.is_private


async def test_every_mistake_is_named_with_its_place(folder: Path, places: Places) -> None:
    for name, old, new in (("help", "start: ", "start: not_"), ("tips", "flow: ", "flwo: ")):
        path = folder / "flows" / f"{name}.yaml"
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    content, problems = await read_apart(folder, PAGE, places)
    assert content is None
    assert any(problem.startswith("flows/help.yaml:") for problem in problems)
    assert any(problem.startswith("flows/tips.yaml:") for problem in problems)


def test_warnings_are_no_reason_not_to_use_it(folder: Path) -> None:
    path = folder / "flows" / "learn.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("title: ", "title: Now ", 1), "utf-8")  # nobody translated it
    content, problems = read(folder, PAGE)
    assert problems == []
    assert content is not None


def test_a_folder_without_flows_is_a_mistake(tmp_path: Path) -> None:
    content, problems = read(tmp_path, PAGE)
    assert content is None
    assert problems


def test_whoever_reads_for_somebody_who_has_died_says_nothing(folder: Path) -> None:
    command = [sys.executable, "-m", "bot.reload", str(folder), PAGE, str(os.getpid())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        assert reader.stderr is not None
        reader.stdout.close()
        assert reader.stderr.read() == b""


def test_reading_ends_with_the_process_that_wanted_it(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    os.mkfifo(tmp_path / "flows" / "stuck.yaml")  # nobody writes into it: reading never ends
    begin = "import os, subprocess, sys; subprocess.Popen([*sys.argv[1:], str(os.getpid())])"
    command = [sys.executable, "-c", begin, sys.executable, "-m", "bot.reload", str(tmp_path), PAGE]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as bot:
        assert bot.stdout is not None
        assert bot.stdout.read() == b""  # until the reader, too, has closed it
