"""What the studio's server answers about campaigns, and what it refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.campaigns.runs import Runs
from bot.conversation.profile import Profile
from bot.knowledge.campaigns import Campaigns
from bot.knowledge.events import Events
from bot.store.subscribers import Subscribers

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("studio-campaigns")]

FAR = (datetime.now(UTC) + timedelta(days=50)).date()
CAMPAIGNS = f"""campaigns:
  - id: cup
    title: The Cup
    enabled: true
    picture: cup.png
    message: tip
    audience: {{destinations: [KE], topics: [all]}}
    waves: [{{id: only, when: "on {FAR}"}}]
  - id: idle
    title: Idle
    message: tip
    audience: {{destinations: [KE]}}
    waves: [{{id: only, when: "on {FAR}"}}]
"""
RUN = f"cup.only.{FAR}"


@pytest.fixture
def campaigns(content: Path) -> Path:
    """The smallest content with two campaigns."""
    (content / "data/campaigns.yaml").write_text(CAMPAIGNS)
    (content / "data/pictures").mkdir(exist_ok=True)
    (content / "data/pictures/cup.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return content


async def test_the_shipped_campaigns_are_all_listed(bea):
    status, overview = await bea.get("campaigns")
    assert (status, overview["away"]) == (200, "")
    assert len(overview["campaigns"]) > 20
    assert not any(campaign["enabled"] for campaign in overview["campaigns"])


async def test_every_shipped_campaign_can_be_previewed(bea, whole):
    folder = whole.folder / "data"
    events = Events.load(folder / "events.yaml")
    for campaign in Campaigns.load(folder / "campaigns.yaml", events).all:
        for wave in campaign.waves:
            status, preview = await bea.get("campaigns/preview", campaign=campaign.id, wave=wave.id)
            assert (status, preview["wave"]) == (200, wave.id)
            assert not preview["date"] or all(text["messages"] for text in preview["texts"])


async def test_it_is_approved_and_cancelled_with_a_trail(ana, small, campaigns, pipeline):
    await Subscribers(pipeline).subscribe(5, "all", 0, Profile("en", "FR"), consent=1)
    await Subscribers(pipeline).subscribe(5, "country:KE", 0, Profile("en", "FR"), consent=1)
    status, preview = await ana.get("campaigns/preview", campaign="cup")
    assert (status, preview["why_not"], preview["audience"]["total"]) == (200, "", 1)
    assert preview["date"]["run"] == RUN
    wanted = {
        "campaign": "cup",
        "wave": "only",
        "run": RUN,
        "fingerprint": preview["fingerprint"],
        "confirm": "cup",
    }
    for change, code in (
        ({"confirm": "cap"}, 400),
        ({"fingerprint": "other"}, 409),
        ({"run": "cup.only.2020-01-01"}, 409),
        ({"wave": "none"}, 404),
        ({"campaign": "idle", "confirm": "idle"}, 409),
        ({"now": "yes"}, 400),
    ):
        status, refused = await ana.post("campaigns/approve", wanted | change)
        assert (status, refused["error"].endswith(".")) == (code, True), change
    status, run = await ana.post("campaigns/approve", wanted)
    assert (status, run["state"], run["by"]) == (200, "approved", "Ana")
    status, run = await ana.get("campaigns/status", run=RUN)
    assert (run["state"], run["total"]) == ("approved", 0)
    assert (await ana.post("campaigns/pause", {"run": RUN}))[0] == 409
    status, run = await ana.post("campaigns/cancel", {"run": RUN})
    assert (status, run["state"]) == (200, "cancelled")
    lines = (small.data_dir / "studio/audit.jsonl").read_text().splitlines()
    trail = [json.loads(line) for line in lines]
    deeds = [(line["event"], line["by"]) for line in trail if line["event"].startswith("campaign")]
    assert deeds == [("campaign approve", "Ana"), ("campaign cancel", "Ana")]


@pytest.mark.parametrize("name", ["test", "approve", "withdraw", "pause", "resume", "cancel"])
async def test_nobody_is_led_to_send_by_another_page(ana, campaigns, name):
    status, _ = await ana.post(f"campaigns/{name}", {}, headers={})
    assert status == 403


async def test_strangers_see_nothing(small, campaigns):
    stranger = small.browser()
    for where in ("campaigns", "campaigns/preview", "campaigns/status", "campaigns/csv"):
        assert (await stranger.get(where, campaign="cup", run=RUN))[0] == 401
    await stranger.http.close()


async def test_a_test_link_has_a_code_to_scan(ana, campaigns):
    status, link = await ana.post("campaigns/test", {"campaign": "idle", "wave": "only"})
    assert (status, link["minutes"]) == (200, 10)
    assert link["link"] == f"https://t.me/dla_bot?start={link['command'].removeprefix('/start ')}"
    assert link["qr"].startswith("data:image/svg+xml")


async def test_pictures_of_campaigns_are_shown_and_nothing_else(ana, small, campaigns):
    url = small.server.make_url("/studio/api/campaigns/picture")
    async with ana.http.get(url.with_query(name="cup.png")) as response:
        assert (response.status, response.content_type) == (200, "image/png")
    (campaigns / "data/pictures/link.png").symlink_to(campaigns / "data/tips.yaml")
    for name in ("none.png", "../tips.yaml", "link.png", "/etc/passwd.png"):
        async with ana.http.get(url.with_query(name=name)) as response:
            assert response.status == 404, name


async def test_figures_are_a_file(ana, small, campaigns, pipeline):
    data = campaigns / "data"
    known = Campaigns.load(data / "campaigns.yaml", Events.load(data / "events.yaml"))
    run = f"idle.only.{FAR}"
    await Runs(pipeline).approve(known.occurrence(run), "", "Ana")
    url = small.server.make_url("/studio/api/campaigns/csv").with_query(run=run)
    async with ana.http.get(url) as response:
        assert response.content_type == "text/csv"
        assert (await response.text()).startswith("campaign,wave,day,language,total,sent")
    assert (await ana.get("campaigns/csv", run="none.of.2027-01-01"))[0] == 404


async def test_campaigns_are_checked_when_they_are_saved(ana, campaigns):
    _, file = await ana.get("file", path="data/campaigns.yaml")
    text = file["text"].replace(f"on {FAR}", "on some day", 1)
    status, refused = await ana.post("save", {**file, "text": text})
    assert status == 422
    assert any("some day" in each["message"] for each in refused["findings"])
    text = file["text"].replace("title: Idle", "title: Busy")
    status, _ = await ana.post("save", {**file, "text": text})
    assert status == 200
    assert "title: Busy" in (campaigns / "data/campaigns.yaml").read_text()
