from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.application import content_folder
from bot.knowledge.events import Events
from bot.knowledge.hotlines import Hotlines
from bot.knowledge.tip_file import Audience, EventKind, Setting, Tip, regions
from bot.knowledge.tips import Tips
from bot.settings import Settings

DATA = content_folder(Settings()) / "data"
TIPS = Tips.load(DATA / "tips.yaml")
CODES = sorted(Hotlines.load(DATA / "hotlines.yaml").codes)
EVENTS = list(Events.load(DATA / "events.yaml"))

trips = st.fixed_dictionaries(
    {
        "event": st.sampled_from([None, *(event.id for event in EVENTS)]),
        "event_kind": st.sampled_from([None, *get_args(EventKind)]),
        "months": st.sets(st.integers(1, 12), max_size=3),
        "settings": st.sets(st.sampled_from(get_args(Setting)), max_size=2),
        "audience": st.sampled_from(get_args(Audience)),
    }
)


def tip(name: str, **conditions: object) -> Tip:
    words = {"text": name, "source": "project", "checked": date(2026, 11, 25)}
    return Tip(id=name, **{**words, **conditions})


def ids(chosen: tuple[Tip, ...]) -> list[str]:
    return [each.id for each in chosen]


@pytest.mark.parametrize("month", range(1, 13))
def test_every_country_has_three_tips_in_every_month_for_everybody(month):
    for code in CODES:
        for audience in get_args(Audience):
            chosen = TIPS.choose(code, months=[month], audience=audience)
            assert len(set(ids(chosen))) == 3, (code, month, audience)


@given(st.sampled_from(CODES), trips, st.integers(0, 10**9))
def test_whatever_the_trip_three_tips_that_fit_and_the_same_again(country, trip, seed):
    chosen = TIPS.choose(country, **trip, seed=seed)
    assert len(set(ids(chosen))) == 3
    assert set(ids(chosen)) <= set(ids(TIPS.fitting(country, **trip)))
    assert chosen == TIPS.choose(country, **trip, seed=seed)
    for each in chosen:
        named = set(each.countries).union(*(regions()[name] for name in each.regions))
        assert not named or country in named
        assert not each.months or trip["months"] & set(each.months)
        assert not each.audience or trip["audience"] in each.audience
        assert not each.events or trip["event"] in each.events
        assert not each.event_kinds or trip["event_kind"] in each.event_kinds


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(CODES), trips, st.integers(1, 5))
def test_no_tip_comes_again_while_others_fit(country, trip, count):
    fitting = set(ids(TIPS.fitting(country, **trip)))
    seen: set[str] = set()
    while len(fitting - seen) >= count:
        chosen = set(ids(TIPS.choose(country, **trip, seen=seen, seed=len(seen), count=count)))
        assert len(chosen) == count
        assert not chosen & seen
        seen |= chosen
    last = set(ids(TIPS.choose(country, **trip, seen=seen, count=count)))
    assert fitting - seen <= last
    assert len(last) == count


def test_the_most_specific_come_first():
    tips = Tips(
        [
            tip("anywhere"),
            tip("in-may", months=(5,)),
            tip("in-africa", regions=("africa",)),
            tip("for-families", audience=("family",)),
            tip("in-kenya", countries=("KE",)),
            tip("at-matches", event_kinds=("sport",)),
            tip("at-the-cup", events=("cup",)),
            tip("at-the-cup-in-kenya", countries=("KE",), events=("cup",)),
        ]
    )
    trip = {"event": "cup", "event_kind": "sport", "months": [5], "audience": "family"}
    order = [
        "at-the-cup-in-kenya",
        "at-the-cup",
        "at-matches",
        "in-kenya",
        "for-families",
        "in-africa",
        "in-may",
        "anywhere",
    ]
    assert ids(tips.choose("KE", **trip, count=8)) == order
    assert ids(tips.choose("KE", **trip)) == [*order[:2], "in-kenya"]
    assert ids(tips.choose("FR", months=[6])) == ["anywhere"]


def test_what_is_for_this_month_comes_before_what_always_holds():
    tips = Tips([tip("always", countries=("TH",)), tip("now", countries=("TH",), months=(1,))])
    assert ids(tips.choose("TH", months=[12, 1])) == ["now", "always"]
    assert ids(tips.choose("TH")) == ["always"]


def test_of_three_two_are_about_the_country_and_none_about_the_same_setting():
    own = [tip(f"own-{number}", countries=("KE",), settings=("hotel",)) for number in range(3)]
    mixed = [tip("own-beach", countries=("KE",), settings=("beach",)), tip("anywhere")]
    chosen = ids(Tips([*own, *mixed]).choose("KE"))
    assert "own-beach" in chosen
    assert "anywhere" in chosen
    assert len(Tips(own).choose("KE")) == 3  # nothing else is left


def test_a_setting_that_is_asked_for_leaves_others_out():
    tips = Tips([tip("hotel", settings=("hotel",)), tip("beach", settings=("beach",)), tip("all")])
    assert ids(tips.choose("KE", settings=["beach"])) == ["beach", "all"]
    assert set(ids(tips.choose("KE"))) == {"hotel", "beach", "all"}


def test_the_seed_brings_variety():
    assert len({TIPS.choose("TD", seed=seed) for seed in range(50)}) > 20


def test_regions_hold_whom_one_expects():
    named = regions()
    assert {"KE", "ZA", "EG"} <= named["africa"]
    assert {"TH", "PH"} <= named["south-eastern-asia"]
    assert {"DO", "JM"} <= named["caribbean"] <= named["latin-america"] <= named["americas"]
    assert {"XK", "AL"} <= named["southern-europe"]
    assert len(named["european-union"]) == 27
    assert set(CODES) <= frozenset().union(*named.values())


def test_the_shipped_tips_keep_their_promises():
    assert len(TIPS.all) >= 160
    assert len({code for each in TIPS.all for code in each.countries}) >= 40
    calendar = {event.id for event in EVENTS}
    for each in TIPS.all:
        assert set(each.events) <= calendar, each.id
        for avoided in ("sex tourism", "prostitute", "pornograph", "age of consent"):
            assert avoided not in each.text.casefold(), each.id


def test_no_file_is_no_tips(tmp_path: Path):
    assert Tips.load(tmp_path / "tips.yaml").choose("KE") == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("text:", "txt:", ":2:5: Object contains unknown field `txt`"),
        ("[NO]", "[NOR]", ':4:17: "NOR" is no country code'),
        ("[1]", "[13]", ":5:14: 13 is no month"),
        ("source: project", "source: [", ":8:1: "),
        ("    source: project\n", "", ":2:5: Object missing required field `source`"),
    ],
)
def test_a_mistake_is_refused_with_its_place(old: str, new: str, said: str, tmp_path: Path):
    path = tmp_path / "tips.yaml"
    text = """\
tips:
  - id: one
    text: Look.
    countries: [NO]
    months: [1]
    source: project
    checked: 2026-11-25
"""
    path.write_text(text)
    assert Tips.load(path).all[0].countries == ("NO",)
    path.write_text(text.replace(old, new))
    with pytest.raises(ValueError, match=r"tips\.yaml") as refused:
        Tips.load(path)
    assert str(refused.value).startswith(f"{path}{said}")
