"""What the figures of the conversations say: how far people come, and where they turn away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

FEWEST: Final = 10
"""Times a question must have been put for a share to be told: of fewer it says nothing, and might
say something of somebody."""

STAGES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("began to chat", ("chat.new",)),
    (
        "were shown contacts",
        (
            "action.show_contacts",
            "action.show_emergency",
            "action.show_fallback",
            "action.show_home",
            "action.show_child_help",
        ),
    ),
    ("began a report", ("flow.report",)),
    ("saw the summary of it", ("action.show_report",)),
    ("were shown where to send it", ("action.show_where_to_send",)),
    ("sent it to a partner", ("report.sent",)),
)
"""From the first word to a report that was sent: what it is called, and which figures add up to it.

Times, not people: nobody is recognised who comes twice.
"""


class Question(Struct, frozen=True):
    """How often a question was put, and answered."""

    flow: str
    node: str
    shown: int
    answered: int

    @property
    def left(self) -> float | None:
        """The share (0 to 1) of those who turned away there, or have not answered yet; None when
        too few were asked."""
        if self.shown < FEWEST:
            return None
        return max(0, self.shown - self.answered) / self.shown


def stages(figures: Mapping[str, int]) -> dict[str, int]:
    """How often each of :data:`STAGES` was reached."""
    return {stage: sum(figures.get(name, 0) for name in names) for stage, names in STAGES}


def questions(figures: Mapping[str, int]) -> list[Question]:
    """Every question that was put, flow by flow, those that were put most often first."""
    found = [
        Question(flow, node, shown, figures.get(f"answered.{flow}.{node}", 0))
        for name, shown in figures.items()
        if (parts := name.split("."))[0] == "node" and len(parts) == 3
        for flow, node in [parts[1:]]
    ]
    return sorted(found, key=lambda each: (each.flow, -each.shown, each.node))


def others(figures: Mapping[str, int]) -> dict[str, int]:
    """What is neither of these, such as the answers to the survey."""
    staged = {name for _, names in STAGES for name in names}
    return {
        name: count
        for name, count in sorted(figures.items())
        if name not in staged and name.partition(".")[0] not in ("node", "answered")
    }
