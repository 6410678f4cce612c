from pathlib import Path

import pytest

from bot.i18n.catalogues import Catalogues, direction, language_name
from bot.i18n.pofile import CatalogueError

FRENCH = """
msgid ""
msgstr ""
"Language: fr\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgctxt "report.where.say"
msgid "Where?"
msgstr "Où ?"

msgid "Where?"
msgstr "Où donc ?"

#, fuzzy
msgctxt "report.when.say"
msgid "When?"
msgstr "Quand ?"

msgctxt "report.who.say"
msgid "Who?"
msgstr ""

msgctxt "report.call.say"
msgid "Call {number} <b>now</b>."
msgstr "Appelez <b>maintenant</b>."
"""


def write(locales: Path, language: str, text: str) -> None:
    path = locales / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def catalogues(tmp_path: Path) -> Catalogues:
    write(tmp_path, "fr", FRENCH)
    write(tmp_path, "fr_CA", 'msgctxt "a.b.say"\nmsgid "Phone"\nmsgstr "Cellulaire"\n')
    return Catalogues.load(tmp_path)


def test_a_sentence_is_translated_where_it_stands(catalogues: Catalogues) -> None:
    assert catalogues.text("fr", "report.where.say", "Where?") == "Où ?"
    assert catalogues.text("fr", None, "Where?") == "Où donc ?"
    assert catalogues.text("fr", "", "Where?") == "Où donc ?"


@pytest.mark.parametrize(
    ("context", "english"),
    [
        ("report.when.say", "When?"),
        ("report.who.say", "Who?"),
        ("report.elsewhere.say", "Where?"),
        ("report.call.say", "Call {number} <b>now</b>."),
    ],
    ids=["fuzzy", "empty", "unknown context", "lost placeholder"],
)
def test_what_is_not_safely_translated_stays_english(
    catalogues: Catalogues, context: str, english: str
) -> None:
    assert catalogues.text("fr", context, english) == english


def test_a_regional_language_falls_back_to_its_base(catalogues: Catalogues) -> None:
    assert catalogues.text("fr_CA", "a.b.say", "Phone") == "Cellulaire"
    assert catalogues.text("fr_CA", "report.where.say", "Where?") == "Où ?"
    assert catalogues.text("fr_BE", "report.where.say", "Where?") == "Où ?"
    assert catalogues.text("en", "report.where.say", "Where?") == "Where?"
    assert catalogues.text("xx", "report.where.say", "Where?") == "Where?"


def test_english_comes_first_among_the_languages(catalogues: Catalogues, tmp_path: Path) -> None:
    assert catalogues.languages == ("en", "fr", "fr_CA")
    assert Catalogues.load(tmp_path / "empty").languages == ("en",)


def test_a_malformed_file_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "de", 'msgid "Yes"\nmsgstr "Ja"\nnonsense\n')
    with pytest.raises(CatalogueError, match=r"de/LC_MESSAGES/messages\.po:3: "):
        Catalogues.load(tmp_path)


def test_a_folder_must_be_named_after_a_language(tmp_path: Path) -> None:
    write(tmp_path, "french", 'msgid "Yes"\nmsgstr "Oui"\n')
    with pytest.raises(CatalogueError, match='"french" is not a language code'):
        Catalogues.load(tmp_path)


def test_languages_are_named_in_themselves() -> None:
    names = {code: language_name(code) for code in ("en", "fr", "pt_BR", "ar", "zh_Hans")}
    assert names["en"] == "English"
    assert names["fr"] == "Français"
    assert names["ar"] == "العربية"
    assert names["pt_BR"].startswith("Português")
    assert names["zh_Hans"].startswith("中文")


def test_direction() -> None:
    assert [direction(code) for code in ("en", "ar", "he", "fa", "zh_Hans")] == [
        "ltr",
        "rtl",
        "rtl",
        "rtl",
        "ltr",
    ]
