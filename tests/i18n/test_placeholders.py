import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.placeholders import placeholder_findings


@pytest.mark.parametrize(
    ("english", "translation"),
    [
        ("Call {number}.", "Appelez le {number}."),
        ("Call {number}.", ""),
        ("{a} and {b}", "{b} et {a}"),
        ("In {country}", "Au {country}, oui, au {country}"),
        ('<a href="https://x.org/en">Read</a>', '<a href="https://x.org/fr">Lire</a>'),
        ("<b>1</b> < 2", "<B>1</B> < 2"),
        ("Set {} as it is", "Laissez { } ainsi"),
    ],
)
def test_a_faithful_translation(english: str, translation: str) -> None:
    assert placeholder_findings(english, translation) == []


@pytest.mark.parametrize(
    ("english", "translation", "finding"),
    [
        ("Call {number}.", "Appelez.", "The placeholder {number} is missing."),
        ("Call.", "Appelez {nombre}.", "The English has no placeholder {nombre}."),
        ("<b>Now</b>", "<b>Maintenant", "The tag </b> is missing."),
        ("Now", "<i>Maintenant</i>", "The English has no tag <i>."),
        ("<b>a</b> <b>b</b>", "<b>a b</b>", "The tag <b> is missing."),
    ],
)
def test_what_is_lost_or_added_is_named(english: str, translation: str, finding: str) -> None:
    assert finding in placeholder_findings(english, translation)


@given(st.text())
def test_a_copy_is_faithful(text: str) -> None:
    assert placeholder_findings(text, text) == []
