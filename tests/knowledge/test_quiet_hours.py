"""Nobody is woken up, whatever the clocks do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.knowledge.quiet_hours import Quiet, decent, next_decent
from bot.knowledge.zones import zones_of

NIGHT = Quiet.parse("21:00-08:00")
PARIS = (ZoneInfo("Europe/Paris"),)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "quiet", "waking"),
    [
        ("21:00-08:00", Quiet(time(21), time(8)), 13),
        (" 21:00 - 8:00 ", Quiet(time(21), time(8)), 13),
        ("21:00–08:00", Quiet(time(21), time(8)), 13),
        ("00:00-06:30", Quiet(time(0), time(6, 30)), 17.5),
        ("13:00-15:00", Quiet(time(13), time(15)), 22),
        ("08:00-08:00", Quiet(time(8), time(8)), 0),
    ],
)
def test_quiet_hours_are_read(text: str, quiet: Quiet, waking: float) -> None:
    assert Quiet.parse(text) == quiet
    assert quiet.waking == timedelta(hours=waking)


@pytest.mark.parametrize("text", ["", "21-8", "21:00", "21:00-24:00", "night", "21:00-08:00 local"])
def test_what_are_no_quiet_hours(text: str) -> None:
    with pytest.raises(ValueError, match='Write quiet hours as "21:00-08:00"'):
        Quiet.parse(text)


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        (time(20, 59, 59), False),
        (time(21), True),
        (time(0), True),
        (time(7, 59, 59), True),
        (time(8), False),
    ],
)
def test_the_night_begins_and_ends_on_the_minute(at: time, quiet: bool) -> None:
    assert (at in NIGHT) == quiet


@pytest.mark.parametrize(
    ("country", "at", "decent_from"),
    [
        ("FR", "2027-06-01T07:59:00", "2027-06-01T07:59:00"),
        ("FR", "2027-06-01T19:00:00", "2027-06-02T06:00:00"),
        ("FR", "2027-06-02T00:00:30", "2027-06-02T06:00:00"),
        ("FR", "2027-03-28T00:30:00", "2027-03-28T06:00:00"),  # the night that is an hour shorter
        ("FR", "2027-10-30T19:30:00", "2027-10-31T07:00:00"),  # the night that is an hour longer
        ("US", "2027-01-10T12:00:00", "2027-01-10T18:00:00"),  # 8 in Honolulu, 13 in New York
        ("US", "2027-01-11T01:59:59", "2027-01-11T01:59:59"),  # before 9 in the evening in New York
        ("US", "2027-01-11T02:00:00", "2027-01-11T18:00:00"),
        ("IN", "2027-01-10T02:00:00", "2027-01-10T02:30:00"),  # half an hour off
        ("NP", "2027-01-10T02:00:00", "2027-01-10T02:15:00"),  # three quarters
        ("KI", "2027-01-10T07:00:00", "2027-01-10T20:00:00"),  # 8 in Tarawa; tomorrow in Kiritimati
    ],
)
def test_the_first_decent_instant(country: str, at: str, decent_from: str) -> None:
    asked, found = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (at, decent_from))
    assert next_decent(asked, zones_of(country), NIGHT) == found
    assert decent(asked, zones_of(country), NIGHT) == (asked == found)


def test_where_clocks_never_agree_most_of_them_must_show_a_decent_hour() -> None:
    zones = zones_of("AQ")
    start = datetime(2027, 6, 1, tzinfo=UTC)
    day = [start + hour * timedelta(hours=1) for hour in range(24)]
    awake = {at: sum(at.astimezone(zone).time() not in NIGHT for zone in zones) for at in day}
    assert max(awake.values()) < len(zones)
    assert {at for at in day if decent(at, zones, NIGHT)} == {
        at for at in day if awake[at] == max(awake.values())
    }
    assert decent(next_decent(start, zones, NIGHT), zones, NIGHT)


ZONES = st.sampled_from(
    [ZoneInfo(name) for name in (
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca",
        "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns", "Asia/Tokyo",
    )]
)  # fmt: skip
MINUTES = st.datetimes(datetime(2026, 12, 1), datetime(2030, 12, 1)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(MINUTES, st.lists(ZONES, min_size=1, max_size=3), TIMES, TIMES)
@example(datetime(2027, 3, 28, 0, 0, tzinfo=UTC), [ZoneInfo("Europe/Berlin")], time(2, 30), time(6))
@example(
    datetime(2027, 3, 27, 20, 0, tzinfo=UTC), [ZoneInfo("Europe/Berlin")], time(21), time(2, 30)
)
@example(
    datetime(2027, 10, 31, 0, 0, tzinfo=UTC), [ZoneInfo("Europe/Berlin")], time(21), time(2, 30)
)
def test_it_is_what_looking_at_every_minute_finds(
    at: datetime, zones: list[ZoneInfo], start: time, end: time
) -> None:
    quiet = Quiet(start, end)
    if quiet.waking < timedelta(hours=1):
        return
    minutes = (at + number * MINUTE for number in range(36 * 60))
    looked = next(
        (m for m in minutes if all(m.astimezone(z).time() not in quiet for z in zones)), None
    )
    found = next_decent(at, zones, quiet)
    assert found >= at
    assert decent(found, zones, quiet)
    if looked is not None:
        assert found == looked
