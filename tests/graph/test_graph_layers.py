"""A drawing is a drawing: nothing overlaps, and every line begins and ends where it should."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from bot.graph.layers import BESIDE, Line, Placed, place

SIZES = st.tuples(st.integers(20, 200), st.integers(20, 80))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[int, tuple[int, int]], list[Line[int]]]:
    sizes = dict(enumerate(draw(st.lists(SIZES, min_size=1, max_size=9))))
    ends = st.sampled_from(sorted(sizes))
    labels = st.sampled_from([(0.0, 0.0), (90.0, 16.0)])
    lines = draw(st.lists(st.builds(Line, ends, ends, labels), max_size=14))
    return sizes, lines


def corners(placed: Placed[int], sizes: dict[int, tuple[int, int]], box: int) -> list[float]:
    (x, y), (w, h) = placed.boxes[box], sizes[box]
    return [x - w / 2, y - h / 2, x + w / 2, y + h / 2]


@given(graphs())
def test_boxes_and_labels_do_not_overlap(
    graph: tuple[dict[int, tuple[int, int]], list[Line[int]]],
) -> None:
    sizes, lines = graph
    placed = place(sizes, lines)
    shapes = [corners(placed, sizes, box) for box in sizes]
    for line, (x, y) in zip(lines, placed.labels, strict=True):
        if line.source != line.target:
            w, h = line.label
            shapes.append([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
    for one, other in combinations(shapes, 2):
        beside = one[2] <= other[0] + 0.01 or other[2] <= one[0] + 0.01
        assert beside or one[3] <= other[1] or other[3] <= one[1], (one, other)


@given(graphs())
def test_lines_go_from_source_to_target(
    graph: tuple[dict[int, tuple[int, int]], list[Line[int]]],
) -> None:
    sizes, lines = graph
    placed = place(sizes, lines)
    for line, points in zip(lines, placed.lines, strict=True):
        for box, (x, y) in ((line.source, points[0]), (line.target, points[-1])):
            left, top, right, bottom = corners(placed, sizes, box)
            assert left - 0.01 <= x <= right + 0.01
            assert top - 0.01 <= y <= bottom + 0.01


@given(graphs())
def test_the_drawing_begins_at_its_left_upper_corner(
    graph: tuple[dict[int, tuple[int, int]], list[Line[int]]],
) -> None:
    sizes, lines = graph
    placed = place(sizes, lines)
    assert place(sizes, lines) == placed
    for box in sizes:
        assert min(corners(placed, sizes, box)) >= -0.01


def test_a_chain_runs_straight_down() -> None:
    placed = place(dict.fromkeys("abc", (80, 40)), [Line("a", "b"), Line("b", "c")])
    assert len({x for x, _ in placed.boxes.values()}) == 1
    assert placed.boxes["a"][1] < placed.boxes["b"][1] < placed.boxes["c"][1]


def test_what_stands_below_is_ordered_so_that_no_lines_cross() -> None:
    sizes = dict.fromkeys("abcdef", (80, 40))
    lines = [Line("a", "b"), Line("a", "c"), Line("b", "f"), Line("c", "e"), Line("c", "d")]
    x = {box: centre[0] for box, centre in place(sizes, lines).boxes.items()}
    assert (x["b"] < x["c"]) == (x["f"] < min(x["d"], x["e"]))
    assert abs(x["d"] - x["e"]) >= 80 + BESIDE - 0.01
