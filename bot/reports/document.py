"""What a partner finds in a sealed envelope: JSON, ``format`` 1.

``kind`` is *report*, *answer* (to a question of the partner) or *ended* (the witness answers no
more); ``report`` names the report in every message about it, ``reference`` is the part of it that
people read out. ``examples/partner_server.py`` reads all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from bot.conversation.world import Told
from bot.reports.reference import reference_of

FORMAT: Final = 1

_encode = msgspec.json.Encoder().encode


def report_document(
    report: str,
    *,
    country: str,
    setting: str,
    answers: Sequence[Told],
    language: str,
    translated: Sequence[Told] = (),
    translated_into: str = "",
) -> str:
    """A report. What was chosen and the labels are translated, what was written never is.

    ``country`` is ISO 3166-1 alpha-2, ``setting`` a value of the question for the kind of place;
    both are empty when nobody said so. ``language`` and ``translated_into`` are BCP 47.
    """
    document: dict[str, Any] = {
        "country": country,
        "setting": setting,
        "language": language,
        "answers": _rows(answers),
    }
    if translated_into:
        document["translation"] = {"language": translated_into, "answers": _rows(translated)}
    return _document("report", report, document)


def answer_document(report: str, answer: str) -> str:
    """What the witness answers."""
    return _document("answer", report, {"answer": answer})


def ended_document(report: str) -> str:
    """That the witness has ended the contact."""
    return _document("ended", report, {})


def _document(kind: str, report: str, more: dict[str, Any]) -> str:
    head = {"format": FORMAT, "kind": kind, "report": report, "reference": reference_of(report)}
    return _encode({**head, **more}).decode()


def _rows(answers: Sequence[Told]) -> list[dict[str, str]]:
    return [{"field": row.slot, "label": row.label, "answer": row.answer} for row in answers]
