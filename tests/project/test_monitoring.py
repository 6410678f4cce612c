"""Dashboard and alert rules name what the running bot really tells."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.local import LocalBotApi

sys.path.append(str(Path(__file__).parents[1] / "end_to_end"))  # for the bot at work

from running_bot import environment, running, until

DASHBOARD: Any = json.loads(Path("deploy/grafana/dashboard.json").read_text("utf-8"))
ALERTS: Any = yaml.safe_load(Path("deploy/prometheus/alerts.yaml").read_text("utf-8"))
PAGE = Path("docs/operating.md").read_text("utf-8")
OF_PROMETHEUS = {"job", "instance", "le"}
"""Labels that Prometheus and its histograms add."""
UNKNOWN = {"?"}


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def alerts() -> list[dict[str, Any]]:
    return [rule for group in ALERTS["groups"] for rule in group["rules"]]


def expressions() -> list[str]:
    plotted = [target["expr"] for panel in panels() for target in panel["targets"]]
    return plotted + [rule["expr"] for rule in alerts()]


def metrics(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:dontlookaway|process)_[a-z_]+", expression))


def labels(expression: str) -> set[str]:
    grouped = re.findall(r"\b(?:by|without) \(([^)]*)\)", expression)
    selected = re.findall(r"(\w+)=~?\"", expression)
    return {name.strip() for group in grouped for name in group.split(",")} | set(selected)


@pytest.fixture
async def told(tmp_path: Path) -> dict[str, set[str]]:
    """What ``/metrics`` of a bot tells that was written to: labels by name."""
    async with LocalBotApi() as server:
        environ = environment(server, tmp_path, "polling")
        async with running(environ), aiohttp.ClientSession() as http:
            sam = server.person(7)
            await sam.start()
            await until(lambda: sam.replies)
            async with http.get(f"http://127.0.0.1:{environ['PORT']}/metrics") as response:
                text = await response.text()
    found: dict[str, set[str]] = defaultdict(set)
    for family in text_string_to_metric_families(text):
        if not family.samples:  # its labels are not known before something happens
            found[family.name + ("_total" if family.type == "counter" else "")] = UNKNOWN
        for sample in family.samples:
            found[sample.name] |= set(sample.labels)
    return found


async def test_every_metric_that_is_plotted_watched_or_explained_is_told(
    told: dict[str, set[str]],
) -> None:
    for expression in expressions():
        names = metrics(expression)
        assert names or "up{" in expression, expression
        assert names <= set(told), expression
        known = {label for name in names for label in told[name]}
        assert known & UNKNOWN or labels(expression) <= known | OF_PROMETHEUS, expression
    explained = set(re.findall(r"`(dontlookaway_[a-z_]+)`", PAGE))
    assert len(explained) > 5
    assert [name for name in explained if not {name, f"{name}_bucket"} & set(told)] == []


def test_panels_are_numbered_described_and_do_not_overlap() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_every_alert_leads_to_what_to_do() -> None:
    sections = {heading.lower() for heading in re.findall(r"^### (\w+)$", PAGE, re.MULTILINE)}
    for rule in alerts():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        page, _, section = rule["annotations"]["runbook"].partition("#")
        assert (page, section in sections) == ("docs/operating.md", True)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_takes_the_rules() -> None:
    command = ["promtool", "check", "rules", "deploy/prometheus/alerts.yaml"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
