"""Contacts, translations, figures and reports in the studio."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.content import shipped
from bot.knowledge.hotlines import Hotlines
from bot.web.studio.answers import Refusal
from bot.web.studio.contacts import EMERGENCY, checked_today, rows

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("studio-data")]

DAY = date(2031, 2, 3)
FILE = """\
# Keep me.
international:
  - name: "Sites: of the world"
    kind: report_portal   # and me
    web: https://www.inhope.org/
    checked: "2026-11-01"   # by phone
    source: https://www.inhope.org/
countries:
  KE:  # Kenya
    emergency: {general: "112", checked: 2026-11-01, source: "https://a.example/checked:2026-01-01"}
    contacts:
      - {name: Line, kind: child_helpline, phone: "116", checked: 2026-11-01, source: "a.example"}
      - name: Helpline
        checked: 2026-11-01
        note: checked: no
""".replace("note: checked: no", 'note: "checked: 2020-01-01"')


async def test_the_contacts_can_be_searched(bea):
    status, found = await bea.get("hotlines")
    assert status == 200
    hotlines = Hotlines.load(shipped() / "data" / "hotlines.yaml")
    contacts = sum(len(hotlines.country(code).contacts) for code in hotlines.codes)
    assert len(found) == len(hotlines.fallback) + len(hotlines.codes) + contacts
    assert found[0]["country"] == ""

    _, andorra = await bea.get("hotlines", country="ad")
    assert {row["country_name"] for row in andorra} == {"Andorra"}
    assert (andorra[0]["name"], andorra[0]["kind"]) == (EMERGENCY, "emergency")
    assert "112" in andorra[0]["phone"]
    checked = date.fromisoformat(andorra[0]["checked"])
    assert andorra[0]["age_days"] == (datetime.now(UTC).date() - checked).days

    _, portals = await bea.get("hotlines", q="inhope", kind="internet_hotline")
    assert portals
    assert all(row["kind"] == "internet_hotline" for row in portals)
    assert (await bea.get("hotlines", q="no such words at all"))[1] == []


@pytest.mark.parametrize(
    ("country", "name", "old", "new"),
    [
        ("", "Sites: of the world", 'checked: "2026-11-01"   #', "checked: 2031-02-03   #"),
        ("KE", EMERGENCY, '"112", checked: 2026-11-01', '"112", checked: 2031-02-03'),
        ("KE", "Line", '"116", checked: 2026-11-01', '"116", checked: 2031-02-03'),
        ("KE", "Helpline", "        checked: 2026-11-01", "        checked: 2031-02-03"),
    ],
)
async def test_one_date_is_changed_and_nothing_else(country, name, old, new):
    assert FILE.count(old) == 1
    for text in (FILE, FILE.replace("\n", "\r\n")):
        assert checked_today(text, country, name, DAY) == text.replace(old, new)


async def test_every_contact_that_ships_can_be_marked():
    text = (shipped() / "data" / "hotlines.yaml").read_text("utf-8")
    found = rows(shipped(), DAY)
    for row in found[:: len(found) // 12]:
        if row["checked"]:
            changed = checked_today(text, row["country"], row["name"], DAY)
            pairs = zip(text.splitlines(), changed.splitlines(), strict=True)
            ((before, after),) = [pair for pair in pairs if pair[0] != pair[1]]
            assert after == before.replace(str(row["checked"]), str(DAY))


@pytest.mark.parametrize(
    ("text", "country", "name"),
    [
        (FILE, "KE", "Nobody"),
        (FILE, "XX", "Helpline"),
        (FILE, "", "Helpline"),
        (FILE + FILE[FILE.index("      - name: Helpline") :], "KE", "Helpline"),
        (FILE.replace("        checked: 2026-11-01\n", ""), "KE", "Helpline"),
        (FILE.replace("        checked: 2026-11-01", "        checked:\n"), "KE", "Helpline"),
        ("a: [", "KE", "Helpline"),
        ("- a", "KE", "Helpline"),
        ("international: x\ncountries: {KE: 1}", "KE", "Helpline"),
        ("international: x\ncountries: {KE: 1}", "", "Helpline"),
    ],
)
async def test_where_there_is_no_date_to_change_it_says_so(text, country, name):
    with pytest.raises(Refusal):
        checked_today(text, country, name, DAY)


async def test_checked_today_is_saved_and_noted(small, ana, content):
    path = content / "data" / "hotlines.yaml"
    before = path.read_text()
    status, body = await ana.post("hotlines/checked", {"country": "KE", "name": "Helpline"})
    assert status == 200
    today = str(datetime.now(UTC).date())
    assert (body["country"], body["name"], body["checked"]) == ("KE", "Helpline", today)
    place = before.rindex("checked: 2026-11-01")
    assert path.read_text() == before[:place] + f"checked: {today}" + before[place + 19 :]
    _, found = await ana.get("hotlines", country="KE", q="helpline")
    assert found[-1]["age_days"] == 0
    line = json.loads((small.data_dir / "studio" / "audit.jsonl").read_text().splitlines()[-1])
    assert {key: line[key] for key in ("event", "by", "country", "name")} == {
        "event": "checked",
        "by": "Ana",
        "country": "KE",
        "name": "Helpline",
    }
    _, history = await ana.get("history", path="data/hotlines.yaml")
    assert history[0]["by"] == "Ana"


async def test_how_far_the_languages_are(bea):
    status, body = await bea.get("translations")
    assert status == 200
    french = next(each for each in body["languages"] if each["language"] == "fr")
    assert french["name"] == "Français"
    assert french["total"] == french["translated"] + french["fuzzy"] + french["missing"]
    assert french["translated"] > 500
    for state in ("missing", "fuzzy"):
        _, page = await bea.get("translations/strings", language="fr", state=state)
        assert page["total"] == french[state]
    assert (await bea.get("translations/strings", language="xx"))[0] == 404
    assert (await bea.get("translations/strings", language="fr", state="x"))[0] == 400


async def test_what_a_language_lacks_by_pages(ana, content):
    folder = content / "locales" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        '#, fuzzy\n#| msgid "Look there."\nmsgctxt "tour.look.say"\nmsgid "Look here."\n'
        'msgstr "Regardez là."\n'
    )
    query = {"language": "fr", "state": "missing"}
    _, first = await ana.get("translations/strings", **query)
    assert first["pages"] > 1
    found = list(first["strings"])
    for number in range(2, first["pages"] + 1):
        _, page = await ana.get("translations/strings", **query, page=str(number))
        found += page["strings"]
    assert len(found) == first["total"]
    assert {"context": "tour.over.say", "source": "Thank you."}.items() <= found[
        [each["context"] for each in found].index("tour.over.say")
    ].items()
    _, fuzzy = await ana.get("translations/strings", language="fr", state="fuzzy")
    (string,) = fuzzy["strings"]
    assert string == {
        "context": "tour.look.say",
        "source": "Look here.",
        "translation": "Regardez là.",
        "previous": "Look there.",
        "line": 7,
    }


async def test_figures_by_day(small, ana):
    for name in ("start", "node.report.urgency", "start"):
        await small.counters.add(name)
    status, body = await ana.get("figures", days="3")
    assert status == 200
    today = datetime.now(UTC).date()
    assert [day["day"] for day in body["days"]] == [
        str(today - timedelta(days=back)) for back in (2, 1, 0)
    ]
    assert body["days"][-1]["figures"] == {"start": 2, "node.report.urgency": 1}
    assert body["reports"] == {"waiting": 0, "dead": 0}
    for days in ("0", "401", "x", "-1"):
        assert (await ana.get("figures", days=days))[0] == 400


async def test_reports_that_were_given_up_get_another_chance(small, ana):
    assert await small.reports.enqueue("sealed", "north", "DLA-7", "secret-key")
    (letter,) = await small.reports.take(1, 60)
    await small.reports.give_up(letter, "410 Gone")
    status, body = await ana.get("reports")
    assert status == 200
    (dead,) = body["dead"]
    assert datetime.fromisoformat(dead.pop("given_up")).date() == datetime.now(UTC).date()
    assert dead == {"reference": "DLA-7", "partner": "north", "reason": "410 Gone"}
    assert await ana.post("reports/retry", {"reference": "DLA-8"}) == (200, {"retried": 0})
    assert await ana.post("reports/retry", {"reference": "DLA-7"}) == (200, {"retried": 1})
    _, body = await ana.get("reports")
    assert body == {"waiting": 1, "dead": []}
    assert (
        '"retry","by":"Ana","reference":"DLA-7"'
        in (small.data_dir / "studio" / "audit.jsonl").read_text()
    )
