from pathlib import Path

import pytest

from bot.i18n import pofile

FILE = """\
# French by many hands.
msgid ""
msgstr ""
"Project-Id-Version: dontlookaway latest\\n"
"PO-Revision-Date: 2026-11-01 10:00+0000\\n"
"Last-Translator: Weblate\\n"
"Language: fr\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"X-Generator: Poedit 3\\n"
"X-Reviewed: yes\\n"

# thought over twice
#, fuzzy
#| msgctxt "report.where.say"
#| msgid ""
#| "Where did "
#| "it happen?"
msgctxt "report.where.say"
msgid "In which town did it happen?"
msgstr "Où ?"
"""


def test_nothing_a_translator_wrote_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "messages.po"
    path.write_text(FILE, encoding="utf-8")
    for _ in range(3):
        catalog = pofile.read(path, "fr")
        path.write_bytes(pofile.render(catalog))
    text = path.read_text(encoding="utf-8")
    assert catalog.reviewed
    for line in (
        "# French by many hands.",
        '"X-Generator: Poedit 3\\n"',
        '"X-Reviewed: yes\\n"',
        '"Last-Translator: Weblate\\n"',
        "# thought over twice",
        '#| msgid "Where did it happen?"',
        'msgstr "Où ?"',
    ):
        assert text.count(line) == 1, text


def test_a_language_is_unreviewed_until_someone_says_so(tmp_path: Path) -> None:
    path = tmp_path / "messages.po"
    for header, reviewed in (("", False), ("X-Reviewed: no\\n", False), ("x-reviewed: Yes", True)):
        path.write_text(f'msgid ""\nmsgstr "{header}"\n', encoding="utf-8")
        assert pofile.read(path, "fr").reviewed is reviewed


@pytest.mark.parametrize("date", ["yesterday", "2026-11-01\\n 10:00+0000"])
def test_a_date_that_is_none_is_told_with_the_file(tmp_path: Path, date: str) -> None:
    path = tmp_path / "messages.po"
    path.write_text(FILE.replace("2026-11-01 10:00+0000", date), "utf-8")
    with pytest.raises(pofile.CatalogueError, match=r"messages\.po:.*dat"):
        pofile.read(path, "fr")


def test_an_encoding_that_nobody_knows_is_told_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "messages.po"
    path.write_text(FILE.replace("utf-8", "of-my-own"), "utf-8")
    with pytest.raises(pofile.CatalogueError, match=r"messages\.po: .*of-my-own"):
        pofile.read(path, "fr")
