"""A flow as Mermaid text, which GitHub and many editors draw (https://mermaid.js.org)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.graph.drawing import EXIT, LOST, shown

if TYPE_CHECKING:
    from bot.graph.drawing import Graph, Node

_SHAPES: Final = {
    "branch": ("{{", "}}"),
    "end": ("([", "])"),
    EXIT: ("([", "])"),
    LOST: ("([", "])"),
}
_CLASSES: Final = (
    "classDef entry stroke-width:3px",
    "classDef exit stroke-dasharray:4 3",
    "classDef lost stroke:#d33,stroke-width:3px",
    "classDef unreachable stroke:#d33,stroke-dasharray:4 3",
)


def as_mermaid(graph: Graph) -> str:
    """The text, from ``flowchart`` on."""
    numbers = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart TD"]
    for node in graph.nodes:
        before, after = _SHAPES.get(node.kind, ("[", "]"))
        lines.append(f'  {numbers[node.id]}{before}"{_box(node)}"{after}{_class(node)}')
    for edge in graph.edges:
        arrow = "-.->" if edge.kind == "stuck" else "-->"
        label = f'|"{"<br/>".join(map(_text, shown(edge.labels)))}"|' if edge.labels else ""
        lines.append(f"  {numbers[edge.source]} {arrow}{label} {numbers[edge.target]}")
    return "\n".join([*lines, *(f"  {line}" for line in _CLASSES), ""])


def _box(node: Node) -> str:
    kind = "" if node.kind == EXIT else f" · {node.kind}"
    head = f"<b>{_text(node.title)}</b>{kind}"
    marks = ["nothing leads here"] if not node.reachable else []
    if node.untranslated:
        marks.append(f"not translated: {', '.join(node.untranslated)}")
    return "<br/>".join([head, *map(_text, node.words), *(f"<i>{mark}</i>" for mark in marks)])


def _class(node: Node) -> str:
    if node.kind in (EXIT, LOST):
        return f":::{node.kind}"
    if not node.reachable:
        return ":::unreachable"
    return ":::entry" if node.entry else ""


def _text(text: str) -> str:
    for letter, entity in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(letter, entity)
    return text
