"""What VS Code says about a file is what the bot says about it."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from jsonschema import Draft7Validator

from bot.content import shipped
from bot.conversation.source import read
from bot.schemas import SHAPES, json_schema
from bot.schemas.key_help import key_help

SCHEMAS = Path(__file__).parents[2] / "schemas"
FILES = sorted((*(shipped() / "flows").glob("*.yaml"), *(shipped() / "data").glob("*.yaml")))


class AsAnEditorReads(yaml.SafeLoader):
    """YAML 1.2, as VS Code reads it: ``no`` is a word, ``2026-11-25`` too, ``12`` is a number."""

    yaml_implicit_resolvers = {}  # noqa: RUF012, as in the base class


for tag, pattern in {
    "null": "~|null|",
    "bool": "true|false",
    "int": "[-+]?[0-9]+",
    "float": r"[-+]?[0-9]+\.[0-9]*",
}.items():
    AsAnEditorReads.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"^({pattern})$"), None
    )


def problems(kind: str, text: str) -> list[str]:
    data = yaml.load(text, AsAnEditorReads)
    return [error.message for error in Draft7Validator(json_schema(kind)).iter_errors(data)]


def kind_of(path: Path) -> str:
    is_flow = path.parent.name == "flows" and path.stem not in ("common", "triggers")
    return "flow" if is_flow else path.stem


@pytest.mark.parametrize("kind", SHAPES)
def test_the_committed_schema_is_up_to_date(kind: str) -> None:
    Draft7Validator.check_schema(json_schema(kind))
    committed = json.loads((SCHEMAS / f"{kind}.json").read_text("utf-8"))
    assert committed == json_schema(kind), f"dontlookaway schema {kind} > schemas/{kind}.json"


def test_there_is_no_schema_of_something_else() -> None:
    assert {path.stem for path in SCHEMAS.glob("*")} == set(SHAPES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_names_its_schema_and_fits_it(path: Path) -> None:
    text = path.read_text("utf-8")
    head = text.splitlines()[0]
    assert head == f"# yaml-language-server: $schema=../schemas/{kind_of(path)}.json"
    assert (path.parent / head.partition("=")[2]).resolve() == SCHEMAS / f"{kind_of(path)}.json"
    assert problems(kind_of(path), text) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_typo_in_any_key_is_marked(path: Path) -> None:
    kind = kind_of(path)
    data = yaml.load(path.read_text("utf-8"), AsAnEditorReads)
    validator = Draft7Validator(json_schema(kind))
    for key in list(data):
        broken = {("tpyo" if name == key else name): value for name, value in data.items()}
        assert not validator.is_valid(broken), key


def test_every_key_has_its_help() -> None:
    def check(part: dict[str, Any]) -> None:
        assert part["additionalProperties"] is False
        for name, inner in part["properties"].items():
            assert len(inner["description"]) > 8, (name, inner)
            assert "``" not in inner["description"] + part["description"]

    for kind in SHAPES:
        for part in json_schema(kind)["$defs"].values():
            check(part)


def test_a_key_without_help_is_refused() -> None:
    class Bare(msgspec.Struct):
        label: str
        """What it is called."""
        size: int = 0

    with pytest.raises(LookupError, match=r"Bare: write what these are for: \['size'\]"):
        key_help(Bare)


NODE = "flow: a\nstart: b\nnodes:\n  b:\n    say: Hi\n    "
TIP = "tips:\n  - id: a\n    text: Look.\n    source: project\n    checked: 2026-11-25\n    "


@pytest.mark.parametrize(
    ("kind", "text", "fits"),
    [
        ("flow", "format: 1\n" + NODE + "end: true", True),
        ("flow", 'format: "1"\n' + NODE + "end: true", True),
        ("flow", "format: 2\n" + NODE + "end: true", False),
        ("flow", NODE + "ned: true", False),
        ("flow", NODE + "goto: Near Me", False),
        ("flow", NODE + "goto: other/node", True),
        ("flow", NODE + "ask: plaec", False),
        ("flow", NODE + "ask: number\n    min: 0\n    max: 99.5", True),
        ("flow", NODE + 'ask: number\n    min: "0"', True),
        ("flow", NODE + "ask: number\n    max: lots", False),
        ("flow", NODE + "end: maybe", False),
        ("flow", NODE + "with: {country: NO, number: 0112, sure: true}", True),
        ("flow", NODE + "choices: [{label: 12, value: 3}]", True),
        ("flow", NODE + "choices: [{lable: Go}]", False),
        ("flow", NODE + "branch: [{when: {here: [KE, NO]}, goto: b}]", True),
        ("flow", NODE + "unclear: [Again., One word.]", True),
        ("flow", NODE + "unclear: {a: b}", False),
        ("tips", TIP + "months: [6, 12]", True),
        ("tips", TIP + 'months: ["6"]', True),
        ("tips", TIP + "months: [June]", False),
        ("tips", TIP + "settings: [hotel, beach]", True),
        ("tips", TIP + "settings: [hotle]", False),
    ],
)
def test_editor_and_bot_agree(kind: str, text: str, fits: bool) -> None:
    try:
        msgspec.convert(read("file.yaml", text).data, SHAPES[kind], strict=False)
    except msgspec.ValidationError:
        assert not fits
    else:
        assert fits
    assert (not problems(kind, text)) == fits
