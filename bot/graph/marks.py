"""What an editor should see at a glance: nodes that a language does not say yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.content.languages import node_sentences
from bot.conversation.session import Frame

if TYPE_CHECKING:
    from bot.conversation.flows import FlowSet
    from bot.i18n.catalogues import Catalogues


def untranslated(flows: FlowSet, flow: str, catalogues: Catalogues) -> dict[str, tuple[str, ...]]:
    """The languages that say something in English, by node; nodes that lack none are left out."""
    found = {}
    for name, node in flows.flows[flow].nodes.items():
        sentences = list(node_sentences(Frame(flow, name), node))
        lacking = tuple(
            language
            for language in catalogues.languages
            if not all(catalogues.has(language, *sentence) for sentence in sentences)
        )
        if lacking:
            found[name] = lacking
    return found
