import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.negotiate import negotiate

AVAILABLE = ("en", "fr", "es", "pt", "pt_BR", "zh_Hans", "zh_Hant", "nb", "he", "id", "fil", "sr")


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr-ca", "fr"),
        ("fr_CA", "fr"),
        ("pt-br", "pt_BR"),
        ("pt-pt", "pt"),
        ("pt-ao", "pt"),
        ("es-419", "es"),
        ("zh-hans", "zh_Hans"),
        ("zh-hant", "zh_Hant"),
        ("zh-tw", "zh_Hant"),
        ("zh-hk", "zh_Hant"),
        ("zh", "zh_Hans"),
        ("zh-cn", "zh_Hans"),
        ("no", "nb"),
        ("nn", "nb"),
        ("iw", "he"),
        ("in", "id"),
        ("tl", "fil"),
        ("sr-latn", "sr"),
        ("de", "en"),
        ("tlh", "en"),
        ("", "en"),
        (None, "en"),
        ("🙂", "en"),
        ("-", "en"),
        ("x" * 300, "en"),
    ],
)
def test_the_closest_language_is_spoken(code: str | None, language: str) -> None:
    assert negotiate(code, AVAILABLE) == language


def test_a_language_known_only_in_a_regional_form_is_better_than_english() -> None:
    assert negotiate("pt", ("en", "pt_BR")) == "pt_BR"
    assert negotiate("zh-hant", ("en", "zh_Hans")) == "zh_Hans"


@given(st.text(max_size=40))
def test_whatever_a_messenger_says_a_language_comes_out(code: str) -> None:
    assert negotiate(code, AVAILABLE) in AVAILABLE
