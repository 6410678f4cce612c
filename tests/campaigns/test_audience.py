"""Whom a campaign is for, by a table; and when each of them is due."""

from datetime import UTC, date, datetime

import pytest
from shipped_content import CONTENT

from bot.campaigns.audience import Target
from bot.conversation.profile import Trip
from bot.knowledge.campaigns import Campaigns
from bot.store.subscribers import Subscriber

EVENT = next(
    each for each in CONTENT.events if len(each.countries) == 1 and each.starts.year == 2027
)
(HOST,) = EVENT.countries
DAY = date(2027, 6, 14)
FILE = f"""
campaigns:
  - {{id: event, event: {EVENT.id}, message: tip, waves: [{{id: it, when: opening day}}]}}
  - {{id: days, title: D, message: tip, audience: {{topics: [days]}},
     waves: [{{id: it, when: on {DAY}}}]}}
  - {{id: all, title: A, message: tip, waves: [{{id: it, when: on {DAY}}}]}}
  - {{id: before, title: B, trip: true, message: tip,
     waves: [{{id: it, when: 3 days before departure}}]}}
  - {{id: after, title: C, trip: true, message: tip,
     waves: [{{id: it, when: 2 days after the return}}]}}
  - {{id: french, title: F, message: tip,
     audience: {{languages: [fr], homes: [BE], audiences: [hotel]}},
     waves: [{{id: it, when: on {DAY}}}]}}
  - {{id: kenya, title: K, message: tip,
     audience: {{topics: [all, "country:KE"], destinations: [KE]}},
     waves: [{{id: it, when: on {DAY}}}]}}
  - {{id: overlap, event: {EVENT.id}, message: tip, audience: {{overlap: true}},
     waves: [{{id: it, when: opening day}}]}}
"""
AGREED = (1, 0)
DURING = Trip(HOST, "", EVENT.starts.isoformat(), EVENT.ends.isoformat())
ELSEWHERE = Trip("AQ", "", EVENT.starts.isoformat(), EVENT.ends.isoformat())


@pytest.fixture(scope="module")
def campaigns(tmp_path_factory):
    path = tmp_path_factory.mktemp("audience") / "campaigns.yaml"
    path.write_text(FILE)
    return Campaigns.load(path, CONTENT.events)


def target(campaigns, name, day=None):
    campaign = campaigns.get(name)
    first, last = (day, day) if day else (date(2027, 1, 1), date(2028, 1, 1))
    (occurrence,) = campaigns.occurrences(campaign, first, last)[:1]
    return Target(campaign, occurrence, campaigns.policy)


def asked(*topics, **rest):
    return Subscriber(topics=dict.fromkeys(topics, AGREED), **rest)


@pytest.mark.parametrize(
    ("campaign", "subscriber", "fits"),
    [
        ("event", asked("all"), True),
        ("event", asked(f"event:{EVENT.id}"), True),
        ("event", asked(f"country:{HOST}"), True),
        ("event", asked("country:AQ", "days", "event:another"), False),
        ("event", asked("trip", trip=DURING), True),
        ("event", asked("trip", trip=ELSEWHERE), False),
        ("event", asked("trip"), False),
        ("event", asked("days", trip=DURING), False),
        ("event", Subscriber(topics={"all": (1, EVENT.starts.toordinal())}), True),
        ("event", Subscriber(topics={"all": (1, EVENT.starts.toordinal() - 1)}), False),
        ("days", asked("days"), True),
        ("days", asked("all"), False),
        ("all", asked("all"), True),
        ("all", asked("days", "trip", "country:KE"), False),
        ("before", asked("trip", trip=Trip("TH", "", "2027-06-17", "2027-06-30")), True),
        ("before", asked("trip", trip=Trip("TH", "", "2027-06-18", "2027-06-30")), False),
        ("before", asked("trip"), False),
        ("after", asked("trip", trip=Trip("TH", "", "2027-06-01", "2027-06-12")), True),
        ("after", asked("trip", trip=Trip("TH", "", "2027-06-12", "2027-06-14")), False),
        ("french", asked("all", locale="fr", home="BE", audience="hotel"), True),
        ("french", asked("all", locale="en", home="BE", audience="hotel"), False),
        ("french", asked("all", locale="fr", home="FR", audience="hotel"), False),
        ("french", asked("all", locale="fr", home="BE"), False),
        ("kenya", asked("country:KE"), True),
        ("kenya", asked("all", trip=Trip("KE")), True),
        ("kenya", asked("all"), False),
        ("overlap", asked("all", trip=DURING), True),
        ("overlap", asked("all"), False),
    ],
)
def test_who_is_meant(campaigns, campaign, subscriber, fits):
    day = None if campaign in ("event", "overlap") else DAY
    assert target(campaigns, campaign, day).fits(subscriber) is fits


@pytest.mark.parametrize(
    ("subscriber", "due"),
    [
        (asked("all", home="BE"), datetime(2027, 6, 14, 8, tzinfo=UTC)),
        (asked("all", home="TH"), datetime(2027, 6, 14, 3, tzinfo=UTC)),
        (asked("all"), datetime(2027, 6, 14, 8, tzinfo=UTC)),  # Brussels, where nothing is known
        # New York has ten when it is too early in Honolulu; ten there is still decent in New York.
        (asked("all", home="US"), datetime(2027, 6, 14, 20, tzinfo=UTC)),
        (
            asked("all", home="BE", trip=Trip("TH", "", "2027-06-14", "2027-06-20")),
            datetime(2027, 6, 14, 3, tzinfo=UTC),
        ),
        (
            asked("all", home="BE", trip=Trip("TH", "", "2027-06-15", "2027-06-20")),
            datetime(2027, 6, 14, 8, tzinfo=UTC),
        ),
        (
            asked("all", home="BE", trip=Trip("BR", "Manaus", "2027-06-10", "2027-06-20")),
            datetime(2027, 6, 14, 14, tzinfo=UTC),
        ),
    ],
)
def test_everybody_is_due_by_the_clock_where_they_are(campaigns, subscriber, due):
    assert target(campaigns, "all", DAY).due(subscriber) == due


def test_nobody_is_due_in_their_quiet_hours_or_before_the_run_began(campaigns):
    campaign = campaigns.get("all")
    (occurrence,) = campaigns.occurrences(campaign, DAY, DAY)
    begun = datetime(2027, 6, 14, 19, 30, tzinfo=UTC)
    late = Target(campaign, occurrence, campaigns.policy, begun=begun, at_once=True)
    assert late.due(asked("all", home="BE")) == datetime(2027, 6, 15, 6, tzinfo=UTC)
    assert late.due(asked("all", home="GB")) == datetime(2027, 6, 14, 19, 30, tzinfo=UTC)
