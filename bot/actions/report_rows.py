"""Which answers of a report are passed on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.world import Request, Told


def rows_to_pass_on(request: Request, locale: str) -> Sequence[Told]:
    """What was answered, in a language; how to be reached only of those who want to be."""
    rows = request.told(locale)
    if request.arguments.get("contact") == "reach":
        return rows
    return [row for row in rows if row.slot != "report_reach"]  # no more, or never
