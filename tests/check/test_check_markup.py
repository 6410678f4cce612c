"""What the check lets pass, Telegram takes; what Telegram refuses, the check finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.check import markup
from bot.local.errors import BotApiError
from bot.local.markup import parse_html, utf16_length

PIECES = (
    *(f"<{tag}>" for tag in markup.TAGS - {"a"}),
    *(f"</{tag}>" for tag in markup.TAGS),
    *('<a href="https://www.inhope.org/">', "<blockquote expandable>", "<a>", "<br>", "< ", ">"),
    *('<code class="language-py">', "&lt;", "&amp;", "&nbsp;", "& ", "112", "💛", "\n"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_what_passes_is_taken(text: str) -> None:
    if markup.problem(text) == "":
        shown, _ = parse_html(text)
        assert markup.length(text) == utf16_length(shown)


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_what_is_refused_is_found(text: str) -> None:
    try:
        parse_html(text)
    except BotApiError:
        assert markup.problem(text) != ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 < 2", "&lt;"),
        ("<strong>Call</strong>", "no tag <strong>"),
        ("<tg-spoler>x</tg-spoler>", '"tg-spoiler"?'),
        ('<b class="x">Call</b>', "not how <b> is written"),
        ("<a>Call</a>", "not how <a> is written"),
        ("Call</b>", "was not opened"),
        ("<b><i>Call</b></i>", "</i> should"),
        ("<b>Call", "Add </b>"),
        ("Call&nbsp;now", "&nbsp;"),
    ],
)
def test_a_problem_says_what_to_do(text: str, says: str) -> None:
    assert says in markup.problem(text)
