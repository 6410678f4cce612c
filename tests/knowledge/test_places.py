from __future__ import annotations

from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.places import PlaceAnswer, Places

HERE = Path(__file__).parent
TEN = ("en", "fr", "es", "de", "pt", "it", "nl", "pl", "ru", "ar", "tr", "sv", "hi", "zh", "ja")
TERRITORIES = ["RE", "GP", "MQ", "GF", "YT", "NC", "PF", "HK", "MO", "PR", "GU", "VI", "AS", "GI"]
TERRITORIES += ["IM", "JE", "GG", "FO", "GL", "AW", "CW", "SX", "BQ", "AX", "SJ", "XK", "EH", "PS"]
TERRITORIES += ["TW"]


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.load()


def countries(answer: PlaceAnswer) -> list[str]:
    if answer.place:
        return [answer.place.country]
    return [place.country for place in answer.candidates]


def check(answer: PlaceAnswer) -> None:
    """The answer's parts agree with its status."""
    if answer.status == "found":
        assert answer.place and answer.place.name and not answer.candidates
    elif answer.status == "ambiguous":
        assert answer.place is None
        found = countries(answer)
        assert len(found) == len(set(found)) >= 2
    else:
        assert answer.place is None and not answer.candidates


@pytest.mark.parametrize("name", ["places_cases.tsv", "places_unseen.tsv"])
def test_what_people_type(places: Places, name: str) -> None:
    wrong = []
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        locale, text, status, expected = line.split("\t")
        answer = places.find(text, locale)
        check(answer)
        wanted, got = set(expected.split(",")) - {""}, set(countries(answer))
        if answer.status != status or not (
            wanted <= got if status == "ambiguous" else wanted == got
        ):
            wrong.append(f"{locale} {text!r}: {answer.status} {got}, not {status} {wanted}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", TEN)
def test_every_country_by_its_name_in_the_persons_language(places: Places, language: str) -> None:
    names = Locale(language).territories
    wrong = {
        code: (names[code], countries(places.find(names[code], language)))
        for code in places.countries
        if code in names and code not in countries(places.find(names[code], language))
    }
    assert not wrong


@pytest.mark.parametrize("code", TERRITORIES)
def test_territories_are_places_of_their_own(places: Places, code: str) -> None:
    assert countries(places.find(places.country_name(code, "en"))) == [code]


def test_codes_are_read_in_capitals(places: Places) -> None:
    assert [code for code in places.countries if countries(places.find(code)) != [code]] == []


@pytest.mark.parametrize("code", ["TH", "XK", "GB", "RE"])
def test_flags(places: Places, code: str) -> None:
    flag = "".join(chr(ord(letter) - 65 + 0x1F1E6) for letter in code)
    assert countries(places.find(f"we are in {flag}!")) == [code]


@pytest.mark.parametrize(
    ("text", "locale", "shown"),
    [
        ("mombasa", "en", "Mombasa"),
        ("kenya", "fr", "Kenya"),
        ("Kenia", "ru", "Кения"),
        ("London", "fr", "Londres"),
        ("паттайя", "ru", "Паттайя"),
        ("Kenya", "xx", "Kenya"),
    ],
)
def test_the_place_is_shown_in_the_persons_language(
    places: Places, text: str, locale: str, shown: str
) -> None:
    place = places.find(text, locale).place
    assert place and place.name == shown


def test_country_names_fall_back(places: Places) -> None:
    assert places.country_name("TH", "pt-BR") == "Tailândia"
    assert places.country_name("TH", "zh-TW") == "泰國"
    assert places.country_name("TH", "no") == "Thailand"
    assert places.country_name("TH", "") == "Thailand"
    assert places.country_name("QQ", "en") == "QQ"


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("50.77, 6.08", "DE"),
        ("50,77; 6,08", "DE"),
        ("(13.75 100.5)", "TH"),
        ("4.05° S, 39.66° E", "KE"),
        ("13°45'20\"N 100°30'5\"E", "TH"),
        ("https://www.google.com/maps/@-4.0435,39.6682,12z", "KE"),
        ("geo:-22.9,-43.2", "BR"),
    ],
)
def test_typed_coordinates(places: Places, text: str, country: str) -> None:
    assert countries(places.find(text)) == [country]


@pytest.mark.parametrize("text", ["10 20", "2, 3", "95.5, 10.0", "-40.0, -120.0", "12.5"])
def test_numbers_that_are_no_place(places: Places, text: str) -> None:
    assert places.find(text).status == "unknown"


PLACES = Places.load()
ODD = st.one_of(
    st.text(max_size=4096),
    st.text(alphabet="abcdeiou ,.'-\u0000\u200f🇹🇭กาنن가나a", max_size=4096),
    st.lists(
        st.sampled_from(["in", "Kenya", "from", "Paris", "Georgia", "Niger", "🇰🇪", "50.1,", "ไทย"])
    ).map(" ".join),
)


@settings(max_examples=150, deadline=None)
@given(ODD, st.sampled_from([*TEN, "", "xx", "zh-Hant-HK", "-", "e" * 99]))
def test_any_text_gets_a_consistent_answer(text: str, locale: str) -> None:
    check(PLACES.find(text, locale))


@settings(max_examples=300, deadline=None)
@given(st.floats(), st.floats())
def test_any_numbers_get_a_consistent_answer(latitude: float, longitude: float) -> None:
    check(PLACES.at(latitude, longitude))
