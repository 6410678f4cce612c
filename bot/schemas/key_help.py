"""The words below each key of a struct, which no Python object remembers."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from textwrap import dedent
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msgspec import Struct


def key_help(shape: type[Struct]) -> dict[str, str]:
    """What each key is for, by its name in the file, in one line.

    Raises :class:`LookupError` when a key has no words.
    """
    words = {}
    for owner in reversed(shape.__mro__):
        if owner.__module__ == shape.__module__:
            words.update(_documented(owner))
    fields = dict(zip(shape.__struct_fields__, shape.__struct_encode_fields__, strict=True))
    if missing := fields.keys() - words.keys():
        raise LookupError(f"{shape.__name__}: write what these are for: {sorted(missing)}")
    return {key: " ".join(words[name].split()) for name, key in fields.items()}


def _documented(owner: type[Any]) -> dict[str, str]:
    (definition,) = ast.parse(dedent(inspect.getsource(owner))).body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101, getsource of a class
    return {
        field.target.id: text.value.value
        for field, text in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
