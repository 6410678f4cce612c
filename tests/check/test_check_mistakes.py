"""Every kind of mistake is found where it stands."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from broken_content import ANYWHERE, BROKEN, PO, TRANSLATIONS, Broken
from minimal_content import FILES, write

from bot.check import check, check_draft
from bot.check.codes import CODES
from bot.check.draft import Draft
from bot.content import shipped
from bot.conversation.flows import Finding
from bot.i18n import pofile
from bot.i18n.template import build_template

TODAY = date(2026, 11, 25)


def edit(path: Path, broken: Broken) -> None:
    if broken.new is None:
        path.unlink()
        return
    text = path.read_text(encoding="utf-8")
    assert broken.old in text, f"{broken.old!r} is not in {path.name}"
    path.write_text(text.replace(broken.old, broken.new, 1), encoding="utf-8")


def wanted(findings: list[Finding], broken: Broken, path: Path) -> list[Finding]:
    """The findings that are what the case is about."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = [*text.splitlines(), ""]
    return [
        finding
        for finding in findings
        if finding.code == broken.code
        and finding.file == str(path)
        and broken.says in finding.message
        and (
            broken.at == ANYWHERE
            or lines[finding.line - 1][finding.column - 1 :].startswith(broken.at)
        )
    ]


def test_there_is_nothing_wrong_with_the_minimal_content(tmp_path: Path) -> None:
    assert check(write(tmp_path), TODAY) == []


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"{broken.code}-{broken.old[:20]}")
def test_a_mistake_is_found_where_it_stands(broken: Broken, tmp_path: Path) -> None:
    path = write(tmp_path) / broken.file
    edit(path, broken)
    findings = check(tmp_path, TODAY)
    assert wanted(findings, broken, path), "\n".join(map(str, findings))


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The minimal content, translated into a language that reads like English."""
    folder = write(tmp_path_factory.mktemp("translated"))
    catalog = pofile.PoCatalog("fr")
    catalog.update(build_template(folder))
    for message in catalog:
        message.string = message.string or message.id
    path = folder / PO
    path.parent.mkdir(parents=True)
    path.write_bytes(pofile.render(catalog))
    return path


@pytest.fixture
def french(translated: Path) -> Iterator[Path]:
    before = translated.read_bytes()
    yield translated
    translated.write_bytes(before)


def content_of(translation: Path) -> Path:
    return translation.parents[3]


def test_there_is_nothing_wrong_with_its_translation(french: Path) -> None:
    assert check(content_of(french), TODAY) == []


@pytest.mark.parametrize("broken", TRANSLATIONS, ids=lambda broken: broken.code)
def test_a_mistake_in_a_translation_is_found(broken: Broken, french: Path) -> None:
    edit(french, broken)
    findings = check(content_of(french), TODAY)
    assert wanted(findings, broken, french), "\n".join(map(str, findings))


def test_a_language_that_is_declared_complete_must_be(french: Path) -> None:
    text = french.read_text(encoding="utf-8")
    declared = text.replace('"Language: fr', '"X-Complete: yes\\n"\n"Language: fr')
    french.write_text(declared.replace('msgstr "Look here."', 'msgstr ""'), encoding="utf-8")
    assert [finding.code for finding in check(content_of(french), TODAY)] == ["E602"]


def test_every_code_is_explained_and_has_a_case() -> None:
    assert {case.code for case in (*BROKEN, *TRANSLATIONS)} | {"E602"} == set(CODES)


def test_most_cases_stand_at_one_line_and_column_in_every_kind_of_file() -> None:
    exact = [
        case
        for case in BROKEN
        if case.new is not None
        and case.at != ANYWHERE
        and FILES[case.file].replace(case.old, case.new, 1).count(case.at) == 1
    ]
    assert len(exact) >= 80
    assert {case.file for case in exact} >= {name for name in FILES if name.startswith("data/")}


@pytest.fixture
def studio(french: Path) -> Iterator[Path]:
    """What the studio says in the same language."""
    path = french.with_name("studio.po")
    path.write_bytes((shipped() / "locales/fr/LC_MESSAGES/studio.po").read_bytes())
    yield path
    path.unlink()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("", "", ""),
        ('msgstr "Se connecter"', 'msgstr ""', "W602"),
        ('msgid "Log in"', '#, fuzzy\nmsgid "Log in"', "W604"),
        ('"Ligne {line}"', '"Ligne"', "E601"),
        ('msgstr[1] "{count} jours"', 'msgstr[1] "jours"', "E601"),
        ('msgstr "Se connecter"', 'msgstrr "Se connecter"', "E606"),
        ("plural=(n > 1)", "plural=n % 3", "E606"),
    ],
)
def test_what_the_studio_says_is_looked_at_where_it_is_translated(
    studio: Path, old: str, new: str, code: str
) -> None:
    text = studio.read_text("utf-8")
    assert old in text
    studio.write_text(text.replace(old, new, 1), "utf-8")
    found = [(finding.code, Path(finding.file)) for finding in check(content_of(studio), TODAY)]
    assert found == ([(code, studio)] if code else [])
    # Whatever staff read, it keeps nobody from a corrected number.
    assert check_draft(Draft(content_of(studio), TODAY)) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("flows/more.yml", "E100"),
        ("data/hotlines.YAML", "E100"),
        ("locales/fr/messages.po", "E606"),
        ("locales/french/LC_MESSAGES/messages.po", "E606"),
    ],
)
def test_a_file_that_is_not_read_is_pointed_out(name: str, code: str, tmp_path: Path) -> None:
    path = write(tmp_path) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("", encoding="utf-8")
    assert [(found.file, found.code) for found in check(tmp_path, TODAY)] == [(str(path), code)]


def test_what_a_regional_language_lacks_it_takes_from_its_base(french: Path) -> None:
    regional = content_of(french) / "locales" / "fr_CA" / "LC_MESSAGES" / "messages.po"
    regional.parent.mkdir(parents=True)
    regional.write_text('msgid ""\nmsgstr "Language: fr_CA\\n"\n', encoding="utf-8")
    assert check(content_of(french), TODAY) == []
    french.unlink()
    assert {finding.code for finding in check(content_of(french), TODAY)} == {"W603", "W602"}
    regional.unlink()


def test_one_mistake_is_reported_once(tmp_path: Path) -> None:
    path = write(tmp_path) / "flows" / "quiz.yaml"
    for broken in ("flow: [", "- a list", "flow: quiz\nstart: a\nnodes: {a: {sya: Hi}}\n"):
        path.write_text(broken, encoding="utf-8")
        assert [Path(finding.file).name for finding in check(tmp_path, TODAY)] == ["quiz.yaml"]
