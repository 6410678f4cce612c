"""Content with edits that nobody has saved yet, ready to talk or to be drawn. Runs in the worker.

Unlike the running bot it speaks every language there is, those that still wait for their
translators too. What an edit does not touch is not read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from msgspec import Struct

from bot.actions import build_actions
from bot.content import Content
from bot.content.languages import offered
from bot.conversation.flows import FlowError, FlowSet, Loaded, compile_flows, read_folder
from bot.i18n.catalogues import Catalogues
from bot.knowledge.campaigns import Campaigns
from bot.knowledge.events import Events
from bot.knowledge.facts import Facts
from bot.knowledge.hotlines import Hotlines
from bot.knowledge.places import Places
from bot.knowledge.tips import Tips
from bot.reports.partners import load_partners
from bot.web.studio.answers import Refusal
from bot.web.studio.checking import named
from bot.web.studio.overlay import Kept, Texts, overlaid, state

T = TypeVar("T")

KEPT: Final = 3
"""Editions of each part in memory: saved, and edited by two people; flows take 20 MB each."""

_parts: defaultdict[str, Kept[Any]] = defaultdict(lambda: Kept(KEPT))
_editions: Kept[Content] = Kept(KEPT)
_places: Kept[Places] = Kept(1)


class Script(Struct, frozen=True):
    """Flows ready to walk, and where everything stands in their files."""

    flows: FlowSet
    loaded: Loaded


def edition(folder: Path, texts: Texts, mail_page: str = "") -> Content:
    """The whole content. Raises :class:`~bot.web.studio.answers.Refusal` (422, findings)."""
    return _editions.get(state(folder, texts), lambda: _load(folder, texts, mail_page))


def script(folder: Path, texts: Texts) -> Script:
    """The flows only. Raises :class:`~bot.web.studio.answers.Refusal` (422, findings)."""
    return _part(folder, texts, "flows", _script)


def catalogues(folder: Path, texts: Texts) -> Catalogues:
    """All translations. Raises :class:`~bot.web.studio.answers.Refusal` (422, findings)."""
    return _part(folder, texts, "locales", Catalogues.load)


def languages_offered(folder: Path) -> tuple[str, ...]:
    """The languages in which the bot would speak to people. Raises as above."""
    return offered(catalogues(folder, {}), script(folder, {}).flows)


def _load(folder: Path, texts: Texts, mail_page: str) -> Content:
    words = catalogues(folder, texts)
    hotlines = _part(folder, texts, "data/hotlines.yaml", Hotlines.load)
    partners = _part(folder, texts, "data/partners.yaml", load_partners)
    facts = _part(folder, texts, "data/facts.yaml", Facts.load)
    events = _part(folder, texts, "data/events.yaml", Events.load)
    tips = _part(folder, texts, "data/tips.yaml", Tips.load)
    campaigns = _part(
        folder, texts, "data", lambda data: Campaigns.load(data / "campaigns.yaml", events)
    )
    return Content(
        flows=script(folder, texts).flows,
        catalogues=words,
        hotlines=hotlines,
        places=_places.get("", Places.load),
        partners=partners,
        facts=facts,
        events=events,
        tips=tips,
        campaigns=campaigns,
        actions=build_actions(
            hotlines,
            words,
            partners,
            facts=facts,
            events=events,
            tips=tips,
            campaigns=campaigns,
            mail_page=mail_page,
        ),
    )


def _part(folder: Path, texts: Texts, part: str, read: Callable[[Path], T]) -> T:
    """A file or a folder of the content; read only if it is not what it was the last time."""

    def make() -> T:
        with overlaid(folder, texts) as root:
            try:
                return read(root / part)
            except ValueError as error:
                reason = "This cannot be tried out yet: mend the mistakes first."
                raise Refusal(422, reason, {"findings": named(root, error)}) from None

    found: T = _parts[part].get(state(folder, texts, part), make)
    return found


def _script(folder: Path) -> Script:
    loaded = read_folder(folder)
    errors = sorted(finding for finding in loaded.findings if finding.is_error)
    if errors or loaded.common is None or loaded.triggers is None:
        raise FlowError(errors)
    return Script(compile_flows(loaded, loaded.common, loaded.triggers), loaded)
