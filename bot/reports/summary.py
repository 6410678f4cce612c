"""A report as plain text: in any language, in parts to copy, as a mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, TypeAlias
from urllib.parse import quote

import regex

from bot.conversation.world import Told
from bot.i18n.markers import N_

Translate: TypeAlias = Callable[[str, str | None, str], str]
"""Language, context, English sentence; as :meth:`bot.i18n.catalogues.Catalogues.text`."""

COPY_LIMIT: Final = 256
"""What a copy button of Telegram holds, in UTF-16 units, so that it fits however it is counted."""
MAIL_LIMIT: Final = 2000
"""Characters of a link that every common mail program opens."""

_GRAPHEME = regex.compile(r"\X")


def summary_text(rows: Sequence[Told], locale: str, translate: Translate) -> str:
    """The report as plain text, one answer a line; empty when nothing was answered."""
    line = translate(locale, None, N_("{label}: {answer}"))
    return "\n".join(
        line.replace("{label}", row.label).replace("{answer}", row.answer) for row in rows
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
