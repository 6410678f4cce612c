"""Campaigns: their dates, the steps that they send, and their pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec
from babel.localedata import exists

from bot.check import markup
from bot.check.lists import misshapen, read_list, well_shaped
from bot.check.slots import PLACEHOLDER
from bot.check.telegram_limits import SHORT_ANSWER
from bot.conversation.flows import Finding
from bot.conversation.session import Frame
from bot.conversation.wording import did_you_mean, listed
from bot.i18n.catalogues import Catalogues
from bot.i18n.negotiate import SOURCE
from bot.knowledge.campaign_file import (
    AudienceEntry,
    CampaignEntry,
    CampaignFile,
    PolicyEntry,
    step_of,
)
from bot.knowledge.campaign_mistakes import mistakes, policy_mistakes
from bot.knowledge.event_file import Day, Event, EventFile
from bot.knowledge.events import Events
from bot.knowledge.quiet_hours import Quiet
from bot.knowledge.wave_dates import only_day
from bot.knowledge.wave_when import Around, When
from bot.knowledge.wave_words import parse_when

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.check.draft import Draft
    from bot.conversation.schema import Node
    from bot.conversation.source import Path as Keys

MISTAKE: Final = "E951"
MESSAGE: Final = "E952"
PICTURE: Final = "E953"
CAPTION_UNITS: Final = 1024
"""UTF-16 code units of the text below a picture, without its tags."""
PICTURE_BYTES: Final = 10 * 1024 * 1024
"""What sendPhoto takes (https://core.telegram.org/bots/api#sendphoto)."""

_MAGIC: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
"""How a JPEG and a PNG file begin."""

_Found: TypeAlias = "Iterator[tuple[str, Keys, str]]"


def check_campaigns(draft: Draft) -> Iterator[Finding]:
    """Look at the policy and at every campaign."""
    path = draft.folder / "data" / "campaigns.yaml"
    source, findings = read_list(path)
    yield from findings
    if source is None:
        return
    yield from misshapen(source, CampaignFile, MISTAKE)
    for code, keys, message in _found(draft, source.data, _events(path)):
        yield Finding.at(source.name, source.range(keys), code, message)


def _found(draft: Draft, data: Any, events: Events) -> _Found:
    policy = _policy(data)
    for keys, message in policy_mistakes(policy):
        yield MISTAKE, ("policy", *keys), message
    entries = list(well_shaped(data, "campaigns", CampaignEntry))
    for keys, message in mistakes(entries, events, _quiet(policy)):
        yield MISTAKE, ("campaigns", *keys), message
    nodes = dict(draft.nodes())
    for number, entry in entries:
        for look in (_languages, _messages, _picture, _past):
            for code, keys, message in look(draft, entry, events, nodes):
                yield code, ("campaigns", number, *keys), message


def _languages(draft: Draft, entry: CampaignEntry, _: Events, __: Mapping[Frame, Node]) -> _Found:
    found = (draft.folder / "locales").glob("*/LC_MESSAGES/messages.po")
    known = {SOURCE, *(path.parent.parent.name for path in found)}
    for index, code in enumerate((entry.audience or AudienceEntry()).languages):
        waits = not entry.enabled and exists(code)  # until somebody translates
        if code not in known and not waits:
            message = f'Nobody uses the bot in "{code}".{did_you_mean(code, known)}'
            where = ("audience", "languages", index)
            yield MISTAKE, where, f"{message} It speaks: {listed(known)}."


def _messages(
    draft: Draft, entry: CampaignEntry, events: Events, nodes: Mapping[Frame, Node]
) -> _Found:
    """Every step that is sent must be there, be meant for it, and have what it shows."""
    if entry.message and (problem := _unsendable(draft, entry.message, nodes)):
        yield MESSAGE, ("message",), problem
    for number, wave in enumerate(entry.waves):
        where = ("waves", number, "message" if wave.message else "id")
        if wave.message and (problem := _unsendable(draft, wave.message, nodes)):
            yield MESSAGE, where, problem
            continue
        node = _node(draft, wave.message or entry.message or "", nodes)
        when = _when(wave.when)
        if node is None or when is None:
            continue
        filled = _filled(entry, when, events)
        for name in dict.fromkeys(PLACEHOLDER.findall(node.say or "")):
            if filled.get(name, True):
                continue
            message = f'The message shows {{{name}}}, which is empty for a wave "{wave.when}".'
            yield MESSAGE, where, f"{message} Choose another message, or another day."


def _unsendable(draft: Draft, message: str, nodes: Mapping[Frame, Node]) -> str:
    """Why a step cannot be sent; empty when it can, or when that cannot be told."""
    message = step_of(message)
    if "/" not in message or message.partition("/")[0] in draft.unread:
        return ""
    at = draft.resolve(message)
    if at is None:
        pushed = {f"{each.flow}/{each.node}" for each, node in nodes.items() if node.push}
        return f'There is no step "{message}".{did_you_mean(message, pushed)}'
    node = nodes.get(at)
    if node is not None and not node.push:
        return f'"{message}" is not for being sent. Give it push: true, or choose another.'
    return ""


def _node(draft: Draft, message: str, nodes: Mapping[Frame, Node]) -> Node | None:
    at = draft.resolve(message) if "/" in message else None
    return nodes.get(at) if at else None


def _filled(entry: CampaignEntry, when: When, events: Events) -> dict[str, bool]:
    """Whether there is something to show for what a push fills in."""
    event = events.get(entry.event or "")
    only = only_day(when.rule, event)
    rule = when.rule
    ahead = isinstance(rule, Around) and rule.days < 0 and rule.end != "return"
    return {
        "push_event": bool(entry.event or entry.day),
        "push_place": bool(entry.event or entry.trip),
        "push_days": bool(entry.event or entry.day or entry.trip),
        "push_left": only < event.starts if event and only else ahead,
    }


def _picture(draft: Draft, entry: CampaignEntry, _: Events, nodes: Mapping[Frame, Node]) -> _Found:
    if not entry.picture or "/" in entry.picture:
        return
    path = draft.folder / "data" / "pictures" / entry.picture
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            begins = file.read(8)
    except OSError:
        others = [each.name for each in path.parent.glob("*")]
        message = f'There is no picture "{entry.picture}" in data/pictures.'
        yield PICTURE, ("picture",), message + did_you_mean(entry.picture, others)
        size, begins = 0, _MAGIC[0]
    if size > PICTURE_BYTES:
        message = (
            f"This picture has {size / 1024 / 1024:.1f} MB, Telegram takes 10. Make it smaller."
        )
        yield PICTURE, ("picture",), message
    if not begins.startswith(_MAGIC):
        message = f'"{entry.picture}" is neither JPEG nor PNG, whatever it is called. Convert it.'
        yield PICTURE, ("picture",), message
    yield from _captions(draft, entry, nodes)


def _captions(draft: Draft, entry: CampaignEntry, nodes: Mapping[Frame, Node]) -> _Found:
    try:
        catalogues = Catalogues.load(draft.folder / "locales", draft.catalogue)
    except ValueError:  # said where translations are checked
        catalogues = Catalogues({})
    for number, wave in enumerate(entry.waves):
        message = wave.message or entry.message or ""
        node, at = _node(draft, message, nodes), draft.resolve(message)
        if node is None or at is None or not node.say:
            continue
        context = f"{at.flow}.{at.node}.say"
        units, language = max(
            (_units(catalogues.text(each, context, node.say)), each)
            for each in (SOURCE, *catalogues.languages)
        )
        if units > CAPTION_UNITS:
            text = f"With a picture, {CAPTION_UNITS} characters fit below it; in {language} this"
            text += f" can have {units}. It arrives as two messages. Make it shorter."
            yield "W955", ("waves", number, "message" if wave.message else "id"), text


def _units(text: str) -> int:
    """The length of a message with long values filled in."""
    bare, fills = PLACEHOLDER.subn("", text)
    return markup.length(bare) + fills * SHORT_ANSWER


def _past(draft: Draft, entry: CampaignEntry, events: Events, _: Mapping[Frame, Node]) -> _Found:
    event = events.get(entry.event or "")
    for number, wave in enumerate(entry.waves if entry.enabled else ()):
        when = _when(wave.when)
        day = only_day(when.rule, event) if when else None
        if day and day < draft.today:
            message = f'"{wave.id}" was due on {day} and is not sent any more. Take it out.'
            yield "W954", ("waves", number, "when"), message


def _when(text: str) -> When | None:
    try:
        return parse_when(text)
    except ValueError:  # said elsewhere
        return None


def _policy(data: Any) -> PolicyEntry:
    """The policy, as far as it can be read."""
    written = data.get("policy", {}) if isinstance(data, dict) else {}
    try:
        return msgspec.convert(written, PolicyEntry, strict=False)
    except msgspec.ValidationError:
        return PolicyEntry()


def _quiet(policy: PolicyEntry) -> Quiet:
    try:
        return Quiet.parse(policy.quiet)
    except ValueError:
        return Quiet.parse(PolicyEntry().quiet)


def _events(path: Path) -> Events:
    """The calendar as far as it can be read; what is wrong with the rest is said elsewhere."""
    source, _ = read_list(path.with_name("events.yaml"))
    if source is None:
        return Events()
    events = tuple(each for _, each in well_shaped(source.data, "events", Event))
    days = tuple(each for _, each in well_shaped(source.data, "days", Day))
    return Events(EventFile(events=events, days=days))
