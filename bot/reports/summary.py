"""A report as plain text: in any language, in parts to copy, as a mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import quote

import regex

from bot.conversation.answers import SKIPPED
from bot.conversation.session import SlotValue
from bot.i18n.markers import N_
from bot.reports.fields import ANONYMOUS, FIELDS, Field

Translate: TypeAlias = Callable[[str, str | None, str], str]
"""Language, context, English sentence; as :meth:`bot.i18n.catalogues.Catalogues.text`."""
CountryName: TypeAlias = Callable[[str, str], str]
"""Code of a country, language; as :meth:`bot.knowledge.places.Places.country_name`."""

COPY_LIMIT: Final = 256
"""What a copy button of Telegram holds, in UTF-16 units, so that it fits however it is counted."""
MAIL_LIMIT: Final = 2000
"""Characters of a link that every common mail program opens."""

_GRAPHEME = regex.compile(r"\X")


class Row(NamedTuple):
    """One answered field, in one language."""

    slot: str
    label: str
    answer: str


def report_rows(
    answers: Mapping[str, SlotValue],
    locale: str,
    translate: Translate,
    country_name: CountryName,
) -> tuple[Row, ...]:
    """The answered fields in the order of the form, labels and chosen answers in ``locale``.

    What was typed stays as it is. How to be reached is left out for who stays anonymous, also if
    it was answered before they decided so.
    """
    anonymous = answers.get("report_contact") == ANONYMOUS
    rows = []
    for field in FIELDS:
        answer = _shown(field, answers.get(field.slot, ""), locale, translate, country_name)
        if answer and not (anonymous and field.slot == "report_reach"):
            rows.append(Row(field.slot, translate(locale, None, field.label), answer))
    return tuple(rows)


def side_by_side(
    answers: Mapping[str, SlotValue],
    locales: tuple[str, str],
    translate: Translate,
    country_name: CountryName,
) -> tuple[tuple[Row, Row], ...]:
    """Each answered field in two languages: that of the witness and that of the hotline."""
    own, other = (report_rows(answers, each, translate, country_name) for each in locales)
    return tuple(zip(own, other, strict=True))


def summary_text(
    answers: Mapping[str, SlotValue],
    locale: str,
    translate: Translate,
    country_name: CountryName,
) -> str:
    """The report as plain text, one field a line; empty when nothing was answered."""
    line = translate(locale, None, N_("{label}: {answer}"))
    return "\n".join(
        line.replace("{label}", row.label).replace("{answer}", row.answer)
        for row in report_rows(answers, locale, translate, country_name)
    )


def split_for_copy(text: str, limit: int = COPY_LIMIT) -> list[str]:
    """Cut ``text`` into parts of at most ``limit`` UTF-16 units; joined they give it back.

    Cut after a line where possible, else after a word, else between graphemes; a grapheme is cut
    only if it alone is longer than ``limit``, which must be 2 at least.
    """
    parts = []
    start = 0
    while start < len(text):
        end = _cut(text, start, limit)
        parts.append(text[start:end])
        start = end
    return parts


def mail_link(address: str, subject: str, body: str, limit: int = MAIL_LIMIT) -> str:
    """A ``mailto:`` link of at most ``limit`` characters (RFC 6068).

    A body that is too long ends with "…", after a whole word if possible: the rest has to be
    pasted. Address and subject are never shortened.
    """
    start = f"mailto:{quote(address, safe='@')}?subject={_encoded(subject)}&body="
    ends = [0, *(match.end() for match in _GRAPHEME.finditer(body))]
    if len(start) + len(_encoded(body)) <= limit:
        return start + _encoded(body)
    room = limit - len(start) - len(_encoded("…"))
    fitting = 0
    for begin, end in pairwise(ends):
        room -= len(_encoded(body[begin:end]))
        if room < 0:
            break
        fitting = end
    shortened = body[:fitting]
    words = regex.match(r"(?s).*\s", shortened)
    return start + _encoded((words[0].rstrip() if words else shortened) + "…")


def _shown(
    field: Field,
    value: SlotValue,
    locale: str,
    translate: Translate,
    country_name: CountryName,
) -> str:
    if value == SKIPPED:
        return ""
    if isinstance(value, list):
        if field.kind != "place" or len(value) != 2:
            return ", ".join(value)
        code, name = value
        country = country_name(code, locale)
        known = name in ("", country, country_name(code, "en"))
        return country if known else f"{name}, {country}"
    label = dict(field.choices).get(value)
    return translate(locale, None, label) if label else value.strip()


def _cut(text: str, start: int, limit: int) -> int:
    """Where the part that begins at ``start`` ends."""
    end = _fitting(text, start, limit)
    if end == len(text):
        return end
    line = word = grapheme = 0
    for match in _GRAPHEME.finditer(text, start):
        if match.end() > end:
            break
        grapheme = match.end()
        last = text[grapheme - 1]
        if last == "\n":
            line = grapheme
        if last.isspace():
            word = grapheme
    return line or word or grapheme or end


def _fitting(text: str, start: int, limit: int) -> int:
    """The end of the longest part from ``start`` that has at most ``limit`` UTF-16 units."""
    units = 0
    for at in range(start, len(text)):
        units += 2 if ord(text[at]) > 0xFFFF else 1
        if units > limit:
            return at
    return len(text)


def _encoded(text: str) -> str:
    """Percent-encoded, lines ending as mail wants them; lone surrogates become "?"."""
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return quote(lines, safe="", errors="replace")
