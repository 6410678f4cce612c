from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.pdf_text import printable, reads, wrapped

LATIN = frozenset(map(ord, "abc é\u0301□."))
text = st.text(st.sampled_from("ab .\t😀\u0301\u200dه"), max_size=80)


def broken(paragraph: str, width: float) -> list[str]:
    return list(wrapped(paragraph, width, len))


@given(text, st.integers(2, 20))
def test_lines_fit_and_lose_only_the_spaces_at_their_ends(paragraph: str, width: int) -> None:
    lines = broken(paragraph, width)
    assert "".join("".join(lines).split()) == "".join(paragraph.split())
    for line in lines:
        assert len(line) <= width or regex.fullmatch(r"\X", line)  # a grapheme is never cut


def test_lines_end_with_a_word_where_they_can() -> None:
    assert broken("one two three", 7) == ["one two", "three"]
    assert broken("a https://a.org b", 8) == ["a", "https://", "a.org b"]
    assert broken("", 5) == [""]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a\r\nb\tc", "a\nb c"),
        ("a\x00\u202eb", "ab"),
        ("a\u200db", "a\u200db"),
        ("a漢👩‍👧b", "a□□b"),
        ("a\ufe0f", "a\ufe0f"),
        ("a" + "\u0301" * 50, "a" + "\u0301" * 4),
    ],
)
def test_what_is_shown_of_a_text(written: str, shown: str) -> None:
    assert printable(written, LATIN) == shown


def test_a_line_reads_as_its_first_letter_does() -> None:
    assert reads("1. فندق Hotel", "ltr") == "rtl"
    assert reads("1. Hotel فندق", "rtl") == "ltr"
    assert reads("12:30", "rtl") == "rtl"
