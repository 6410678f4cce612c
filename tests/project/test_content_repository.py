"""The example of a repository that holds content only does what its README says."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

EXAMPLE = Path("examples/content-repository")
PARTS = ("flows", "locales", "data", "schemas")


def workflow_commands() -> list[str]:
    """What the workflow runs once the bot is installed."""
    workflow = yaml.safe_load((EXAMPLE / ".github/workflows/check.yml").read_text("utf-8"))
    steps = [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]
    assert "pip install" in steps[0]
    return steps[1:]


def run(command: str, folder: Path) -> tuple[int, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    environment.pop("CONTENT_DIR", None)
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("content-repository") / "copy"
    shutil.copytree(EXAMPLE, folder)
    for part in PARTS:
        shutil.copytree(part, folder / part)
    return folder


def test_the_workflow_finds_no_error_in_the_shipped_content(repository: Path) -> None:
    commands = workflow_commands()
    for command in commands:
        code, said = run(command, repository)
        assert "::error" not in said, said
        # A contact grows old, and a language may be on its way: that is a warning.
        assert code == (1 if "::warning" in said else 0), said
    assert len(commands) == 2


def test_the_workflow_marks_a_mistake_beside_its_line(repository: Path) -> None:
    flow = repository / "flows" / "help.yaml"
    before = flow.read_text("utf-8")
    flow.write_text(re.sub(r"goto: \w+", "goto: nowehre", before, count=1), encoding="utf-8")
    check, update = workflow_commands()
    code, said = run(check, repository)
    flow.write_text(re.sub("^title: ", "title: New ", before, flags=re.M), encoding="utf-8")
    stale, what = run(update, repository)
    flow.write_text(before, encoding="utf-8")
    assert code == 1
    assert re.search(r"^::error file=flows/help\.yaml,line=\d+,col=\d+,title=E303::", said, re.M)
    assert stale == 1
    assert "messages.po: out of date" in what


def test_the_hook_runs_what_the_workflow_runs_on_the_files_that_count() -> None:
    (hook,) = yaml.safe_load(Path(".pre-commit-hooks.yaml").read_text("utf-8"))
    used = yaml.safe_load((EXAMPLE / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]
    assert [each["id"] for each in used["hooks"]] == [hook["id"]]
    assert hook["entry"] == workflow_commands()[0].removesuffix(" --format github")
    version = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert used["rev"] == f"v{version}"
    for name in ("flows/help.yaml", "data/tips.yaml", "locales/fr/LC_MESSAGES/messages.po"):
        assert re.search(hook["files"], name)
    assert not re.search(hook["files"], "README.md")


def test_the_editor_knows_the_schema_of_a_new_flow(repository: Path) -> None:
    settings = json.loads((EXAMPLE / ".vscode/settings.json").read_text("utf-8"))
    json.loads((EXAMPLE / ".vscode/extensions.json").read_text("utf-8"))
    for schema, files in settings["yaml.schemas"].items():
        assert (repository / schema).is_file()
        assert list(repository.glob(files))


def test_the_readme_copies_everything_that_is_needed() -> None:
    readme = (EXAMPLE / "README.md").read_text("utf-8")
    assert all(f"../dontlookaway/{part}" in readme for part in PARTS)
