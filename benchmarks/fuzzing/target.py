"""One thing to be fuzzed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct


class Violated(AssertionError):
    """Something happened that must not, whatever comes in."""


class Target(Struct, frozen=True):
    """``check`` raises for what must never happen with what ``inputs`` makes.

    ``modules`` are those of which the lines reached are counted. ``seeds``, if there are any, are
    where a coverage-guided run begins: then ``inputs`` are bytes, and it makes its own from them.
    """

    name: str
    inputs: st.SearchStrategy[Any]
    check: Callable[[Any], None]
    modules: tuple[str, ...]
    seeds: tuple[bytes, ...] = ()


def holds(true: object, what: str) -> None:
    """Raise :class:`Violated` unless it is true."""
    if not true:
        raise Violated(what)
