"""The report as text: nothing is lost, and every part fits where it is put."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.world import Told
from bot.reports.summary import mail_link, split_for_copy, summary_text

FRENCH = {"{label}: {answer}": "{label} : {answer}"}


def translate(locale: str, context: str | None, text: str) -> str:
    return FRENCH.get(text, text) if locale == "fr" else text


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(max_size=1500) | st.text("ab \n😀e\u0301", max_size=1500), st.integers(2, 300))
def test_parts_give_the_text_back_and_fit(text: str, limit: int) -> None:
    parts = split_for_copy(text, limit)
    assert "".join(parts) == text
    assert all(0 < units(part) <= limit for part in parts)


def test_lines_are_kept_then_words_then_graphemes() -> None:
    assert split_for_copy("one two\nthree four", 12) == ["one two\n", "three four"]
    assert split_for_copy("one two three", 9) == ["one two ", "three"]
    assert split_for_copy("👨‍👩‍👧👨‍👩‍👧", 10) == ["👨‍👩‍👧", "👨‍👩‍👧"]


@given(st.lists(st.text(min_size=1)))
def test_no_answer_is_lost(answers: list[str]) -> None:
    text = summary_text([Told("", "What", each) for each in answers], "en", translate)
    assert all(f"What: {answer}" in text for answer in answers)


def test_an_answer_stands_beside_its_label_as_the_language_writes_it() -> None:
    rows = [Told("report_setting", "Genre de lieu", "Plage"), Told("report_when", "Quand", "hier")]
    assert summary_text(rows, "fr", translate) == "Genre de lieu : Plage\nQuand : hier"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=3000))
def test_a_mail_link_fits_and_says_when_it_was_cut(body: str) -> None:
    link = mail_link("tips@example.org", "A & B", body)
    assert link.startswith("mailto:tips@example.org?subject=A%20%26%20B&body=")
    assert len(link) <= 2000
    read = parse_qs(urlsplit(link).query, keep_blank_values=True)["body"][0]
    read = read.replace("\r\n", "\n")
    whole = body.replace("\r\n", "\n")
    assert read == whole or (read.endswith("…") and whole.startswith(read[:-1]))
