"""What a person types, or where they are, becomes a country."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec import Struct

from bot.knowledge.places_coordinates import coordinates
from bot.knowledge.places_index import Index, Kind
from bot.knowledge.places_reader import Mention, Reader
from bot.knowledge.places_text import fold

if TYPE_CHECKING:
    from bot.knowledge.borders import Borders

Status: TypeAlias = Literal["found", "ambiguous", "unknown"]

_MOST_CANDIDATES: Final = 6
_LONGEST: Final = 4096
_FLAG: Final = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|\U0001f3f4\U000e0067\U000e0062[\U000e0061-\U000e007f]+"
)


class Place(Struct, frozen=True):
    """A country, or a place in it."""

    country: str
    """ISO 3166-1 alpha-2; XK for Kosovo. Territories have their own."""
    name: str
    """As shown to the person: *Mombasa*, *Kenya*."""
    kind: Kind


class PlaceAnswer(Struct, frozen=True):
    """What a text or a point means.

    *found* has ``place``; *ambiguous* has at least two ``candidates``, each of another country,
    and needs the person's choice; *unknown* has neither.
    """

    status: Status
    place: Place | None = None
    candidates: tuple[Place, ...] = ()


UNKNOWN: Final = PlaceAnswer("unknown")


class Places:
    """Look-ups of places: by name in any language, by coordinates, by country code."""

    def __init__(self, index: Index, borders: Borders) -> None:
        self._index = index
        self._borders = borders
        self._reader = Reader(index)
        self.countries: tuple[str, ...] = index.codes

    @classmethod
    def load(cls) -> Places:
        """Reads the index and the borders that ship with the package."""
        # Here, because what draws borders loads slowly, and most commands look up no place.
        from bot.knowledge.borders import Borders  # noqa: PLC0415

        return cls(Index.load(), Borders.load())

    def country_name(self, code: str, locale: str) -> str:
        """The country's name in the language, else in English; an unknown code as it is."""
        return self._index.country_name(code, locale)

    def find(self, text: str, locale: str = "en") -> PlaceAnswer:
        """The country or place that the text names. Never raises, whatever the text.

        Several countries, or one name that several bear, are *ambiguous*: nothing is guessed.
        """
        text = text[:_LONGEST]
        if pair := coordinates(text):
            return self.at(*pair, locale)
        flags = self._flags(text)
        mentions = self._reader.mentions(_FLAG.sub(" ", text) if flags else text, locale)
        return self._answer(flags + mentions, text, locale)

    def at(self, latitude: float, longitude: float, locale: str = "en") -> PlaceAnswer:
        """The country or territory in which a point (degrees, WGS 84) lies.

        At sea, the country whose coast is within 12 nautical miles. *unknown* far from land and
        for numbers that are no place on Earth; *ambiguous* where two states claim the ground.
        """
        codes = self._borders.countries_at(latitude, longitude)
        return _of(tuple(self._country(code, locale) for code in codes))

    def _flags(self, text: str) -> list[Mention]:
        found = []
        for match in _FLAG.finditer(text):
            flag = match.group()
            code = "GB" if len(flag) > 2 else "".join(chr(ord(c) - 0x1F1E6 + 65) for c in flag)
            place = self._index.position({"UK": "GB"}.get(code, code))
            if place is not None:
                found.append(Mention((place,), clear=True))
        return found

    def _answer(self, mentions: list[Mention], text: str, locale: str) -> PlaceAnswer:
        """The one country that all mentions share, shown by the most precise of them."""
        chosen: dict[str, Place] = {}
        for mention in mentions:
            for member in mention.members[:1] if mention.clear else mention.members:
                place = self._place(member, locale, text[mention.start : mention.end])
                known = chosen.get(place.country)
                if known is None or known.kind == "country":
                    chosen[place.country] = place
        return _of(tuple(chosen.values()))

    def _as_typed(self, name: str, typed: str, locale: str) -> str:
        """For a name not known in the person's language, the one that they wrote in it."""
        if fold(typed).isascii() and (typed.islower() or typed.isupper() or locale[:2] == "en"):
            return name
        return typed.title() if typed.islower() else typed

    def _country(self, code: str, locale: str) -> Place:
        return Place(code, self.country_name(code, locale), "country")

    def _place(self, member: int, locale: str, typed: str) -> Place:
        country, kind = self._index.country(member), self._index.kind(member)
        name = self._index.name(member, locale)
        if kind != "country" and typed and name == self._index.name(member, ""):
            name = self._as_typed(name, typed, locale)
        return Place(country, name, kind)


def _of(places: tuple[Place, ...]) -> PlaceAnswer:
    if not places:
        return UNKNOWN
    if len(places) == 1:
        return PlaceAnswer("found", places[0])
    return PlaceAnswer("ambiguous", None, places[:_MOST_CANDIDATES])
