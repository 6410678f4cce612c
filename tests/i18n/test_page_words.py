"""What a page in the browser gets of a catalogue."""

from pathlib import Path

import pytest

from bot.i18n import pofile
from bot.i18n.page_words import page_words
from bot.i18n.placeholders import message_findings
from bot.i18n.progress import progress

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
DAYS = 'msgid "{count} day"\nmsgid_plural "{count} days"\n'


def written(folder: Path, *entries: str) -> Path:
    path = folder / "studio.po"
    path.write_text(HEADER + "\n".join(entries), "utf-8")
    return path


def forms(*texts: str) -> str:
    return DAYS + "".join(f'msgstr[{number}] "{text}"\n' for number, text in enumerate(texts))


def test_only_what_may_be_shown_is_given(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'msgid "Save"\nmsgstr "Enregistrer"\n',
        'msgid "Send"\nmsgstr ""\n',
        '#, fuzzy\nmsgid "Close"\nmsgstr "Fermer"\n',
        'msgid "Line {line}"\nmsgstr "Ligne"\n',
    )
    assert page_words(path, "fr") == {"Save": "Enregistrer"}


def test_a_count_has_a_form_for_each_category_of_its_language(tmp_path: Path) -> None:
    french = page_words(written(tmp_path, forms("{count} jour", "{count} jours")), "fr")
    found = french["{count} day"]
    assert isinstance(found, dict)
    assert (found["one"], found["other"]) == ("{count} jour", "{count} jours")
    # In the order of gettext: none, one, two, 3 to 10, 100 to 102, 11 to 99.
    path = written(tmp_path, forms("z", "o", "t", "f {count}", "h {count}", "m {count}"))
    assert page_words(path, "ar")["{count} day"] == {
        "zero": "z", "one": "o", "two": "t", "few": "f {count}", "many": "m {count}",
        "other": "h {count}",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "flaws"),
    [
        (("un jour", "{count} jours"), []),
        (("{count} jour", "jours"), ["The placeholder {count} is missing."]),
        (("{number} jour", "{count} jours"), ["The English has no placeholder {number}."]),
    ],
)
def test_a_form_for_one_may_do_without_its_number(
    tmp_path: Path, texts: tuple[str, ...], flaws: list[str]
) -> None:
    catalog = pofile.read(written(tmp_path, forms(*texts)), "fr")
    (message,) = [each for each in catalog if each.id]
    assert message_findings(message) == flaws
    assert [flaw.message for flaw in progress("fr", catalog, catalog).flaws] == flaws


def test_a_count_is_translated_once_all_of_its_forms_are(tmp_path: Path) -> None:
    path = written(tmp_path, forms("{count} jour", ""))
    catalog = pofile.read(path, "fr")
    found = progress("fr", catalog, catalog)
    assert (found.translated, found.missing) == (0, 1)
    assert page_words(path, "fr") == {}


@pytest.mark.parametrize(
    "rule", ["nplurals=2; plural=(n >", "nplurals=2; plural=n % 3;", "nplurals=2; plural=1 / n;"]
)
def test_forms_that_do_not_fit_together_are_told_with_the_file(tmp_path: Path, rule: str) -> None:
    header = HEADER.replace("\n\n", f'\n"Plural-Forms: {rule}\\n"\n\n')
    path = tmp_path / "studio.po"
    path.write_text(header + forms("{count} jour", "{count} jours"), "utf-8")
    with pytest.raises(pofile.CatalogueError, match=r"studio\.po"):
        page_words(path, "fr")
