"""Why data has not the shape of a struct: every reason at once, each with its path.

The decoder says only the first, and not under which name of a mapping it is. This walks the same
types (https://jcristharif.com/msgspec/api.html#inspect) once it has refused.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec
from msgspec import inspect

from bot.conversation.wording import did_you_mean, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.conversation.source import Path

Misfit: TypeAlias = "tuple[Path, str]"


_SCALARS: Final[dict[type[inspect.Type], tuple[type[Any], str]]] = {
    inspect.BoolType: (bool, "true or false"),
    inspect.IntType: (int, "a whole number"),
    inspect.FloatType: (float, "a number"),
    inspect.DateType: (date, "a day such as 2026-11-25"),
}


def misfits(data: Any, shape: type[Any]) -> Iterator[Misfit]:
    """Yield the path and the message of everything in ``data`` that is not as in ``shape``."""
    yield from _misfits(data, _kind(shape), ())  # type: ignore[arg-type]


@cache
def _kind(shape: type[Any]) -> inspect.Type:
    return inspect.type_info(shape)


def _misfits(data: Any, kind: inspect.Type, path: Path) -> Iterator[Misfit]:
    if isinstance(kind, inspect.Metadata):
        yield from _misfits(data, kind.type, path)
    elif isinstance(kind, inspect.UnionType):
        yield from _misfits(data, _alternative(data, kind), path)
    elif isinstance(kind, inspect.StructType):
        yield from _struct(data, kind, path)
    elif isinstance(kind, inspect.DictType):
        yield from _mapping(data, kind, path)
    elif isinstance(kind, inspect.ListType | inspect.VarTupleType):
        yield from _list(data, kind, path)
    elif not isinstance(data, str):
        yield path, f"Here should stand {_wanted(kind)}, not {_is(data)}."
    elif problem := _scalar(data, kind):
        yield path, problem


def _scalar(data: str, kind: inspect.Type) -> str:
    """What is wrong with one word or sentence; empty when nothing is."""
    if isinstance(kind, inspect.LiteralType):
        values = [str(value) for value in kind.values]
        if data in values:
            return ""
        guess = did_you_mean(data, values) or f" It can be: {listed(values)}."
        return f'"{data}" is not known here.{guess}'
    if isinstance(kind, inspect.StrType):
        if kind.pattern is None or re.search(kind.pattern, data):
            return ""
        return f'"{data}" is no name: lower-case letters, digits and underscores, a letter first.'
    scalar = next((each for each in _SCALARS if isinstance(kind, each)), None)
    try:
        msgspec.convert(data, _SCALARS[scalar][0] if scalar else Any, strict=False)
    except msgspec.ValidationError:
        return f'Here should stand {_wanted(kind)}, not "{data}".'
    return ""


def _struct(data: Any, kind: inspect.StructType, path: Path) -> Iterator[Misfit]:
    if not isinstance(data, dict):
        yield path, f"Here should stand keys and values, not {_is(data)}."
        return
    fields = {field.encode_name: field for field in kind.fields}
    missing = {name for name, field in fields.items() if field.required} - data.keys()
    for key, value in data.items():
        if key in fields:
            yield from _misfits(value, fields[key].type, (*path, key))
        else:
            guess = did_you_mean(key, fields.keys() - data.keys())
            missing = {name for name in missing if f'"{name}"' not in guess}
            yield (*path, key), f'"{key}" is not a key that belongs here.{guess}'
    for name in sorted(missing):
        yield path, f'The key "{name}" is missing.'


def _list(data: Any, kind: inspect.ListType | inspect.VarTupleType, path: Path) -> Iterator[Misfit]:
    if not isinstance(data, list):
        yield path, f"Here should stand a list, not {_is(data)}."
        return
    for index, each in enumerate(data):
        yield from _misfits(each, kind.item_type, (*path, index))


def _mapping(data: Any, kind: inspect.DictType, path: Path) -> Iterator[Misfit]:
    if not isinstance(data, dict):
        yield path, f"Here should stand names with something each, not {_is(data)}."
        return
    for key, value in data.items():
        yield from _misfits(key, kind.key_type, (*path, key))
        yield from _misfits(value, kind.value_type, (*path, key))


def _alternative(data: Any, kind: inspect.UnionType) -> inspect.Type:
    """The one of several types that somebody who wrote ``data`` had in mind."""
    types = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
    lists = [each for each in types if isinstance(each, inspect.ListType | inspect.VarTupleType)]
    if lists and isinstance(data, list):
        return lists[0]
    return next((each for each in types if each not in lists), types[0])


def _wanted(kind: inspect.Type) -> str:
    return next(
        (words for each, (_, words) in _SCALARS.items() if isinstance(kind, each)), "a text"
    )


def _is(data: Any) -> str:
    if isinstance(data, str):
        return f'"{data}"' if data else "nothing"
    return "a list" if isinstance(data, list) else "keys and values"
