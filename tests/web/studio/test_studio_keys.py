"""The editor offers every key that the schema knows, and none that it does not."""

from __future__ import annotations

import json
import re
import typing

import msgspec
import pytest

from bot.conversation import schema
from bot.web.studio import PAGE

_, _KEYS, _ANSWERS = (PAGE / "keys.js").read_text("utf-8").split("export const ")
SHAPES = {
    "flow": schema.Flow,
    "node": schema.Node,
    "choice": schema.Choice,
    "arm": schema.Arm,
    "slot": schema.Slot,
}


def literal(statement: str) -> typing.Any:
    english = re.sub(r'say\((".*?")\)', r"\1", statement.partition(" = ")[2])
    return json.loads(english.strip().removesuffix(";"))


@pytest.mark.parametrize("name", SHAPES)
def test_every_key_has_its_help(name: str) -> None:
    keys = literal(_KEYS)[name]
    assert set(keys) == {field.encode_name for field in msgspec.structs.fields(SHAPES[name])}
    assert all(help_text.endswith((".", "1.")) for help_text in keys.values())


def test_every_answer_type_is_offered() -> None:
    assert set(literal(_ANSWERS)) == set(typing.get_args(schema._AnswerType))
