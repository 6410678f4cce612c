"""What is published with the program."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

from minimal_content import FILES
from shipped_content import CONTENT

from bot.check import check, telegram_limits
from bot.check.actions import ACTIONS
from bot.check.targets import NEEDED
from bot.content import _World, shipped
from bot.conversation.world import Request
from bot.telegram import limits

UNFINISHED = {"W602", "W603", "W604"}
"""A language may be on its way; what it lacks is shown in English."""


def test_the_content_has_no_mistakes() -> None:
    # On the day the contacts were last gone through: they must not fail a build by growing old.
    findings = check(shipped(), date(2026, 11, 25))
    assert [str(finding) for finding in findings if finding.code not in UNFINISHED] == []


def test_every_flow_that_is_needed_has_its_own_file() -> None:
    assert {path.stem for path in (shipped() / "flows").glob("*.yaml")} >= set(NEEDED)


def test_the_limits_are_those_that_the_bot_keeps() -> None:
    known = (telegram_limits.MESSAGE_UNITS, telegram_limits.LABEL, telegram_limits.COPY)
    assert known == (limits.MESSAGE_UNITS, limits.BUTTON_LABEL, limits.COPY_TEXT)


class _Arguments(dict[str, None]):
    """No arguments; notes what an action asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.read: set[str] = set()

    def get(self, name: str, *_: object) -> None:  # type: ignore[override]
        self.read.add(name)


def test_the_arguments_of_every_action_are_known() -> None:
    content = CONTENT
    world = _World(content, datetime(2026, 11, 25, tzinfo=UTC))
    asked = {}
    for name, action in content.actions.items():
        arguments = _Arguments()
        action(Request("en", arguments, world, lambda _: ()))
        asked[name] = arguments.read
    assert asked == {name: known.needs | known.takes for name, known in ACTIONS.items()}


def test_a_partner_needs_the_steps_that_witnesses_are_sent(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    for name in ("flows", "locales", "data"):
        shutil.copytree(shipped() / name, folder / name)
    partners = folder / "data" / "partners.yaml"
    partners.write_text(FILES["data/partners.yaml"].replace('"*"', "[hotle]"))
    followup = folder / "flows" / "followup.yaml"
    followup.write_text(followup.read_text().replace("  waiting:", "  wating:"))
    found = [finding.message for finding in check(folder, date(2026, 11, 25)) if finding.is_error]
    assert any('"waiting" in the flow "followup"' in message for message in found)
    assert any('"hotle"' in message and '"hotel"' in message for message in found)
