import json

import pytest
from joserfc.jwk import OKPKey

from bot.reports.partners import PartnersInvalid, load_partners
from bot.reports.sealing import open_sealed, seal

PRIVATE = OKPKey.generate_key("X25519")
KEY = json.dumps(PRIVATE.as_dict(private=False))
FILE = """\
partners:
  - id: everywhere
    name: Everywhere
    countries: "*"
    kinds: "*"
    endpoint: https://everywhere.example/reports
    public_key: KEY
  - id: north
    name: North
    countries: [NO, SE]
    kinds: [hotel, online]
    endpoint: http://localhost:8080/reports
    public_key: KEY
"""


def load(tmp_path, text):
    path = tmp_path / "partners.yaml"
    path.write_text(text.replace("KEY", KEY))
    return load_partners(path)


def test_the_partner_that_names_the_country_comes_first(tmp_path):
    partners = load(tmp_path, FILE)
    assert partners.for_report("NO", "hotel").id == "north"
    assert partners.for_report("NO", "street").id == "everywhere"
    assert partners.for_report("KE", "hotel").id == "everywhere"
    assert partners.get("north").name == "North"
    assert partners.get("south") is None


def test_nobody_takes_the_rest(tmp_path):
    assert load(tmp_path, FILE.replace('"*"', "[KE]", 1)).for_report("DE", "hotel") is None


def test_the_key_seals_for_the_partner(tmp_path):
    key = load(tmp_path, FILE).get("north").key
    assert open_sealed(seal(b"room 12", key), PRIVATE) == b"room 12"


def test_without_a_file_there_are_no_partners(tmp_path):
    assert load_partners(tmp_path / "partners.yaml").for_report("NO", "hotel") is None


@pytest.mark.parametrize(
    ("old", "new", "place", "what"),
    [
        ("id: north", "id: everywhere", "8:5", "given twice"),
        ("id: north", "id: a b", "8:5", "letters, digits and hyphens"),
        ("[NO, SE]", "[Norway]", "10:5", "two capital letters"),
        ("[NO, SE]", "[]", "10:5", "two capital letters"),
        ("[NO, SE]", "every", "10:5", ""),
        ("[hotel, online]", "[]", "11:5", "List kinds"),
        ("http://localhost:8080", "http://north.example", "12:5", "https://"),
        ("http://localhost:8080", "https://", "12:5", "https://"),
        ("    name: North\n", "", "8:5", "name"),
        ("name: North", "nmae: North", "9:5", "nmae"),
        ("name: North", "name: North\n    name: South", "10:5", "twice"),
    ],
)
def test_a_mistake_is_shown_with_its_place(tmp_path, old, new, place, what):
    with pytest.raises(PartnersInvalid) as caught:
        load(tmp_path, FILE.replace(old, new))
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'partners.yaml'}:{place}: ")
    assert what in message
    assert "\n" not in message


def test_a_private_key_is_refused_and_not_shown(tmp_path):
    private = PRIVATE.as_dict(private=True)
    with pytest.raises(PartnersInvalid, match="private key") as caught:
        load(tmp_path, FILE.replace("KEY", json.dumps(private), 1))
    assert private["d"] not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[", "partners: none", "\tpartners: []", "partners: [1]"])
def test_another_file_is_refused_in_one_line(tmp_path, text):
    with pytest.raises(PartnersInvalid, match=r"partners\.yaml:\d+:\d+: [^\n]+$"):
        load(tmp_path, text)
