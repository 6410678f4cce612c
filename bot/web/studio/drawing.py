"""A flow as the studio draws it: where each node stands, and what is wrong with it.

Runs in the worker.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from bot.conversation.flows import Finding
from bot.graph import layout, untranslated
from bot.i18n.catalogues import Catalogues
from bot.web.studio.answers import Refusal
from bot.web.studio.checking import findings
from bot.web.studio.edition import Script, catalogues, script
from bot.web.studio.overlay import Texts


def draw(folder: Path, texts: Texts, flow: str, today: date) -> dict[str, Any]:
    """A :class:`bot.graph.Graph`, with what its nodes say in every language and their mistakes.

    Raises :class:`~bot.web.studio.answers.Refusal`.
    """
    found, words = script(folder, texts), catalogues(folder, texts)
    if flow not in found.flows.flows:
        raise Refusal(404, f'There is no flow "{flow}".')
    graph = layout(found.flows, flow, untranslated(found.flows, flow, words))
    drawing: dict[str, Any] = msgspec.to_builtins(graph)
    wrong = _by_node(found, flow, findings(folder, texts, today))
    for node in drawing["nodes"]:
        node["text"] = _said(found, flow, node["id"], words)
        node["unreachable"] = not node.pop("reachable")
        node["findings"] = wrong.get(node["id"], [])
    return {**drawing, "title": found.flows.flows[flow].title}


def _said(found: Script, flow: str, name: str, words: Catalogues) -> dict[str, str]:
    node = found.flows.flows[flow].nodes.get(name)
    if node is None or not node.say:
        return {}
    context = f"{flow}.{name}.say"
    return {code: words.text(code, context, node.say) for code in words.languages}


def _by_node(found: Script, flow: str, wrong: list[Finding]) -> dict[str, list[Finding]]:
    """The findings in the lines of each node of a flow's file."""
    file = found.loaded.files[flow]
    source = found.loaded.sources[file]
    begins = {name: source.range(("nodes", name)).line for name in found.flows.flows[flow].nodes}
    by_node: dict[str, list[Finding]] = {}
    for finding in wrong:
        before = [name for name, line in begins.items() if line <= finding.line]
        if finding.file == f"flows/{file}" and before:
            by_node.setdefault(max(before, key=begins.__getitem__), []).append(finding)
    return by_node
