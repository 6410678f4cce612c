"""Which answers of a report leave the chat."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.world import Request, Told


def rows_to_pass_on(request: Request, locale: str) -> Sequence[Told]:
    """The answers in the language ``locale``; how the witness can be reached only if they want to
    be, which ``contact`` says.
    """
    rows = request.told(locale)
    if request.arguments.get("contact") == "reach":
        return rows
    return [row for row in rows if row.slot != "report_reach"]
