import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

PROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))


def pinned(lock: str) -> dict[str, str]:
    text = Path(lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


def names(requirements: list[object]) -> set[str]:
    found = (re.match(r"[A-Za-z0-9._-]+", each) for each in requirements if isinstance(each, str))
    return {re.sub(r"[._-]+", "-", match[0]).lower() for match in found if match}


def test_the_locks_hold_what_the_project_asks_for_in_one_version() -> None:
    runtime, everything = pinned("requirements.lock"), pinned("requirements-dev.lock")
    build = pinned("requirements-build.lock")
    groups = PROJECT["dependency-groups"]
    assert names(PROJECT["project"]["dependencies"]) <= set(runtime)
    assert names(groups["dev"]) <= set(everything)
    assert names(groups["build"]) <= set(build)
    assert names(groups["dev"]).isdisjoint(runtime)
    assert (runtime | build).items() <= everything.items()


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock"]
)
def test_every_pin_has_hashes_and_no_address(lock: str) -> None:
    text = Path(lock).read_text(encoding="utf-8")
    assert "://" not in text
    for pin in re.split(r"\n(?=\S)", text):
        assert pin.startswith("#") or "--hash=sha256:" in pin, pin


def test_the_bot_imports_only_what_is_installed_with_it() -> None:
    imported: set[str] = set()
    for path in Path("bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                imported.add(node.module.partition(".")[0])
    distributions = packages_distributions()
    third_party = imported - sys.stdlib_module_names - {"bot"}
    providers = {name: names(list(distributions[name])) for name in third_party}
    declared = names(PROJECT["project"]["dependencies"])
    assert {name: found for name, found in providers.items() if not found & declared} == {}


def test_the_wheel_brings_its_content(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    result = subprocess.run(build, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder, pattern in (("flows", "*.yaml"), ("data", "*.yaml"), ("locales", "**/*.po")):
        files = [path.as_posix() for path in Path(folder).glob(pattern)]
        assert files, f"{folder}/ is empty"
        assert [file for file in files if f"bot/content/{file}" not in inside] == []
    assert {"bot/py.typed", "bot/cli.py"} <= inside
    code = (path.as_posix() for path in Path("bot").rglob("*") if path.suffix in {".lua", ".py"})
    assert [file for file in code if file not in inside] == []
