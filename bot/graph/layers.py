"""A small layered drawing of a directed graph, after Sugiyama, Tagawa and Toda (1981).

Loops are turned round, every box gets a layer below all that lead to it, long ways get a small
box in each layer that they cross, layers are ordered so that few ways cross, and boxes are moved
sideways towards their neighbours. Knows nothing of conversations; the same input gives the same
drawing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import fmean
from typing import Final, Generic, TypeAlias, TypeVar

from msgspec import Struct

Key = TypeVar("Key", bound=Hashable)
Size: TypeAlias = tuple[float, float]
Point: TypeAlias = tuple[float, float]

BESIDE: Final = 28.0
"""Between two boxes of a layer, in pixels."""
BELOW: Final = 26.0
"""Between two layers."""
_SWEEPS: Final = 12
_STRAIGHT: Final = 4.0
"""How much stronger two parts of one way pull at each other than two boxes do."""


class Line(Struct, Generic[Key], frozen=True):
    """A way between two boxes, with the room that its label takes up."""

    source: Key
    target: Key
    label: Size = (0.0, 0.0)


class Placed(Struct, Generic[Key], frozen=True):
    """Centres of boxes and of labels, and the corners of each line from source to target."""

    boxes: dict[Key, Point]
    labels: list[Point]
    lines: list[tuple[Point, ...]]


def place(sizes: Mapping[Key, Size], lines: Sequence[Line[Key]]) -> Placed[Key]:
    """Place boxes of these sizes (width, height) and lines between them; y grows downwards.

    The first box is the one where the drawing begins. Lines from a box to itself are allowed.
    """
    return _Drawing(sizes, lines).placed()


def ways_back(nodes: Iterable[Key], edges: Iterable[tuple[Key, Key]]) -> set[tuple[Key, Key]]:
    """The edges that lead back to where one came from, walking from the first node on."""
    after: defaultdict[Key, list[Key]] = defaultdict(list)
    for source, target in edges:
        after[source].append(target)
    done: set[Key] = set()
    back: set[tuple[Key, Key]] = set()
    for root in nodes:
        if root in done:
            continue
        on_way, walk = {root}, [(root, iter(after[root]))]
        while walk:
            node, targets = walk[-1]
            for target in targets:
                if target in on_way:
                    if target != node:
                        back.add((node, target))
                elif target not in done:
                    on_way.add(target)
                    walk.append((target, iter(after[target])))
                    break
            else:
                walk.pop()
                on_way.discard(node)
                done.add(node)
    return back


class _Drawing(Generic[Key]):
    """The boxes are numbered: first those that were given, then the bends of the lines."""

    def __init__(self, sizes: Mapping[Key, Size], lines: Sequence[Line[Key]]) -> None:
        self.keys = list(sizes)
        self.sizes = list(sizes.values())
        self.numbers = {key: number for number, key in enumerate(self.keys)}
        self.lines = [
            (self.numbers[line.source], self.numbers[line.target], line.label) for line in lines
        ]
        turned = ways_back(range(len(self.keys)), [line[:2] for line in self.lines])
        self.turned = [line[:2] in turned for line in self.lines]
        down = [line[1::-1] if back else line[:2] for line, back in self._each()]
        ranks = _ranks(len(self.keys), [edge for edge in down if edge[0] != edge[1]])
        self.layer = [2 * rank for rank in ranks]  # the layers between are for labels
        self.above: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
        self.below: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
        self.bends = [
            self._bend(line[2], *edge, -1 if back else 0)
            for (line, back), edge in zip(self._each(), down, strict=True)
        ]
        layers = [
            [box for box in range(len(self.sizes)) if self.layer[box] == layer]
            for layer in range(max(self.layer, default=-1) + 1)
        ]
        self.layers = self._ordered(layers)
        self.x = self._spread()
        self.tops, self.bottoms = self._heights()

    def placed(self) -> Placed[Key]:
        """Where everything came to lie."""
        boxes = {key: self._centre(number) for number, key in enumerate(self.keys)}
        labels, lines = [], []
        for (source, target, label), back, bends in zip(
            self.lines, self.turned, self.bends, strict=True
        ):
            if source == target:
                right = self.x[source] + self.sizes[source][0] / 2
                middle = self._centre(source)[1]
                corners = [(right, middle - 8), (right + 16, middle), (right, middle + 8)]
                labels.append((right + 20 + label[0] / 2, middle))
            else:
                first, last = (target, source) if back else (source, target)
                corners = [(self.x[first], self.tops[self.layer[first]] + self.sizes[first][1])]
                for bend in bends:
                    layer = self.layer[bend]
                    corners.append((self.x[bend], self.tops[layer]))
                    corners.append((self.x[bend], self.bottoms[layer]))
                corners.append((self.x[last], self.tops[self.layer[last]]))
                labels.append(self._centre(bends[-1] if back else bends[0]))
                if back:
                    corners.reverse()
            lines.append(tuple(corners))
        return Placed(boxes, labels, lines)

    def _each(self) -> list[tuple[tuple[int, int, Size], bool]]:
        return list(zip(self.lines, self.turned, strict=True))

    def _bend(self, label: Size, upper: int, lower: int, labelled: int) -> list[int]:
        """Small boxes in every layer between two, joined from above to below."""
        if upper == lower:
            return []
        bends = []
        for layer in range(self.layer[upper] + 1, self.layer[lower]):
            bends.append(len(self.sizes))
            self.sizes.append((0.0, 0.0))
            self.layer.append(layer)
        self.sizes[bends[labelled]] = label
        chain = [upper, *bends, lower]
        for index, (one, other) in enumerate(pairwise(chain)):
            weight = 1.0 if index in (0, len(chain) - 2) else _STRAIGHT
            self.below[one].append((other, weight))
            self.above[other].append((one, weight))
        return bends

    def _ordered(self, layers: list[list[int]]) -> list[list[int]]:
        """Few crossings: order by where the neighbours stand, down and up, and keep the best."""
        best, fewest = layers, self._crossings(layers)
        for sweep in range(_SWEEPS):
            near = self.below if sweep % 2 else self.above
            layers = [list(layer) for layer in layers]
            order = range(len(layers) - 1, -1, -1) if sweep % 2 else range(len(layers))
            spot = {box: index for layer in layers for index, box in enumerate(layer)}
            for number in order:
                wish = {
                    box: fmean([spot[other] for other, _ in near[box]]) if near[box] else spot[box]
                    for box in layers[number]
                }
                layers[number].sort(key=wish.__getitem__)
                spot.update({box: index for index, box in enumerate(layers[number])})
            crossings = self._crossings(layers)
            if crossings < fewest:
                best, fewest = layers, crossings
        return best

    def _crossings(self, layers: list[list[int]]) -> int:
        count = 0
        for upper, lower in pairwise(layers):
            spot = {box: index for index, box in enumerate(lower)}
            ends = [each for box in upper for each in sorted(spot[to] for to, _ in self.below[box])]
            count += sum(
                ends[later] < ends[earlier]
                for earlier in range(len(ends))
                for later in range(earlier + 1, len(ends))
            )
        return count

    def _spread(self) -> list[float]:
        """Sideways places: each box near its neighbours, none nearer to the next than BESIDE."""
        x = [0.0] * len(self.sizes)
        for layer in self.layers:
            self._settle(layer, x, [0.0] * len(layer))
        for sweep in range(2 * _SWEEPS):
            near = self.below if sweep % 2 else self.above
            for layer in reversed(self.layers) if sweep % 2 else self.layers:
                wishes = [_pull(near[box] or [(box, 1.0)], x) for box in layer]
                self._settle(layer, x, wishes)
        left = min((x[box] - size[0] / 2 for box, size in enumerate(self.sizes)), default=0.0)
        return [each - left for each in x]

    def _settle(self, layer: list[int], x: list[float], wishes: list[float]) -> None:
        """As near to the wishes as the order and the sizes allow (pool adjacent violators)."""
        offset, offsets = 0.0, []
        for index, box in enumerate(layer):
            if index:
                offset += (self.sizes[layer[index - 1]][0] + self.sizes[box][0]) / 2 + BESIDE
            offsets.append(offset)
        pools: list[tuple[float, int]] = []
        for wish, each in zip(wishes, offsets, strict=True):
            mean, count = wish - each, 1
            while pools and pools[-1][0] > mean:
                other, many = pools.pop()
                mean, count = (mean * count + other * many) / (count + many), count + many
            pools.append((mean, count))
        bases = [mean for mean, count in pools for _ in range(count)]
        for box, base, each in zip(layer, bases, offsets, strict=True):
            x[box] = base + each

    def _heights(self) -> tuple[list[float], list[float]]:
        tops, bottoms, y = [], [], 0.0
        for layer in self.layers:
            tops.append(y)
            y += max(self.sizes[box][1] for box in layer)
            bottoms.append(y)
            y += BELOW
        return tops, bottoms

    def _centre(self, box: int) -> Point:
        """Boxes hang from the top of their layer, labels stand in its middle."""
        layer = self.layer[box]
        if box < len(self.keys):
            return self.x[box], self.tops[layer] + self.sizes[box][1] / 2
        return self.x[box], (self.tops[layer] + self.bottoms[layer]) / 2


def _pull(near: list[tuple[int, float]], x: list[float]) -> float:
    return sum(x[other] * weight for other, weight in near) / sum(weight for _, weight in near)


def _ranks(count: int, edges: list[tuple[int, int]]) -> list[int]:
    """The longest way to each node from any that nothing leads to; ``edges`` have no loop."""
    after: defaultdict[int, list[int]] = defaultdict(list)
    awaited = [0] * count
    for source, target in edges:
        after[source].append(target)
        awaited[target] += 1
    ranks = [0] * count
    ready = [node for node in range(count) if not awaited[node]]
    while ready:
        node = ready.pop()
        for target in after[node]:
            ranks[target] = max(ranks[target], ranks[node] + 1)
            awaited[target] -= 1
            if not awaited[target]:
                ready.append(target)
    return ranks
