import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.contact_findings import findings
from bot.knowledge.contact_phones import dialable_from_abroad, international
from bot.knowledge.contact_schema import Contact, CountryContacts, Emergency
from bot.knowledge.hotlines import Hotlines, as_json, phone_from_abroad, reachable_from_abroad

DATA = Path(__file__).parents[2] / "data" / "hotlines.yaml"
HOTLINES = Hotlines.load(DATA)
# ISO 3166-1 alpha-2 has 249 codes; CLDR adds groups of countries and codes of its own.
NOT_ISO = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
NONE = Emergency(known=False)
COUNTRIES = {code for code in Locale("en").territories if len(code) == 2} - NOT_ISO
ALL_CONTACTS = [
    (code, contact) for code in HOTLINES.codes for contact in HOTLINES.country(code).contacts
]


def names(country: str, home: str | None = None) -> list[str]:
    return [contact.name for contact in HOTLINES.route(country, home).contacts]


def phones(country: str) -> list[str | None]:
    return [contact.phone for contact in HOTLINES.route(country).contacts]


def home_names(home: str) -> list[str]:
    elsewhere = HOTLINES.route("AQ", home).home
    assert elsewhere is not None
    return [contact.name for contact in elsewhere.contacts]


def test_every_country_has_an_entry() -> None:
    assert len(COUNTRIES) == 250  # with Kosovo
    assert set(HOTLINES.codes) == COUNTRIES


def test_nothing_in_the_file_needs_mending() -> None:
    newest = max(contact.checked for _, contact in ALL_CONTACTS)
    assert findings(DATA, newest) == ()


def test_the_file_is_in_order() -> None:
    codes = [line[2:6].strip('":# ') for line in DATA.read_text().splitlines() if is_code(line)]
    assert codes == sorted(codes)
    assert len(codes) == 250


def is_code(line: str) -> bool:
    return line.startswith(("  ", '  "')) and line.lstrip(' "')[:2].isupper() and line[2] != " "


def test_numbers_of_the_file_stay_as_written() -> None:
    assert HOTLINES.country("NO").code == "NO"
    assert HOTLINES.country("AU").emergency.general == "000"
    assert HOTLINES.country("MX").contacts[-1].phone == "089"


def test_a_country_without_a_number_says_so() -> None:
    for code in HOTLINES.codes:
        shown = as_json(HOTLINES.route(code))
        numbers = [shown["emergency"][kind] for kind in ("general", "police", "ambulance")]
        assert shown["emergency"]["known"] is any(numbers)
        assert shown["fallback"]
    assert as_json(HOTLINES.route("KP"))["emergency"]["known"] is False


@pytest.mark.parametrize(
    ("country", "order"),
    [
        ("KE", ["0800 722 203", "116"]),
        ("TH", ["1300", "1387", None]),
        ("LK", ["1929", "1997"]),
        ("AE", ["116111", "800 7283", "800 988", "800 700"]),
        ("PK", ["1121", "15"]),
        ("MX", ["800 5533 000", "089"]),
        ("BN", ["121", "141"]),
        ("BR", ["100", None]),
        ("BE", [None, "116000", None, "078 055 800", "107", "106"]),
    ],
)
def test_who_comes_first(country: str, order: list[str | None]) -> None:
    assert phones(country) == order


def test_a_portal_for_cases_abroad_is_not_first_at_home() -> None:
    assert names("FR")[0].startswith("119")
    assert names("DE")[0].startswith("nicht-wegsehen.net")
    assert home_names("FR")[0] == "ECPAT France reporting page"


def test_regional_lines_come_after_those_of_the_whole_country() -> None:
    assert names("DE")[2].startswith("Police tip line of North Rhine-Westphalia")


def test_at_home_short_codes_come_last() -> None:
    elsewhere = HOTLINES.route("KE", "NO").home
    assert elsewhere is not None
    usable = [reachable_from_abroad(contact, "NO") for contact in elsewhere.contacts]
    assert usable == [True, True, False, False]
    assert elsewhere.extraterritorial is not None


def test_from_abroad_the_number_for_abroad_is_given() -> None:
    shown = as_json(HOTLINES.route("KE", "FR"))["home"]
    child_line = next(contact for contact in shown["contacts"] if "119" in contact["name"])
    assert child_line["phone"] == "+33 1 53 06 38 94"
    assert child_line["phone_international"] == "+33 1 53 06 38 94"


def test_home_is_left_out_where_it_happened_at_home() -> None:
    assert HOTLINES.route("FR", "FR").home is None
    assert HOTLINES.route("fr", "fr").home is None


def test_a_territory_shows_only_what_takes_reports_from_anywhere() -> None:
    svalbard = HOTLINES.route("SJ")
    assert not svalbard.emergency.known
    assert svalbard.responsible is not None
    assert svalbard.responsible.country == "NO"
    assert [contact.name for contact in svalbard.responsible.contacts] == ["ECPAT Norway"]
    assert HOTLINES.route("SJ", "NO").responsible is None  # then it is the home already
    assert HOTLINES.route("GI").responsible is None  # no contact of GB says that it does


def test_people_of_a_territory_get_the_portal_of_their_state() -> None:
    assert home_names("RE")[0] == "ECPAT France reporting page"


codes = st.sampled_from(HOTLINES.codes)


