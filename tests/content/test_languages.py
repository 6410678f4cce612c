"""A language is offered only when nothing is missing that may save somebody."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.content import Content, shipped
from bot.content.languages import SAFETY, vital_sentences
from bot.i18n import pofile
from bot.i18n.template import build_template


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("flows", "data"):
        shutil.copytree(shipped() / name, tmp_path / name)
    (tmp_path / "locales").mkdir()
    return tmp_path


def translate(folder: Path, *without: str) -> None:
    """Write a French that reads like English, but for contexts that begin so."""
    catalog = pofile.PoCatalog("fr")
    catalog.update(build_template(folder))
    for message in catalog:
        if message.id and not (message.context or "").startswith(tuple(without)):
            message.string = message.id
    path = folder / "locales" / "fr" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(pofile.render(catalog))


@pytest.mark.parametrize("missing", [f"{name}." for name in SAFETY])
def test_a_language_waits_for_what_may_save_somebody(folder: Path, missing: str) -> None:
    translate(folder, missing)
    assert Content.load(folder).catalogues.languages == ("en",)


def test_it_does_not_wait_for_the_rest(folder: Path) -> None:
    translate(folder, "tips", "learn", "events", "facts", "survey", "report")
    assert Content.load(folder).catalogues.languages == ("en", "fr")


def test_what_is_vital_is_what_translators_find(folder: Path) -> None:
    template = {(message.context, message.id) for message in build_template(folder)}
    vital = set(vital_sentences(Content.load(shipped()).flows))
    assert vital <= template
    found = {
        context
        for context, _ in template
        if context and context.startswith(tuple(f"{name}." for name in SAFETY))
    }
    titles = {context for context in found if context.endswith(".title")}
    assert found - titles == {context for context, _ in vital if context}
