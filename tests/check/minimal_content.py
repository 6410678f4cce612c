"""The smallest content in which nothing is wrong, to be broken in one place at a time."""

from pathlib import Path

from bot.check.partners import STEPS

STUB = """\
flow: {name}
start: soon
nodes:
  soon:
    say: This comes soon.
    choices:
      - {{label: Contacts, goto: hotline}}
"""

FILES = {
    "flows/common.yaml": """\
emergency: urgent
menu: start/menu
place: hotline
media: help/media
here: here
commands:
  erase: privacy
buttons:
  emergency: Emergency
  back: Back
  menu: Menu
  location: Send my location
  "yes": "Yes"
  "no": "No"
  today: Today
  yesterday: Yesterday
  done: Done
texts:
  hello: I am no emergency service.
  stale: That button is old.
  moved: This was improved.
  expired: It is erased.
  unclear: I did not understand "{answer}".
  lost: I am not sure.
  which: Which place?
  got: Noted {place}
  choose: Please choose.
""",
    "flows/triggers.yaml": """\
triggers:
  danger:
    goto: urgent
    wins: true
    phrases:
      en: ["child in danger", "help"]
      fr: ["au secours"]
    unless:
      en: ["no danger"]
  hotline:
    goto: hotline
    phrases:
      en: ["who can i call", "report*"]
  online:
    goto: help/media
    phrases:
      en: ["i saw * online"]
""",
    "flows/start.yaml": """\
flow: start
start: menu
nodes:
  menu:
    say: What do you need?
    choices:
      - {label: A child is in danger, goto: urgent}
      - {label: Contacts, goto: hotline}
      - {label: Quiz, goto: quiz}
""",
    "flows/urgent.yaml": """\
flow: urgent
start: where
slots:
  here: {type: place, keep: chat}
nodes:
  where:
    say: <b>Call now.</b> Where are you?
    ask: place
    save: here
    unclear:
      - I don't know "{answer}".
      - Try a bigger town.
    stuck:
      - {label: I can't say, goto: numbers}
    goto: numbers
  numbers:
    do: show_emergency
    with: {country: here}
    goto: safe
  safe:
    say: Stay safe.
    choices:
      - {label: Other country, goto: where}
      - {label: More contacts, goto: hotline}
""",
    "flows/hotline.yaml": """\
flow: hotline
start: known
slots:
  here: {type: place, keep: chat}
nodes:
  known:
    branch:
      - {when: {here: unset}, goto: where}
      - {when: {here: [KE, TH]}, goto: near}
      - {goto: contacts}
  near:
    say: I know people in {here}.
    goto: contacts
  where:
    say: Where?
    ask: place
    save: here
    goto: contacts
  contacts:
    do: show_contacts
    with: {country: here}
    goto: more
  more:
    say: Anything else?
    choices:
      - {label: Other place, goto: where}
""",
    "flows/help.yaml": """\
flow: help
start: about
nodes:
  about:
    say: I show you whom to call.
    choices:
      - {label: Hotlines, url: "https://www.inhope.org/"}
      - {label: Copy, copy: "112"}
      - {label: Tell others, share: Don't look away.}
      - {label: Contacts, goto: hotline}
  media:
    say: I keep no pictures.
    end: true
""",
    "flows/quiz.yaml": """\
flow: quiz
start: first
slots:
  age: {type: number}
  sure: {type: choice}
nodes:
  first:
    say: How old is a child?
    ask: number
    save: age
    min: "0"
    max: "99"
    goto: lesson
  lesson:
    call: tour
    goto: second
  second:
    say: You said {age}. Are you sure?
    save: sure
    choices:
      - {label: I am, value: certain, goto: weigh}
      - {label: Not quite, value: unsure, goto: weigh}
  weigh:
    branch:
      - {when: {sure: certain}, goto: start}
      - {goto: first}
""",
    "flows/tour.yaml": """\
flow: tour
start: look
nodes:
  look:
    say: Look here.
    choices:
      - {label: Go on, goto: over}
  over:
    say: Thank you.
    end: true
""",
    "data/hotlines.yaml": """\
international:
  - name: Sites of the world
    kind: report_portal
    web: https://www.inhope.org/
    source: https://www.inhope.org/
    checked: 2026-11-01
countries:
  KE:
    emergency:
      general: "112"
      source: https://www.example.org/
      checked: 2026-11-01
    contacts:
      - name: Helpline
        kind: child_helpline
        phone: "116"
        source: https://www.example.org/
        checked: 2026-11-01
""",
    "data/partners.yaml": """\
partners:
  - id: north
    name: Hotline North
    countries: [KE]
    kinds: "*"
    endpoint: https://north.example/reports
    public_key: {kty: OKP, crv: X25519, x: YlCePt35_sGwgAplgzFI_8cRnfSy9pYbvq4ca-0l1ys}
""",
    "data/events.yaml": """\
events:
  - id: cup-2027
    name: The Cup 2027
    kind: sport
    starts: 2026-12-20
    ends: 2027-01-10
    hosts:
      - {country: KE, cities: [Nairobi]}
      - {country: TZ}
    source: https://www.example.org/cup
    confidence: confirmed
  - id: feast
    name: The Feast
    kind: festival
    starts: 2028-02-29
    ends: 2028-02-29
    hosts: [{country: TH}]
    expected_visitors: 1000
    visitors_source: https://www.example.org/guests
    source: https://www.example.org/feast
    confidence: tentative
days:
  - id: our_day
    name: Our Day
    month: 11
    day: 18
    source: https://www.example.org/day
undated:
  - name: The Games
    when: summer 2029
    source: https://www.example.org/games
""",
    "data/campaigns.yaml": """\
policy:
  quiet: 21:00-08:00
  per_week: 2
  zone: Europe/Brussels
  tolerance: 12 hours
  messages_per_second: 30
campaigns:
  - id: cup
    enabled: true
    event: cup-2027
    audience: {homes: [BE, europe], languages: [en], topics: ["event:cup-2027", "country:KE"]}
    message: campaign/today
    waves:
      - {id: week, when: a week before, message: campaign/soon}
      - {id: opening, when: opening day at 09:00 host, tolerance: 3 hours}
  - id: our-day
    day: our_day
    audience: {audiences: [family]}
    message: campaign/today
    waves:
      - {id: each, when: on the day, approval: no}
  - id: trips
    trip: true
    audience: {destinations: [TH]}
    waves:
      - {id: before, when: 3 days before departure, message: tip}
""",
    "flows/campaign.yaml": """\
flow: campaign
start: soon
slots:
  push_event: {type: text, given: true}
  push_left: {type: text, given: true}
nodes:
  soon: {push: true, say: "{push_event} in {push_left}.", end: true}
  today: {push: true, say: "{push_event} is on.", end: true}
  tip: {push: true, say: You asked for it., end: true}
  long:
    push: true
    say: >-
      {push_event}: """
    + "There is much to say about it. " * 40
    + """
    end: true
""",
    "data/tips.yaml": """\
tips:
  - id: in-a-hotel
    text: Ask at reception.
    countries: [KE, TH]
    settings: [hotel]
    months: [6, 7]
    audience: [family]
    source: https://www.example.org/hotels
    checked: 2026-11-01
  - id: at-the-cup
    text: Look around.
    regions: [africa]
    events: [cup-2027]
    event_kinds: [sport]
    source: project
    checked: 2026-11-01
    as_of: 2012
""",
    "data/facts.yaml": """\
facts:
  - id: many-boys
    text: In 2022, many were boys.
    year: 2022
    source: https://www.example.org/boys
    checked: 2026-11-01
  - id: a-law
    text: There is a law of 2019.
    year: 2019
    source: https://www.example.org/law
    checked: 2026-11-01
""",
    "flows/followup.yaml": """\
flow: followup
start: nothing
nodes:
  nothing: {say: Nothing., end: true}
"""
    + "".join(f"  {step}: {{push: true, say: News., end: true}}\n" for step in STEPS),
    **{
        f"flows/{name}.yaml": STUB.format(name=name)
        for name in ("child", "report", "tips", "events", "learn", "privacy", "settings")
    },
}


def write(folder: Path) -> Path:
    """Write the content into a folder."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
