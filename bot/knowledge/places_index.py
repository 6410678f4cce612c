"""The built index of names of places: every name leads to the places that bear it.

``scripts/build_places.py`` writes it. Names are kept as 64-bit hashes in one sorted array, so
that a quarter of a million of them take a few megabytes and load at once.
"""

from __future__ import annotations

import hashlib
import zlib
from array import array
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

Kind: TypeAlias = Literal["country", "region", "city"]
KINDS: Final[tuple[Kind, ...]] = ("country", "region", "city")
INDEX: Final = Path(__file__).with_name("places.bin")

CLEAR: Final = 1
"""The first place is what nearly everyone means by the name."""
SHY: Final = 2
"""The name is also an ordinary word: it counts only when written like a name."""
MINOR: Final = 4
"""Only small towns bear the name: it counts only by itself or after a word such as *in*."""
NO_TYPO: Final = 8
"""Not a place but a word of some language near one: never taken for its misspelling."""


class Packed(Struct, frozen=True):
    """The file's content."""

    codes: list[str]
    """Country codes, ISO 3166-1 alpha-2 and XK."""
    country_names: dict[str, bytes]
    """By language: names in the order of ``codes``, a line each, compressed."""
    hashes: bytes
    flags: bytes
    offsets: bytes
    """Of name ``i``, the places are ``members[offsets[i]:offsets[i + 1]]``."""
    members: bytes
    countries: bytes
    kinds: bytes
    names: str
    """Of every place, a line each; the countries come first, in the order of ``codes``."""
    zones: bytes
    """Of every place, its line in ``zone_names``, or 65535."""
    zone_names: dict[str, bytes]
    """By language: names of the cities after which time zones are called."""
    typo_words: str
    """Names, a line each, near which a misspelling may be understood."""
    unspaced: str
    """Names, a line each, in scripts without spaces."""
    before: list[str]
    """Words that stand before a place."""
    little: list[str]
    """Words that may stand beside a place and name none, those of ``before`` among them."""


class Entry(Struct, frozen=True):
    """What a name leads to. No members: a word that is no place."""

    members: tuple[int, ...]
    flags: int


def name_hash(name: str) -> int:
    """The 64-bit number under which a folded name is kept."""
    return int.from_bytes(hashlib.blake2b(name.encode(errors="replace"), digest_size=8).digest())


def _numbers(kind: str, data: bytes) -> array[int]:
    numbers: array[int] = array(kind)
    numbers.frombytes(data)
    return numbers


def pack(packed: Packed) -> bytes:
    """The file's bytes."""
    return zlib.compress(msgspec.msgpack.encode(packed), 9)


class Index:
    """Look-ups over a :class:`Packed`."""

    def __init__(self, packed: Packed) -> None:
        self.codes: tuple[str, ...] = tuple(packed.codes)
        self._packed = packed
        self._hashes = _numbers("Q", packed.hashes)
        self._offsets = _numbers("I", packed.offsets)
        self._members = _numbers("I", packed.members)
        self._zones = _numbers("H", packed.zones)
        self._names = packed.names.split("\n")
        self._positions = {code: at for at, code in enumerate(self.codes)}
        self.typo_words: list[str] = packed.typo_words.split("\n")
        self.unspaced: frozenset[str] = frozenset(packed.unspaced.split("\n"))
        self.before: frozenset[str] = frozenset(packed.before)
        self.little: frozenset[str] = frozenset(packed.little)
        self.get = lru_cache(maxsize=8192)(self._get)
        self._country_names = lru_cache(maxsize=64)(self._read_country_names)
        self._zone_names = lru_cache(maxsize=64)(self._read_zone_names)

    @classmethod
    def load(cls, path: Path = INDEX) -> Index:
        """Reads the built index that ships with the package."""
        return cls(msgspec.msgpack.decode(zlib.decompress(path.read_bytes()), type=Packed))

    def _get(self, name: str) -> Entry | None:
        """The entry of a folded name, or of ``"language\\tname"`` for a country's own name."""
        wanted = name_hash(name)
        at = bisect_left(self._hashes, wanted)
        if at == len(self._hashes) or self._hashes[at] != wanted:
            return None
        members = self._members[self._offsets[at] : self._offsets[at + 1]]
        return Entry(tuple(members), self._packed.flags[at])

    def longest_from(self, word: str) -> int:
        """Of how many words the longest name is that begins with the word; 1 for most."""
        entry = self.get(f"{word} ")
        return entry.flags if entry else 1

    def country(self, place: int) -> str:
        """The country code of a place."""
        return self.codes[self._packed.countries[place]]

    def kind(self, place: int) -> Kind:
        """What sort of place it is."""
        return KINDS[self._packed.kinds[place]]

    def name(self, place: int, locale: str) -> str:
        """The place's name in the language, else the one used there or in English."""
        if place < len(self.codes):
            return self.country_name(self.codes[place], locale)
        zone = self._zones[place]
        if zone != 0xFFFF:
            for language in languages(locale):
                names = self._zone_names(language)
                if names and names[zone]:
                    return names[zone]
        return self._names[place]

    def country_name(self, code: str, locale: str) -> str:
        """The country's name in the language, else in English, else the code itself."""
        at = self._positions.get(code)
        if at is None:
            return code
        for language in (*languages(locale), "en"):
            names = self._country_names(language)
            if names and names[at]:
                return names[at]
        return code

    def position(self, code: str) -> int | None:
        """The country as a place, or None for a code that is not a country's."""
        return self._positions.get(code)

    def _read_country_names(self, language: str) -> tuple[str, ...]:
        return _lines(self._packed.country_names.get(language))

    def _read_zone_names(self, language: str) -> tuple[str, ...]:
        return _lines(self._packed.zone_names.get(language))


def _lines(data: bytes | None) -> tuple[str, ...]:
    return tuple(zlib.decompress(data).decode().split("\n")) if data else ()


_SCRIPTS = {"zh_tw": "zh_hant", "zh_hk": "zh_hant", "zh_mo": "zh_hant"}
_RENAMED = {"no": "nb", "iw": "he", "in": "id", "tl": "fil", "sh": "sr_latn"}


@lru_cache(maxsize=256)
def languages(locale: str) -> tuple[str, ...]:
    """The locale and what it falls back to, in the index's spelling: ``pt-BR`` → ``pt_br, pt``."""
    parts = locale[:32].lower().replace("-", "_").split("_")
    parts[0] = _RENAMED.get(parts[0], parts[0])
    chain = ["_".join(parts[:length]) for length in range(len(parts), 0, -1)]
    script = _SCRIPTS.get(chain[0])
    return (script, *chain) if script else tuple(chain)
