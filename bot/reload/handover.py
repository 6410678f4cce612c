"""Moving an edition of the content from one process into another that must not stand still.

It goes over part by part: while something is read, all that has been read is remembered, and to
forget half a million things in one go would hold up everybody.
"""

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
_FEW: Final = 64
"""Bytes that say how long a bit is; no need to rest before them."""
_PLACES: Final = "places"


class _Pickler(pickle.Pickler):
    """Leaves out the places, which ship with the program, and the parts written before, by number;
    takes apart the partners' keys.
    """

    def __init__(self, file: IO[bytes], numbers: dict[int, int]) -> None:
        super().__init__(file, protocol=5)
        self._numbers = numbers

    def persistent_id(self, obj: Any) -> object:
        if isinstance(obj, Places):
            return _PLACES
        if isinstance(obj, ECKey | OKPKey):
            return obj.as_dict(private=False)
        return self._numbers.get(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: IO[bytes], places: Places, parts: list[Any]) -> None:
        super().__init__(file)
        self._places = places
        self._parts = parts

    def persistent_load(self, pid: Any) -> object:
        if isinstance(pid, int):
            return self._parts[pid]
        return self._places if pid == _PLACES else import_key(pid)


class _Slow(io.BytesIO):
    """A file whose reader rests before each bit. Pickles are read in bits of 64 KB, each of which
    takes a millisecond or two to become objects.
    """

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= _FEW:
            time.sleep(_REST)
        return super().read(size)


def parts_of(content: Content) -> list[Any]:
    """What most of an edition consists of, in parts of which none takes long to read or to free."""
    return [*content.flows.flows.values(), content.flows.triggers, content.catalogues]


def hand_over(content: Content | None, problems: list[str], file: IO[bytes]) -> None:
    """Write down what :func:`take` reads."""
    numbers: dict[int, int] = {}
    parts = parts_of(content) if content else []
    _Pickler(file, numbers).dump(len(parts))
    for number, part in enumerate(parts):
        _Pickler(file, numbers).dump(part)
        numbers[id(part)] = number
    _Pickler(file, numbers).dump((content, problems))


def take(written: bytes, places: Places) -> tuple[Content | None, list[str]]:
    """Read what :func:`hand_over` wrote, in a thread, without holding up the others.

    Only for what a process of this program has written just now: a pickle from elsewhere could
    run anything.
    """
    gc.disable()
    try:
        file, parts = _Slow(written), list[Any]()
        for _ in range(_Unpickler(file, places, parts).load()):
            parts.append(_Unpickler(file, places, parts).load())
        content: Content | None
        content, problems = _Unpickler(file, places, parts).load()
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
