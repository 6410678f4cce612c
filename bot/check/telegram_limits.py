"""What Telegram refuses or cuts off: long texts, unknown formatting, strange addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bot.check import markup
from bot.check.slots import PLACEHOLDER
from bot.conversation.answers import TEXT_TYPES
from bot.conversation.limits import ANSWER, CALLBACK_BYTES
from bot.conversation.push import LINK
from bot.knowledge.campaign_file import LONGEST_ID, LONGEST_WAVE_ID

if TYPE_CHECKING:
    from bot.check.draft import Draft
    from bot.check.sentences import Sentence
    from bot.conversation.flows import Finding
    from bot.conversation.session import Frame

MESSAGE_UNITS: Final = 4096
"""UTF-16 code units of a message without its tags; what is longer is sent in parts."""

LABEL: Final = 64
"""Characters of a button; clients cut off what is longer."""

COPY: Final = 256
"""Characters that a button may put on the clipboard."""

SHORT_ANSWER: Final = 100
"""Characters of the longest place, date, number or address that people answer with."""

REPORT: Final = 24
"""Bytes of what a pushed step about a report is about: its name."""
RUN: Final = LONGEST_ID + LONGEST_WAVE_ID + len("..2027-06-14~TH")
"""The same for a message of a campaign: its run, and the country of a trip."""

CAMPAIGN: Final = "campaign"
"""The slot of that."""

_SCHEMES: Final = frozenset({"http", "https", "tg"})


def check_telegram_limits(draft: Draft) -> Iterator[Finding]:
    """Look at everything that is sent, in the source language."""
    for sentence in draft.sentences:
        for code, message in refusals(sentence.text, sentence.use):
            yield draft.in_file(sentence.file, sentence.path, code, message)
        if (units := _longest(draft, sentence)) > MESSAGE_UNITS:
            message = (
                f"With long answers filled in this has {units} characters; Telegram takes"
                f" {MESSAGE_UNITS}, so it arrives in parts. Make it shorter."
            )
            yield draft.in_file(sentence.file, sentence.path, "W501", message)
    for at, node in draft.nodes():
        for field, choices in (("choices", node.choices), ("stuck", node.stuck)):
            for index, choice in enumerate(choices):
                if choice.url and not _opens(choice.url):
                    message = _not_an_address(choice.url)
                    yield draft.in_node(at, (field, index, "url"), "E506", message)
                if choice.copy and len(choice.copy) > COPY:
                    message = (
                        f"This has {len(choice.copy)} characters; a button can copy {COPY}."
                        " Make it shorter."
                    )
                    yield draft.in_node(at, (field, index, "copy"), "E503", message)
                if node.push and choice.goto and not _has_room(draft, at, choice.goto):
                    message = (
                        "Names of flow and node have no room in this button, which says by itself"
                        " where it leads. Give them shorter names."
                    )
                    yield draft.in_node(at, (field, index, "goto"), "E507", message)


def refusals(text: str, use: str) -> Iterator[tuple[str, str]]:
    """What Telegram would not take in a *text* or a *label*, as code and message."""
    if use == "label":
        if len(text) > LABEL:
            message = f"This label has {len(text)} characters, {LABEL} are shown. Make it shorter."
            yield "E502", message
        if markup.has_tag(text):
            yield "E505", "A button shows no formatting. Remove the tags."
    if use == "text":
        if problem := markup.problem(text):
            yield "E504", problem
        for address in markup.links(text):
            if not _opens(address):
                yield "E506", _not_an_address(address)


def _has_room(draft: Draft, at: Frame, target: str) -> bool:
    """Whether a button of a pushed step can carry where it leads and what that is about."""
    to = draft.resolve(target, at.flow)
    common = draft.loaded.common
    urgent = draft.resolve(common.emergency) if common else None
    if to is None or to == urgent:  # a target that is missing is found elsewhere
        return True
    most = CALLBACK_BYTES - (RUN if draft.flows[at.flow].about == CAMPAIGN else REPORT)
    return len(f"{LINK}{to.flow}/{to.node}:".encode()) <= most


def _longest(draft: Draft, sentence: Sentence) -> int:
    """The length of a message with the longest answers filled in; 0 when it is short anyway."""
    if "{" not in sentence.text and 2 * len(sentence.text) <= MESSAGE_UNITS:
        return 0
    names = PLACEHOLDER.findall(sentence.text) if sentence.use == "text" else ()
    bare = PLACEHOLDER.sub("", sentence.text)
    return markup.length(bare) + sum(_longest_answer(draft, name) for name in names)


def _longest_answer(draft: Draft, name: str) -> int:
    slot = draft.slots.get(name)
    if slot is None or slot.type not in TEXT_TYPES or slot.given:
        return SHORT_ANSWER
    limits = [node.max for _, node in draft.nodes() if node.save == name]
    return max((int(limit or ANSWER) for limit in limits), default=ANSWER)


def _opens(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host_is_good = "." in parts.netloc or parts.scheme == "tg"
    return parts.scheme in _SCHEMES and host_is_good and not any(map(str.isspace, address))


def _not_an_address(address: str) -> str:
    return f'"{address}" cannot be opened. Write it in full: https://…'
