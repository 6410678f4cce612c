"""In which languages the bot may speak: those that lack nothing that may save somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import msgspec

from bot.actions.contact_page import SERVICES
from bot.conversation.flows import FlowSet
from bot.conversation.schema import Node
from bot.conversation.session import Frame
from bot.i18n.catalogues import Catalogues

SAFETY: Final = ("common", "urgent", "child", "hotline")
"""Flows in which somebody may need help at once; an English sentence there may cost a child."""

Sentence: TypeAlias = tuple[str | None, str]
"""Context and English text, as translators find them."""


def offered(catalogues: Catalogues, flows: FlowSet) -> tuple[str, ...]:
    """The languages that may be offered, English first; the others wait for their translators."""
    vital = tuple(vital_sentences(flows))
    return tuple(
        language
        for language in catalogues.languages
        if all(catalogues.has(language, *sentence) for sentence in vital)
    )


def vital_sentences(flows: FlowSet) -> Iterator[Sentence]:
    """What has to be translated before a language is offered."""
    for kind in ("buttons", "texts"):
        for name, text in msgspec.structs.asdict(getattr(flows.common, kind)).items():
            yield f"common.{kind}.{name}", text
    for service in SERVICES.values():
        yield None, service
    for name in SAFETY:
        if flow := flows.flows.get(name):
            for node_name, node in flow.nodes.items():
                yield from node_sentences(Frame(name, node_name), node)


def node_sentences(at: Frame, node: Node) -> Iterator[Sentence]:
    """What people read at one step of a flow."""
    context = f"{at.flow}.{at.node}"
    yield from _texts(context, "say", node.say)
    yield from _texts(context, "unclear", node.unclear)
    for field, choices in (("choices", node.choices), ("stuck", node.stuck)):
        for choice in choices:
            yield f"{context}.{field}.{choice.key}", choice.label


def _texts(at: str, field: str, texts: str | Iterable[str]) -> Iterator[Sentence]:
    if isinstance(texts, str):
        if texts:
            yield f"{at}.{field}", texts
        return
    for number, text in enumerate(texts):
        yield f"{at}.{field}.{number}", text
