# ruff: noqa: E501, one case a line
"""When campaigns speak, and what the file must say for them to be read."""

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from bot.knowledge.campaigns import Campaigns, Occurrence
from bot.knowledge.event_file import Day, Event, EventFile, Host
from bot.knowledge.events import Events


def event(name: str, starts: date, ends: date, *hosts: Host) -> Event:
    return Event(
        id=name,
        name=f"The {name}",
        kind="sport",
        starts=starts,
        ends=ends,
        hosts=hosts,
        source="https://www.example.org/",
        confidence="confirmed",
    )


def awareness(name: str, month: int, day: int, weekday: str | None = None) -> Day:
    source = "https://www.example.org/"
    return Day(id=name, name=f"The {name}", month=month, day=day, source=source, weekday=weekday)  # type: ignore[arg-type]


EVENTS = Events(
    EventFile(
        events=(
            event("cup", date(2027, 6, 19), date(2027, 7, 17), Host("KE"), Host("UG")),
            event("leap", date(2028, 3, 1), date(2028, 3, 9), Host("US", ("Los Angeles",))),
            event("apart", date(2027, 10, 1), date(2027, 11, 1), Host("AU", ("Perth", "Sydney"))),
        ),
        days=(
            awareness("our_day", 11, 18),
            awareness("early_day", 1, 10),
            awareness("tuesday_day", 2, 5, "tuesday"),
        ),
    )
)
ABOUT = {"-": "title: Ours", "trip": "trip: true"} | {
    **{each.id: f"event: {each.id}" for each in EVENTS},
    **{each.id: f"day: {each.id}" for each in EVENTS.days},
}


class Case(NamedTuple):
    """One line of the table."""

    when: str
    about: str
    first: str
    last: str
    clocks: str
    due: str


TABLE = Path(__file__).with_name("wave_cases.tsv").read_text("utf-8").splitlines()
CASES = [Case(*line.split("\t")) for line in TABLE if not line.startswith("#")]


def read(folder: Path, text: str) -> Campaigns:
    path = folder / "campaigns.yaml"
    path.write_text(text, encoding="utf-8")
    return Campaigns.load(path, EVENTS)


