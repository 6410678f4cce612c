from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.contact_findings import Finding, findings
from bot.knowledge.hotlines import Hotlines

GOOD = """\
international:
  - name: Somewhere
    kind: report_portal
    web: https://example.org
    source: https://example.org/about
    checked: 2026-11-01
countries:
  KE:
    emergency:
      general: "999"
      source: https://example.org
      checked: 2026-11-01
    contacts:
      - name: Child line
        kind: child_helpline
        phone: "116"
        languages: [en, sw]
        hours: "24/7"
        source: https://example.org
        checked: 2026-11-01
"""
TODAY = date(2026, 11, 25)


def write(folder: Path, text: str) -> Path:
    path = folder / "hotlines.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_good_file(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    assert findings(path, TODAY) == ()
    assert Hotlines.load(path).codes == ("KE",)


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ('"116"', '"0721"', None, None),
        ('"116"', '"0721 23"', None, None),
        ('"116"', '"0721 234"', "KE.contacts[0].phone", "in no number range of KE"),
        ('"116"', '"call us"', "KE.contacts[0].phone", "in no number range of KE"),
        ("[en, sw]", "[en, swahili]", "KE.contacts[0].languages", '"swahili"'),
        ('"999"', '"999 or 112"', "KE.emergency.general", "more in it than digits"),
        ("child_helpline", "child_line", "KE.contacts[0].kind", "child_line"),
        ("        hours:", "        houres:", "KE.contacts[0]", "houres"),
        ('"24/7"', '"all day"', "KE.contacts[0]", "opening hours"),
        ('        phone: "116"\n', "", "KE.contacts[0]", "needs a phone, web or email"),
        ('      general: "999"\n', "", "KE.emergency", "known: false"),
        ("  KE:", "  KX:", "KX", "not a country code"),
        ("  KE:\n", "  KE:\n    responsible: GB\n", "KE.responsible", "not in this file"),
        ("web: https://example.org", "web: example.org", "international[0].web", "web address"),
    ],
)
def test_mistakes_are_found_where_they_are(
    tmp_path: Path, old: str, new: str, where: str | None, what: str | None
) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    found = findings(path, TODAY)
    if where is None:
        assert found == ()
        return
    assert [finding.where for finding in found] == [where]
    assert what is not None
    assert what in found[0].what


def test_the_line_is_given(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace('"116"', '"0721 234"'))
    (finding,) = findings(path, TODAY)
    assert path.read_text().splitlines()[finding.line - 1].strip() == 'phone: "0721 234"'


def test_an_unlisted_number_is_left_alone(tmp_path: Path) -> None:
    text = GOOD.replace('phone: "116"', 'phone: "0721 234"\n        unlisted: true')
    assert findings(write(tmp_path, text), TODAY) == ()


def test_old_and_future_checks(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    later = findings(path, date(2028, 1, 1))
    assert [finding.where for finding in later] == [
        "international[0].checked",
        "KE.emergency.checked",
        "KE.contacts[0].checked",
    ]
    assert all("2026-11-01" in finding.what for finding in later)
    assert "in the future" in findings(path, date(2026, 10, 1))[0].what


def test_missing_source_and_check_date(tmp_path: Path) -> None:
    emergency = "      source: https://example.org\n      checked: 2026-11-01\n    contacts"
    found = findings(write(tmp_path, GOOD.replace(emergency, "    contacts")), TODAY)
    assert [finding.where for finding in found] == ["KE.emergency", "KE.emergency.checked"]
    contact = '"24/7"\n        source: https://example.org\n'
    found = findings(write(tmp_path, GOOD.replace(contact, '"24/7"\n')), TODAY)
    assert found == (
        Finding("KE.contacts[0]", "Object missing required field `source`", found[0].line),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            GOOD.replace("child_helpline", "child_line"),
            r"hotlines.yaml:15: KE.contacts\[0\].kind: ",
        ),
        (GOOD + "  KE:\n    emergency: {known: false}\n", ':21: "KE" is given twice'),
        (GOOD + "   x", ":21: "),
        ("countries: {}\n", "needs exactly the two keys"),
        ("", "needs exactly the two keys"),
        ("international: []\ncountries: {}\n", "needs at least one contact"),
        ("international: []\ncountries: []\n", "countries must be"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as raised:
        Hotlines.load(write(tmp_path, text))
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere\.yaml"):
        Hotlines.load(tmp_path / "nowhere.yaml")
