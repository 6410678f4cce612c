"""Moving an edition of the content from one process into another that must not stand still."""

from __future__ import annotations

import gc
import io
import pickle
import time
from typing import IO, TYPE_CHECKING, Any, Final

from joserfc.jwk import ECKey, OKPKey, import_key

from bot.knowledge.places import Places

if TYPE_CHECKING:
    from bot.content import Content

_REST: Final = 0.001
"""Seconds for which a thread lets the others work after each bit."""
_PLACES: Final = "places"


class _Pickler(pickle.Pickler):
    """Leaves out the places, which ship with the program, and takes apart the partners' keys."""

    def persistent_id(self, obj: Any) -> object:
        if isinstance(obj, Places):
            return _PLACES
        return obj.as_dict(private=False) if isinstance(obj, ECKey | OKPKey) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: IO[bytes], places: Places) -> None:
        super().__init__(file)
        self._places = places

    def persistent_load(self, pid: Any) -> object:
        return self._places if pid == _PLACES else import_key(pid)


class _Slow(io.BytesIO):
    """A file whose reader rests before each bit. Pickles are read in bits of 64 KB, each of which
    takes a millisecond or two to become objects.
    """

    def read(self, size: int | None = -1) -> bytes:
        time.sleep(_REST)
        return super().read(size)


def hand_over(content: Content | None, problems: list[str], file: IO[bytes]) -> None:
    """Write down what :func:`take` reads."""
    _Pickler(file, protocol=5).dump((content, problems))


def take(written: bytes, places: Places) -> tuple[Content | None, list[str]]:
    """Read what :func:`hand_over` wrote, in a thread, without holding up the others.

    Only for what a process of this program has written just now: a pickle from elsewhere could
    run anything.
    """
    gc.disable()
    try:
        content: Content | None
        content, problems = _Unpickler(_Slow(written), places).load()
        # It stays for long: looking through it for garbage would hold up everybody.
        gc.freeze()
    finally:
        gc.enable()
    return content, problems


def free(parts: list[Any]) -> None:
    """Let go of what nobody else holds any more, in a thread, without holding up the others."""
    while parts:
        parts.pop()
        time.sleep(_REST)
