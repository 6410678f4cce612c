"""One flow, laid out: boxes with what they say, lines with what is pressed."""

from __future__ import annotations

import html
import re
import textwrap
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from bot.conversation.session import Frame
from bot.graph.layers import Line, Point, Size, place, ways_back
from bot.graph.ways import Way, WayKind, reachable, ways

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.conversation import schema
    from bot.conversation.flows import FlowSet

NodeId: TypeAlias = str
"""The name of a node; for a signpost ``from>flow/node``."""

LETTER: Final = 6.6
"""Width of a letter at the size of the drawing, in pixels; wide ones count twice."""
LINE: Final = 16.0
_BOLD: Final = 1.08
EXIT: Final = "exit"
LOST: Final = "lost"
_WIDTH: Final = 32
_LINES: Final = 3
_LABELS: Final = 3
_LABEL_WIDTH: Final = 28
_PAD: Final = 10.0
_TURNS: Final = 3
"""Lines back up to a node; more of them would cover the drawing and become signposts."""
_TAG: Final = re.compile(r"<[^>]+>")


class Node(Struct, frozen=True):
    """A box: ``x`` and ``y`` of its upper left corner, width and height, in pixels.

    ``kind`` is that of the node; ``exit`` for a signpost to another flow, or back to a node that
    many ways lead back to; ``lost`` for a node that does not exist. ``words`` are the first that
    it says, by line. ``entry``: people come here from outside of the flow. ``untranslated`` are
    the languages that say something here in English.
    """

    id: NodeId
    kind: str
    title: str
    words: tuple[str, ...]
    x: float
    y: float
    w: float
    h: float
    entry: bool = False
    reachable: bool = True
    untranslated: tuple[str, ...] = ()


class Edge(Struct, frozen=True):
    """A line: its corners from source to target, and its label with the label's centre."""

    source: NodeId
    target: NodeId
    kind: WayKind
    labels: tuple[str, ...]
    points: tuple[Point, ...]
    label_at: Point


class Graph(Struct, frozen=True):
    """A whole drawing, from (0, 0) to (``w``, ``h``)."""

    flow: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    w: float
    h: float


def layout(
    flows: FlowSet, flow: str, untranslated: Mapping[str, tuple[str, ...]] | None = None
) -> Graph:
    """Lay out one flow, from its start downwards.

    ``untranslated`` (languages by node) is copied to the nodes. Raises :class:`KeyError` when
    there is no such flow.
    """
    shape = flows.flows[flow]
    names = sorted(shape.nodes, key=lambda name: name != shape.start)  # the start first
    leading = [way for name in names for way in ways(flows, Frame(flow, name), shape.nodes[name])]
    boxes: dict[NodeId, tuple[str, str, tuple[str, ...]]] = {
        name: (shape.nodes[name].kind, name, _words(shape.nodes[name])) for name in names
    }
    targets = _targets(names, leading, flow)
    for way, target in zip(leading, targets, strict=True):
        if target not in boxes:
            known = flows.node(way.target) is not None
            boxes[target] = (EXIT if known else LOST, _title(flows, way), ())
    sizes = {name: _size(kind, title, words) for name, (kind, title, words) in boxes.items()}
    placed = place(
        sizes,
        [
            Line(way.source.node, target, _label_size(shown(way.labels)))
            for way, target in zip(leading, targets, strict=True)
        ],
    )
    found, entries = reachable(flows), _entries(flows, flow)
    nodes = []
    for name, (kind, title, words) in boxes.items():
        (x, y), (w, h) = placed.boxes[name], sizes[name]
        nodes.append(
            Node(
                id=name,
                kind=kind,
                title=title,
                words=words,
                x=x - w / 2,
                y=y - h / 2,
                w=w,
                h=h,
                entry=name in entries,
                reachable=name not in shape.nodes or Frame(flow, name) in found,
                untranslated=(untranslated or {}).get(name, ()),
            )
        )
    edges = tuple(
        Edge(way.source.node, target, way.kind, way.labels, points, label_at)
        for way, target, points, label_at in zip(
            leading, targets, placed.lines, placed.labels, strict=True
        )
    )
    right = [node.x + node.w for node in nodes]
    for edge in edges:
        right += [x for x, _ in edge.points]
        right.append(edge.label_at[0] + _label_size(shown(edge.labels))[0] / 2)
    bottom = max((node.y + node.h for node in nodes), default=0.0)
    return Graph(flow, tuple(nodes), edges, max(right, default=0.0), bottom)


def shown(labels: Sequence[str]) -> tuple[str, ...]:
    """The labels as drawn: cut to a line each, and not too many of them."""
    lines = [_cut(label, _LABEL_WIDTH) for label in labels]
    if len(lines) > _LABELS:
        lines = [*lines[: _LABELS - 1], f"… {len(lines) - _LABELS + 1} more"]
    return tuple(lines)


def _targets(names: Sequence[str], leading: Sequence[Way], flow: str) -> list[NodeId]:
    """Where each way is drawn to: a node, or a signpost beside where it begins."""
    inner = [(way.source.node, way.target.node) for way in leading if way.target.flow == flow]
    back = ways_back(names, inner)
    busy = {name for name, many in Counter(target for _, target in back).items() if many > _TURNS}
    targets = []
    for way in leading:
        name = way.target.node
        is_far = way.target.flow != flow or (name in busy and (way.source.node, name) in back)
        targets.append(f"{way.source.node}>{way.target.flow}/{name}" if is_far else name)
    return targets


def _title(flows: FlowSet, way: Way) -> str:
    to = way.target
    if to.flow == way.source.flow:
        return f"↑ {to.node}" if flows.node(to) else to.node
    flow = flows.flows.get(to.flow)
    return to.flow if flow and flow.start == to.node else f"{to.flow}/{to.node}"


def _entries(flows: FlowSet, flow: str) -> set[str]:
    """The nodes that other flows, commands, phrases or pushes lead to."""
    shape = flows.flows[flow]
    found = {shape.start, *(name for name, node in shape.nodes.items() if node.push)}
    common = flows.common
    outside = [common.emergency, common.menu, common.place, common.media]
    outside += [*common.commands.values(), *flows.triggers.targets]
    outside += [link.goto for link in common.links.values()]
    targets = {flows.resolve(target) for target in outside}
    for other in flows.flows.values():
        if other.flow != flow:
            for name, node in other.nodes.items():
                targets |= {way.target for way in ways(flows, Frame(other.flow, name), node)}
    return found | {target.node for target in targets if target.flow == flow}


def _words(node: schema.Node) -> tuple[str, ...]:
    text = " ".join(html.unescape(_TAG.sub("", node.say)).split())
    if not text:
        text = {"call": f"{node.call}, then back", "do": node.do or ""}.get(node.kind, "")
    return tuple(
        textwrap.wrap(text, _WIDTH, max_lines=_LINES, placeholder=" …", break_on_hyphens=False)
    )


def _size(kind: str, title: str, words: Sequence[str]) -> Size:
    head = _width(title) if kind == EXIT else _width(f"▶ {title}   {kind}")
    width = max(head * _BOLD, *map(_width, words), 0.0)
    return width + 2 * _PAD, LINE * (1 + len(words)) + 2 * _PAD - 4


def _label_size(labels: Sequence[str]) -> Size:
    if not labels:
        return 0.0, 0.0
    return max(map(_width, labels)) + 8, LINE * len(labels)


def _width(text: str) -> float:
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return LETTER * (len(text) + wide)


def _cut(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
