"""The report as text: nothing is lost, and every part fits where it is put."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.answers import SKIPPED
from bot.reports.fields import FIELDS
from bot.reports.summary import mail_link, side_by_side, split_for_copy, summary_text

FRENCH = {
    "Kind of place": "Genre de lieu",
    "Beach": "Plage",
    "{label}: {answer}": "{label} : {answer}",
}
COUNTRIES = {("TH", "en"): "Thailand", ("TH", "fr"): "Thaïlande"}
TYPED = [field.slot for field in FIELDS if field.kind == "text"]


def translate(locale: str, context: str | None, text: str) -> str:
    return FRENCH.get(text, text) if locale == "fr" else text


def country(code: str, locale: str) -> str:
    return COUNTRIES.get((code, locale), code)


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


@given(st.dictionaries(st.sampled_from(TYPED), st.text(min_size=1)))
def test_no_typed_answer_is_lost(answers: dict[str, str]) -> None:
    text = summary_text(dict(answers), "en", translate, country)
    for answer in answers.values():
        assert answer == SKIPPED or answer.strip() in text


def test_chosen_answers_are_translated_and_typed_ones_are_not() -> None:
    answers = {"report_setting": "beach", "report_place": ["TH", "Phuket"], "report_what": "Beach"}
    own, other = zip(*side_by_side(answers, ("fr", "en"), translate, country), strict=True)
    assert [row.answer for row in own] == ["Beach", "Plage", "Phuket, Thaïlande"]
    assert [row.answer for row in other] == ["Beach", "Beach", "Phuket, Thailand"]
    assert "Genre de lieu : Plage" in summary_text(answers, "fr", translate, country)


def test_skipped_and_empty_fields_are_left_out() -> None:
    answers = {"report_what": SKIPPED, "report_when": " ", "report_vehicle": "grey"}
    assert summary_text(answers, "en", translate, country) == "Vehicle: grey"


def test_who_stays_anonymous_is_not_given_away() -> None:
    answers = {"report_contact": "anonymous", "report_reach": "+32 470 00 00 00"}
    assert "470" not in summary_text(answers, "en", translate, country)
    assert "470" in summary_text({**answers, "report_contact": "reach"}, "en", translate, country)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=3000))
def test_a_mail_link_fits_and_says_when_it_was_cut(body: str) -> None:
    link = mail_link("tips@example.org", "A & B", body)
    assert link.startswith("mailto:tips@example.org?subject=A%20%26%20B&body=")
    assert len(link) <= 2000
    read = parse_qs(urlsplit(link).query, keep_blank_values=True)["body"][0]
    read = read.replace("\r\n", "\n")
    whole = body.replace("\r\n", "\n")
    assert read == whole or (read.endswith("…") and whole.startswith(read[:-1]))
