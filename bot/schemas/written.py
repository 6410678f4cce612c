"""From what a decoder takes to what stands in a YAML file.

The bot reads every scalar as a string and then converts it. An editor's YAML extension does not:
there, ``format: 1`` is a number. Both must find the same files right.
"""

from __future__ import annotations

from typing import Any, Final

_SCALARS: Final = ["string", "number", "boolean"]
_NUMBERS: Final = {"integer": "^-?[0-9]+$", "number": r"^-?[0-9]+(\.[0-9]+)?$"}


def as_written(schema: Any) -> Any:
    """The same schema for YAML; without the defaults that say nothing."""
    if isinstance(schema, list):
        return [as_written(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "anyOf" in schema:
        return _alternatives(schema)
    written = {
        key: value if key in ("enum", "required") else as_written(value)
        for key, value in schema.items()
        if not (key == "default" and not value)
    }
    kind = schema.get("type")
    if kind == "string" and not {"pattern", "format"} & schema.keys():
        written["type"] = _SCALARS
    elif isinstance(kind, str) and kind in _NUMBERS:
        written |= {"type": [kind, "string"], "pattern": _NUMBERS[kind]}
    elif "enum" in schema:
        numbers = [int(value) for value in schema["enum"] if value.isdecimal()]
        written["enum"] = [*schema["enum"], *numbers]
    return written


def _alternatives(schema: dict[str, Any]) -> dict[str, Any]:
    """Nothing is null in these files: a key without a value is left out."""
    kinds = [kind for kind in schema["anyOf"] if kind.get("type") != "null"]
    own = {key: value for key, value in schema.items() if key != "anyOf"}
    if len(kinds) == 1:
        return {**as_written({**kinds[0], **own})}
    return {**as_written(own), "anyOf": [as_written(kind) for kind in kinds]}
