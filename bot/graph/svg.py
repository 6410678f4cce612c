"""A flow as an SVG picture of its own, for light and dark pages."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.graph.drawing import EXIT, LINE, LOST, shown

if TYPE_CHECKING:
    from bot.graph.drawing import Edge, Graph, Node

_MARGIN: Final = 24
_HEAD: Final = 36
_PAD: Final = 10
_STYLE: Final = """\
svg { color-scheme: light dark; background: #fff; font: 12px system-ui, sans-serif }
text { fill: #1c2733 } .kind, .label, .mark { font-size: 11px } .kind { fill: #5d6b79 }
.title { font-weight: 600 } .flow { font-size: 16px; font-weight: 600 }
.box { fill: #f2f6fa; stroke: #8798a8 } .ask .box, .choices .box { fill: #e4f0ff; stroke: #3d7fc4 }
.branch .box { fill: #fff4d6; stroke: #b98a1d }
.do .box, .call .box { fill: #e8f6e6; stroke: #4d9447 }
.exit .box { fill: none; stroke-dasharray: 4 3 } .entry .box { stroke-width: 2.5 }
.lost .box, .unreachable .box { stroke: #d02f2f; stroke-width: 2.5; stroke-dasharray: 5 3 }
.mark { fill: #c02626; stroke: #fff; stroke-width: 4px; paint-order: stroke }
.line { fill: none; stroke: #7b8a99; stroke-width: 1.3 }
.back { stroke: #b0559f } .stuck { stroke-dasharray: 3 3 } .tip { fill: #7b8a99 }
.behind { fill: #fff; fill-opacity: .88 }
@media (prefers-color-scheme: dark) {
  svg { background: #14191f } text { fill: #e6edf3 } .kind { fill: #9aa8b5 }
  .box { fill: #202933; stroke: #6f8192 }
  .ask .box, .choices .box { fill: #16304d; stroke: #5ea3ea }
  .branch .box { fill: #3b3013; stroke: #d6a83c }
  .do .box, .call .box { fill: #1b3520; stroke: #6cb866 }
  .lost .box, .unreachable .box { stroke: #ff6b6b }
  .mark { fill: #ff8f8f; stroke: #14191f } .behind { fill: #14191f }
}
"""


def as_svg(graph: Graph) -> str:
    """The picture, in pixels; it needs no other file."""
    width, height = graph.w + 2 * _MARGIN, graph.h + 2 * _MARGIN + _HEAD
    name = escape(graph.flow)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' width="{width:.0f}" height="{height:.0f}">',
        f"<title>{name}</title>",
        f"<style>{_STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"'
        ' markerHeight="7" orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>',
        f'<text class="flow" x="{_MARGIN}" y="{_MARGIN + 8}">{name}</text>',
        f'<g transform="translate({_MARGIN} {_MARGIN + _HEAD})">',
        *map(_line, graph.edges),
        *map(_box, graph.nodes),
        *(_label(edge) for edge in graph.edges if edge.labels),
        "</g></svg>",
    ]
    return "\n".join(parts) + "\n"


def _line(edge: Edge) -> str:
    """A smooth line: each pair of corners is joined by a curve that leaves and arrives upright."""
    points = edge.points
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (y + to_y) / 2
        straight = edge.source == edge.target or x == to_x
        path += (
            f" L{to_x:.1f} {to_y:.1f}"
            if straight
            else (f" C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}")
        )
    back = " back" if points[-1][1] < points[0][1] else ""
    return f'<path class="line {edge.kind}{back}" marker-end="url(#tip)" d="{path}"/>'


def _label(edge: Edge) -> str:
    x, y = edge.label_at
    lines = shown(edge.labels)
    top = y - LINE * len(lines) / 2
    texts = "".join(
        f'<text class="label" text-anchor="middle" x="{x:.1f}" y="{top + LINE * index + 12:.1f}">'
        f"{escape(line)}</text>"
        for index, line in enumerate(lines)
    )
    wide = max(map(len, lines)) * 5.8 + 6
    return (
        f'<rect class="behind" x="{x - wide / 2:.1f}" y="{top:.1f}" width="{wide:.1f}"'
        f' height="{LINE * len(lines):.1f}" rx="3"/>{texts}'
    )


def _box(node: Node) -> str:
    classes = [node.kind, *(["entry"] if node.entry else [])]
    if not node.reachable:
        classes.append("unreachable")
    corner = node.h / 2 if node.kind in (EXIT, LOST, "end") else 6
    parts = [
        f'<rect class="box" width="{node.w:.1f}" height="{node.h:.1f}" rx="{corner:.1f}"/>',
        f'<text class="title" x="{_PAD}" y="20">{"▶ " if node.entry else ""}'
        f"{escape(node.title)}</text>",
    ]
    if node.kind != EXIT:
        parts.append(
            f'<text class="kind" text-anchor="end" x="{node.w - _PAD:.1f}" y="20">'
            f"{node.kind}</text>"
        )
    parts += [
        f'<text x="{_PAD}" y="{20 + LINE * (index + 1):.0f}">{escape(line)}</text>'
        for index, line in enumerate(node.words)
    ]
    marks = ["nothing leads here"] if not node.reachable else []
    if node.untranslated:
        marks.append(f"not translated: {', '.join(node.untranslated)}")
    if marks:
        parts.append(f'<text class="mark" x="4" y="-4">⚑ {escape("; ".join(marks))}</text>')
    return (
        f'<g class="{" ".join(classes)}" transform="translate({node.x:.1f} {node.y:.1f})">'
        f"{''.join(parts)}</g>"
    )
