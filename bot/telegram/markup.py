"""Telegram's HTML: cut where a message would be too long, or taken off altogether."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.telegram import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TOKEN: Final = re.compile(
    r"""</(?P<close>[a-z-]+)\s*>
    |<(?P<open>[a-z-]+)(?:\s(?:"[^"]*"|'[^']*'|[^'">])*)?>
    |&(?:\#\d+|\#x[0-9a-f]+|lt|gt|amp|quot);
    |.""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_HREF: Final = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_SENTENCE_ENDS: Final = frozenset(".!?…。！？؟۔।॥:;")
_JOINERS: Final = frozenset("\u200d\ufe0f\u20e3")


class _Tag(NamedTuple):
    """An opening tag; ``at`` tells apart two that read the same."""

    at: int
    name: str
    source: str


class _Glyph(NamedTuple):
    """One character as it is shown, how it is written, and the tags around it."""

    shown: str
    source: str
    tags: tuple[_Tag, ...]


def units(text: str) -> int:
    """How long Telegram finds a text: in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(html: str, limit: int = limits.MESSAGE_UNITS) -> tuple[str, ...]:
    """Cut a text into parts of at most ``limit`` UTF-16 code units once parsed.

    Parts end with a paragraph, a line, a sentence or a word where there is one in their second
    half. Tags open at a cut are closed there and opened again in the next part. White space around
    a cut, which Telegram would trim, is dropped.
    """
    if units(html) <= limit:
        return (html,)
    glyphs = _glyphs(html)
    parts = []
    start = 0
    while (start := _skip_space(glyphs, start)) < len(glyphs):
        end = _reach(glyphs, start, limit)
        if end < len(glyphs):
            end = _best_cut(glyphs, start, end)
        parts.append(_write(glyphs[start : _drop_space(glyphs, start, end)]))
        start = end
    return tuple(parts)


def plain(html: str) -> str:
    """The text without tags, the address of a link in brackets behind it."""
    pieces: list[str] = []
    links: list[tuple[int, str]] = []
    for match in _TOKEN.finditer(html):
        if match["open"]:
            if match["open"].lower() == "a":
                href = _HREF.search(match[0])
                address = next(filter(None, href.groups()), "") if href else ""
                links.append((len(pieces), unescape(address)))
        elif match["close"]:
            if match["close"].lower() == "a" and links:
                start, address = links.pop()
                if address and address not in "".join(pieces[start:]):
                    pieces.append(f" ({address})")
        else:
            pieces.append(unescape(match[0]))
    return "".join(pieces)


def _glyphs(html: str) -> list[_Glyph]:
    glyphs = []
    tags: tuple[_Tag, ...] = ()
    for match in _TOKEN.finditer(html):
        if match["open"]:
            tags = (*tags, _Tag(match.start(), match["open"].lower(), match[0]))
        elif match["close"]:
            if tags and tags[-1].name == match["close"].lower():
                tags = tags[:-1]
        else:
            glyphs.append(_Glyph(unescape(match[0]), match[0], tags))
    return glyphs


def _skip_space(glyphs: Sequence[_Glyph], start: int) -> int:
    while start < len(glyphs) and glyphs[start].shown.isspace():
        start += 1
    return start


def _drop_space(glyphs: Sequence[_Glyph], start: int, end: int) -> int:
    while end > start and glyphs[end - 1].shown.isspace():
        end -= 1
    return end


def _reach(glyphs: Sequence[_Glyph], start: int, limit: int) -> int:
    length = 0
    for at in range(start, len(glyphs)):
        length += units(glyphs[at].shown)
        if length > limit:
            return max(at, start + 1)
    return len(glyphs)


def _best_cut(glyphs: Sequence[_Glyph], start: int, end: int) -> int:
    """The last good place to cut, not before the middle of the part."""
    best, best_rank = end, 0
    for cut in range(end, (start + end) // 2, -1):
        rank = _rank(glyphs[cut - 1].shown, glyphs[cut].shown, glyphs[cut - 2].shown)
        if rank > best_rank:
            best, best_rank = cut, rank
    if best_rank:
        return best
    while best > start + 1 and _belongs(glyphs[best - 1].shown, glyphs[best].shown):
        best -= 1
    return best


def _rank(before: str, after: str, earlier: str) -> int:
    """How good a cut is: 4 between paragraphs, 3 lines, 2 sentences, 1 words, 0 within one."""
    if before == "\n":
        return 4 if earlier == "\n" else 3
    if before.isspace():
        return 2 if earlier in _SENTENCE_ENDS else 1
    if after.isspace() or before in "。！？":
        return 2 if before in _SENTENCE_ENDS else 1
    return 0


def _belongs(before: str, after: str) -> bool:
    """Whether two characters are drawn as one, such as the parts of a joined emoji."""
    return after in _JOINERS or before == "\u200d" or "\U0001f3fb" <= after <= "\U0001f3ff"


def _write(glyphs: Iterable[_Glyph]) -> str:
    pieces: list[str] = []
    opened: tuple[_Tag, ...] = ()
    for glyph in (*glyphs, _Glyph("", "", ())):
        if glyph.tags is not opened:
            shared = 0
            for one, other in zip(opened, glyph.tags, strict=False):
                if one != other:
                    break
                shared += 1
            pieces.extend(f"</{tag.name}>" for tag in reversed(opened[shared:]))
            pieces.extend(tag.source for tag in glyph.tags[shared:])
            opened = glyph.tags
        pieces.append(glyph.source)
    return "".join(pieces)