@given(country=codes, home=st.none() | codes)
def test_no_route_is_ever_empty(country: str, home: str | None) -> None:
    route = HOTLINES.route(country, home)
    shown = json.loads(json.dumps(as_json(route)))
    assert list(shown) == ["country", "emergency", "contacts", "home", "responsible", "fallback"]
    assert shown["country"] == country
    assert shown["fallback"]
    assert len(shown["contacts"]) == len(HOTLINES.country(country).contacts)
    assert (shown["home"] is None) is (home in {None, country})
    places = [shown["home"], shown["responsible"]]
    for contact in [
        *shown["contacts"],
        *[c for place in places if place for c in place["contacts"]],
    ]:
        assert contact["source"].startswith("http")
        assert date.fromisoformat(contact["checked"])
        assert contact["phone"] or contact["web"] or contact["email"]


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(KeyError):
        HOTLINES.route("XX")


def test_age_counts_from_the_page_not_from_the_look_up() -> None:
    egypt = HOTLINES.country("EG").contacts[0]
    assert egypt.years_since_confirmed(date(2026, 12, 1)) == 17
    japan = HOTLINES.country("JP").contacts[0]
    assert japan.years_since_confirmed(date(2026, 12, 1)) == 0
    assert japan.years_since_confirmed(date(2028, 12, 1)) == 2


@pytest.mark.parametrize(
    ("number", "country", "shown", "abroad"),
    [
        ("116", "KE", "116", None),
        ("116111", "AE", "116111", None),
        ("02800", "NO", "02800", None),
        ("*4242", "CL", "*4242", None),
        ("20569", "SB", "+677 20569", "+677 20569"),
        ("278-9111", "BM", "+1 441-278-9111", "+1 441-278-9111"),
        ("0800 722 203", "KE", "+254 800 722 203", None),
        ("022 254 998", "MD", "+373 22 254 998", "+373 22 254 998"),
        ("+421 800 800 818", "SK", "+421 800 800 818", "+421 800 800 818"),
    ],
)
def test_phones(number: str, country: str, shown: str, abroad: str | None) -> None:
    assert international(number, country) == shown
    assert dialable_from_abroad(number, country) == abroad


def test_no_short_code_is_offered_to_somebody_abroad() -> None:
    for code, contact in ALL_CONTACTS:
        number = phone_from_abroad(contact, code)
        assert number is None or number.startswith("+")


LOCALES = st.none() | st.sampled_from(["en", "fr", "pt_BR", "zh-Hans", "uk"])
SETTINGS = st.none() | st.sampled_from(["online", "hotel", "stadium"])


@given(country=codes, home=st.none() | codes, setting=SETTINGS, locale=LOCALES)
def test_ranking_loses_and_adds_nobody(
    country: str, home: str | None, setting: str | None, locale: str | None
) -> None:
    plain = HOTLINES.route(country, home)
    ranked = HOTLINES.route(country, home, setting=setting, locale=locale)
    assert ranked.emergency == plain.emergency
    assert same_people(ranked.contacts, plain.contacts)
    assert same_people(ranked.fallback, plain.fallback)
    assert ranked.fallback
    for mine, other in ((ranked.home, plain.home), (ranked.responsible, plain.responsible)):
        assert (mine is None) is (other is None)
        if mine and other:
            assert same_people(mine.contacts, other.contacts)


def same_people(some: tuple[Contact, ...], others: tuple[Contact, ...]) -> bool:
    return sorted(some, key=repr) == sorted(others, key=repr)


@pytest.mark.parametrize("code", HOTLINES.codes)
def test_what_was_online_goes_first_to_those_who_act_on_it(code: str) -> None:
    online = [each.kind for each in HOTLINES.route(code, setting="online").contacts]
    hotel = [each.kind for each in HOTLINES.route(code, setting="hotel").contacts]
    if "internet_hotline" in online:
        assert online[0] == "internet_hotline"
        assert hotel[0] != "internet_hotline" or set(hotel[:1]) == set(hotel)
    assert HOTLINES.everywhere("online")[0].kind == "internet_hotline"
    assert HOTLINES.everywhere("hotel") == HOTLINES.fallback


def contact(name: str, **facts: Any) -> Contact:
    given = {"phone": "116", "source": "https://example.org", "checked": date(2026, 11, 1)}
    return Contact(name=name, kind=facts.pop("kind", "child_helpline"), **{**given, **facts})


def test_among_equals_the_language_then_the_night_then_what_is_newest() -> None:
    entries = (
        contact("first in the file"),
        contact("confirmed later", checked=date(2026, 11, 2)),
        contact("confirmed long ago", as_of=2019),
        contact("at night", hours="24/7"),
        contact("in French", languages=("fr", "de"), as_of=2020),
        contact("one region, in French", languages=("fr",), only_in="Dubai"),
        contact("police", kind="police_unit", as_of=2010),
    )
    world = Hotlines({"KE": CountryContacts(code="KE", emergency=NONE, contacts=entries)}, entries)
    ranked = world.route("KE", locale="fr-BE").contacts
    assert [each.name for each in ranked] == [
        "police",
        "in French",
        "at night",
        "confirmed later",
        "first in the file",
        "confirmed long ago",
        "one region, in French",
    ]
    assert [each.name for each in world.route("KE").contacts][1] == "first in the file"


def test_support_for_witnesses_is_not_where_a_report_goes_first() -> None:
    kinds = [each.kind for each in HOTLINES.route("EE", locale="et").contacts]
    assert kinds[-1] == "victim_support"
