import ast
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

DOCKERFILE = Path("Dockerfile").read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions: name and argument, continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(name, argument) for name, _, argument in (line.partition(" ") for line in lines)]


def compose() -> dict[str, Any]:
    document = yaml.safe_load(Path("compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def env_example() -> set[str]:
    text = Path(".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))


def test_every_file_that_is_copied_exists_and_is_let_through() -> None:
    let_through = {
        line[1:] for line in Path(".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    copied = {
        source
        for name, argument in instructions()
        if name == "COPY" and not argument.startswith("--from")
        for source in argument.split()[:-1]
    }
    assert copied == let_through
    assert [source for source in copied if not Path(source).exists()] == []


def test_the_image_runs_the_console_script_without_root_and_watches_it() -> None:
    steps = dict(instructions())  # the last of each name is the one that counts
    scripts = tomllib.loads(Path("pyproject.toml").read_text())["project"]["scripts"]
    command = json.loads(steps["CMD"])
    assert command[0] in scripts
    assert command[1:] == ["run"]
    assert steps["USER"] not in {"root", "0"}
    probe = json.loads(steps["HEALTHCHECK"].partition("CMD ")[2])
    assert probe[:2] == ["python", "-c"]
    ast.parse(probe[2])
    assert "/healthz" in probe[2]


def test_compose_waits_for_redis_and_keeps_what_must_be_kept() -> None:
    document = compose()
    bot, redis = document["services"]["bot"], document["services"]["redis"]
    assert bot["depends_on"]["redis"]["condition"] == "service_healthy"
    assert "healthcheck" in redis
    assert redis["command"][1:3] == ["--appendonly", "yes"]
    named = {volume.split(":")[0] for service in (bot, redis) for volume in service["volumes"]}
    assert named == set(document["volumes"])
    assert f"{bot['environment']['DATA_DIR']}" in {v.split(":")[1] for v in bot["volumes"]}


def test_compose_sets_only_settings_that_are_explained() -> None:
    text = Path("compose.yaml").read_text(encoding="utf-8")
    assert set(compose()["services"]["bot"]["environment"]) <= env_example()
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) <= env_example()
    assert (
        set(re.findall(r"([A-Z_]+)=", dict(instructions())["ENV"]))
        - {
            "PATH",
            "PYTHONUNBUFFERED",
        }
        <= env_example()
    )