def campaign(about: str, *waves: str, more: str = "") -> str:
    listed = "".join(f"      - {{id: w{number}, {wave}}}\n" for number, wave in enumerate(waves))
    return f"""\
campaigns:
  - id: ours
    {about}
    message: campaign/opening_day
{more}    waves:{" []" if not waves else ""}
{listed}"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.when} {case.clocks}")
def test_waves_are_due_when_they_should(case: Case, tmp_path: Path) -> None:
    policy = "policy: {quiet: '04:00-05:00'}  # not when clocks are changed\n"
    found = read(tmp_path, policy + campaign(ABOUT[case.about], f'when: "{case.when}"'))
    first, last = date.fromisoformat(case.first), date.fromisoformat(case.last)
    clocks = tuple(map(ZoneInfo, case.clocks.split()))
    occurrences = found.occurrences(found.all[0], first, last)
    due = [
        f"{each.due(clocks).replace(tzinfo=None).isoformat('T', 'minutes')}" for each in occurrences
    ]
    assert " ".join(due) == case.due.replace("none", "")
    assert all(each.starts <= each.due(clocks) for each in occurrences)
    assert all(first <= each.day <= last for each in occurrences)
    assert [found.occurrence(each.run) for each in occurrences] == occurrences


def test_every_day_is_the_same_whatever_part_of_the_year_is_asked_for(tmp_path: Path) -> None:
    """Two replicas that look at another time, or after a restart, see the same."""
    waves = [f'when: "{when}"' for when in (
        "every Friday", "every 29 February", "3 days before", "the last Sunday of March", "last day",
    )]  # fmt: skip
    found = read(tmp_path, campaign("day: early_day", *waves))
    year = [date(2028, 1, 1) + timedelta(days=number) for number in range(366)]
    by_day = [each for day in year for each in found.occurrences(found.all[0], day, day)]
    assert by_day == found.occurrences(found.all[0], year[0], year[-1])
    assert len({each.run for each in by_day}) == len(by_day) > 50


def test_a_wave_of_two_times_a_day_comes_in_order(tmp_path: Path) -> None:
    waves = ("when: last day at 18:00", "when: opening day", "when: opening day at 09:00")
    found = read(tmp_path, campaign("day: our_day", *waves))
    listed = found.occurrences(found.all[0], date(2027, 1, 1), date(2027, 12, 31))
    assert [each.wave for each in listed] == ["w2", "w1", "w0"]


def test_a_run_is_known_by_its_name(tmp_path: Path) -> None:
    found = read(tmp_path, campaign("event: cup", "when: opening day at 09:00 host"))
    (occurrence,) = found.occurrences(found.all[0], date(2027, 6, 19), date(2027, 6, 19))
    nairobi = ZoneInfo("Africa/Nairobi")
    assert occurrence == Occurrence("ours", "w0", date(2027, 6, 19), time(9), nairobi)
    assert occurrence.run == "ours.w0.2027-06-19"
    assert occurrence.starts == datetime(2027, 6, 19, 6, tzinfo=UTC)
    for gone in ("", "ours", "ours.w0", "ours.w0.soon", "ours.w1.2027-06-19", "x.w0.2027-06-19"):
        assert found.occurrence(gone) is None


@pytest.mark.parametrize(
    ("about", "when", "day", "span"),
    [
        ("cup", "100 days before", "2027-03-11", "2027-06-19 2027-07-17"),
        ("cup", "on 2027-01-01", "2027-01-01", "2027-06-19 2027-07-17"),
        ("our_day", "a week before", "2027-11-11", "2027-11-18 2027-11-18"),
        ("our_day", "2 days after", "2027-11-20", "2027-11-18 2027-11-18"),
        ("our_day", "every 19 November", "2027-11-19", "2028-11-18 2028-11-18"),
        ("early_day", "100 days before", "2027-10-02", "2028-01-10 2028-01-10"),
        ("tuesday_day", "opening day", "2028-02-08", "2028-02-08 2028-02-08"),
        ("trip", "on arrival", "2027-01-01", None),
        ("-", "every 18 October", "2027-10-18", None),
    ],
)
def test_what_a_wave_is_about(
    about: str, when: str, day: str, span: str | None, tmp_path: Path
) -> None:
    found = read(tmp_path, campaign(ABOUT[about], f"when: {when}"))
    (occurrence,) = found.occurrences(found.all[0], *[date.fromisoformat(day)] * 2)
    days = found.all[0].span(occurrence)
    assert (" ".join(map(str, days)) if days else None) == span


def test_what_is_left_out_is_filled_in(tmp_path: Path) -> None:
    found = read(tmp_path, campaign("event: cup", "when: opening day", "when: last day, approval: no, tolerance: 3 hours, message: tip"))  # fmt: skip
    (ours,) = found.all
    assert (ours.title, ours.enabled, ours.trip, ours.picture) == ("The cup", False, False, "")
    assert ours.event == EVENTS.get("cup")
    first, last = ours.waves
    assert (first.message, last.message) == ("campaign/opening_day", "tip")
    assert (first.needs_approval, last.needs_approval) == (True, False)
    assert (first.tolerance, last.tolerance) == (timedelta(hours=12), timedelta(hours=3))
    assert found.get("ours") is ours
    assert found.get("theirs") is None


@pytest.mark.parametrize(
    ("about", "more", "topics"),
    [
        ("event: cup", "", "all event:cup country:KE country:UG"),
        (
            "event: cup",
            "    audience: {overlap: true}\n",
            "all trip event:cup country:KE country:UG",
        ),
        ("day: our_day", "", "all days"),
        ("title: Ours", "", "all"),
        ("title: Ours", "    audience: {topics: ['country:TH', days]}\n", "country:TH days"),
    ],
)
def test_a_campaign_is_for_those_who_asked_for_it(
    about: str, more: str, topics: str, tmp_path: Path
) -> None:
    (ours,) = read(tmp_path, campaign(about, "when: on 2027-01-01", more=more)).all
    assert ours.audience.topics == set(topics.split())


def test_regions_stand_for_their_countries(tmp_path: Path) -> None:
    more = "    audience: {homes: [european-union, CH], destinations: [KE], languages: [fr]}\n"
    (ours,) = read(tmp_path, campaign("event: cup", "when: opening day", more=more)).all
    assert {"BE", "FR", "CH"} <= ours.audience.homes
    assert len(ours.audience.homes) == 28
    assert (ours.audience.destinations, ours.audience.languages) == ({"KE"}, {"fr"})


def test_without_a_file_there_is_a_policy_and_no_campaign(tmp_path: Path) -> None:
    found = Campaigns.load(tmp_path / "campaigns.yaml", EVENTS)
    assert found.all == ()
    assert (time(21) in found.policy.quiet, time(10) in found.policy.quiet) == (True, False)
    assert found.policy.zone == ZoneInfo("Europe/Brussels")
    assert (found.policy.per_week, found.policy.messages_per_second) == (2, 30)


def test_the_policy_can_be_changed(tmp_path: Path) -> None:
    found = read(tmp_path, "policy: {quiet: '20:00-09:30', per_week: 1, zone: Asia/Bangkok, tolerance: 1 hour, messages_per_second: 1000, paid_broadcast: true}\n")  # fmt: skip
    assert found.policy.quiet.waking == timedelta(hours=10.5)
    assert (found.policy.per_week, found.policy.zone.key) == (1, "Asia/Bangkok")
    assert found.policy.tolerance == timedelta(hours=1)
    assert (found.policy.messages_per_second, found.policy.paid_broadcast) == (1000, True)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("policy: {quiet: at night}", 1, "Write quiet hours as"),
        ("policy: {quiet: '08:00-08:00'}", 1, "leaves no time"),
        ("policy: {quiet: '08:00-07:30'}", 1, "leaves no time"),
        ("policy: {quiet: '09:30-10:30'}", 1, "At 10:00 waves are due that say no time"),
        ("policy: {per_week: 0}", 1, "enable no campaign"),
        ("policy: {zone: Europe/Bruxelles}", 1, 'no time zone "Europe/Bruxelles". Did you mean'),
        ("policy: {tolerance: soon}", 1, "no length of time"),
        ("policy: {tolerance: 5 minutes}", 1, "allow 10 minutes or more"),
        ("policy: {messages_per_second: 31}", 1, "paid_broadcast: true, or 30"),
        ("policy: {messages_per_second: 1001, paid_broadcast: true}", 1, "1000 a second at most"),
        ("policy: {messages_per_second: 0}", 1, "1000 a second at most"),
        ("policy: {messages_per_second: lots}", 1, "Expected `int`"),
        (campaign("event: pup", "when: opening day"), 3, '"pup". Did you mean "cup"?'),
        (campaign("day: ourday", "when: opening day"), 3, '"ourday". Did you mean "our_day"?'),
        (campaign("event: cup\n    day: our_day", "when: opening day"), 4, "Keep one"),
        (campaign("enabled: true", "when: on 2027-01-01"), 2, "It needs a title"),
        (campaign("event: cup"), 5, "It needs a wave"),
        (campaign("event: cup", "when: soon"), 6, '"soon" is not understood'),
        (campaign("event: cup", "when: on arrival"), 6, "Write trip: true"),
        (campaign("trip: true", "when: 3 days before"), 6, '"3 days before departure"'),
        (campaign("trip: true", "when: every 1 May"), 6, "counts from a trip: on arrival"),
        (campaign("title: Ours", "when: a week before"), 6, '"on 2027-06-14"'),
        (campaign("title: Ours", "when: every 1 May at 09:00 host"), 6, "Only an event has a host"),
        (campaign("event: apart", "when: opening day at 09:00 host"), 6, "clocks differ"),
        (campaign("event: cup", "when: opening day at 07:59"), 6, "At 07:59 nobody is written to"),
        (campaign("event: cup", "when: last day", "when: last day"), 7, '"w0" is due at the same'),
        (campaign("event: cup", "when: on 2027-03-11", "when: 100 days before"), 7, '"w0" is due at the same'),
        (campaign("day: our_day", "when: on the day", "when: last day"), 7, '"w0" is due at the same'),
        (campaign("trip: true", "when: on departure", "when: on arrival"), 7, '"w0" is due at the same'),
        (campaign("event: cup", "when: last day, message: hi"), 6, '"hi" is no message'),
        (campaign("event: cup", "when: last day, tolerance: 9 minutes"), 6, "10 minutes or more"),
        (campaign("event: cup", "when: last day, approval: maybe"), 6, "Invalid enum value"),
        (campaign("event: cup", "when: last day, size: 3"), 6, "unknown field"),
        (campaign("event: cup", "when: last day", more="    picture: ../cup.jpg\n"), 5, "no name of a picture"),
        (campaign("event: cup", "when: last day", more="    picture: cup.gif\n"), 5, "cup.jpg or cup.png"),
        (campaign("event: cup", "when: last day", more="    audience: {homes: [UK, afrika]}\n"), 5, 'Did you mean "africa"?'),
        (campaign("event: cup", "when: last day", more="    audience: {topics: [dayz]}\n"), 5, 'Did you mean "days"?'),
        (campaign("event: cup", "when: last day", more="    audience: {topics: ['event:pup']}\n"), 5, 'Did you mean "cup"?'),
        (campaign("event: cup", "when: last day", more="    audience: {topics: ['country:UK']}\n"), 5, "no country code"),
        (campaign("event: cup", "when: last day", more="    audience: {audiences: [famly]}\n"), 5, "Invalid enum value"),
        (campaign("title: Ours", "when: every 1 May", more="    audience: {overlap: true}\n"), 5, "about neither"),
        (campaign("event: cup", "when: last day").replace("id: ours", "id: Our cup"), 2, "small letters"),
        (campaign("event: cup", "when: last day").replace("id: ours", f"id: {'o' * 21}"), 2, "Use 20"),
        (campaign("event: cup", "when: last day").replace("id: w0", f"id: {'o' * 15}"), 6, "Use 14"),
        (campaign("event: cup", "when: last day", "when: opening day").replace("id: w1", "id: w0"), 7, "Another wave"),
        (campaign("event: cup", "when: last day").replace("    message: campaign/opening_day\n", ""), 5, '"w0" says nothing'),
        (campaign("event: cup", "when: last day") + campaign("event: cup", "when: last day").partition("\n")[2], 7, "Another campaign"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(text: str, line: int, says: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=re.escape(says)) as refused:
        read(tmp_path, text)
    (first, *_) = str(refused.value).splitlines()
    assert re.match(rf"{tmp_path}/campaigns.yaml:{line}:\d+: ", first)


def test_an_event_at_the_end_of_time_is_never_reached(tmp_path: Path) -> None:
    late = Events(EventFile(events=(event("end", date.max, date.max, Host("KE")),)))
    path = tmp_path / "campaigns.yaml"
    path.write_text(campaign("event: end", "when: 2 days after", "when: 2 days before"))
    found = Campaigns.load(path, late)
    listed = found.occurrences(found.all[0], date(2027, 1, 1), date.max)
    assert [each.wave for each in listed] == ["w1"]
