"""Tips for a trip: those that fit, the most specific first, and varied."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import TYPE_CHECKING, Final, Self

from bot.knowledge.data_file import DataFile
from bot.knowledge.tip_file import Audience, EventKind, Tip, TipFile, mistakes, regions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

_EVENT_HERE, _EVENT, _KIND, _COUNTRY, _ROLE, _REGION, _OCCASION, _GENERAL = range(8)
_TOPICS: Final = {_EVENT_HERE: _EVENT, _KIND: _EVENT}
"""Ranks that a reader sees as one topic; every other rank is a topic of its own."""
_EVERYBODY: Final = "traveller"
"""Who people are unless they said otherwise."""


class Tips:
    """All tips, found by country without looking at those of other places."""

    def __init__(self, tips: Iterable[Tip] = ()) -> None:
        self._tips = tuple(tips)
        self._anywhere = tuple(tip for tip in self._tips if not tip.countries + tip.regions)
        self._at: dict[str, list[Tip]] = defaultdict(list)
        for tip in self._tips:
            named = set(tip.countries).union(*(regions()[name] for name in tip.regions))
            for code in named:
                self._at[code].append(tip)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file; no file means no tips.

        Raises :class:`ValueError` with ``file:line:column`` and the reason, a line for each.
        """
        if not path.exists():
            return cls()
        source = DataFile(path)
        tips = source.convert(TipFile).tips
        source.refuse((("tips", *keys), what) for keys, what in mistakes(enumerate(tips)))
        return cls(tips)

    @property
    def all(self) -> tuple[Tip, ...]:
        """Every tip, in the order of the file."""
        return self._tips

    def fitting(
        self,
        country: str,
        *,
        event: str | None = None,
        event_kind: EventKind | None = None,
        months: Collection[int] = (),
        settings: Collection[str] = (),
        audience: Audience = "traveller",
    ) -> list[Tip]:
        """Every tip that holds for such a trip, in the order of the file within its place.

        Where nothing is known of months or events, tips for certain ones do not fit; where no
        setting is asked for, every setting does, for a trip meets most of them.
        """
        return [
            tip
            for tip in (*self._at.get(country, ()), *self._anywhere)
            if (not tip.audience or audience in tip.audience)
            and (not tip.months or not set(months).isdisjoint(tip.months))
            and (not tip.event_kinds or event_kind in tip.event_kinds)
            and (not tip.events or event in tip.events)
            and (not (tip.settings and settings) or not set(settings).isdisjoint(tip.settings))
        ]

    def choose(
        self,
        country: str,
        *,
        event: str | None = None,
        event_kind: EventKind | None = None,
        months: Collection[int] = (),
        settings: Collection[str] = (),
        audience: Audience = "traveller",
        seen: Collection[str] = frozenset(),
        seed: int = 0,
        count: int = 3,
    ) -> tuple[Tip, ...]:
        """``count`` tips for a trip, fewer only if fewer fit; the same again for the same seed.

        The most specific come first: for this country during the event, the event, its kind, the
        country, what people said they are (family, hotel staff), the region, then what was asked
        for (month, setting), then the rest; of each, those for this month first.

        Three tips on one topic tell less than two and something else. So of three at most two are
        about the event, two about the country and so on, and no two about one setting, while there
        are others. Ids in ``seen`` come back only when nothing else fits.
        """
        fitting = self.fitting(
            country,
            event=event,
            event_kind=event_kind,
            months=months,
            settings=settings,
            audience=audience,
        )
        dice = Random(seed)  # noqa: S311, a choice of tips is no secret
        ranked = sorted(
            (tip.id in seen, _rank(tip, country, settings), not tip.months, dice.random(), number)
            for number, tip in enumerate(fitting)
        )
        fresh = [(rank, fitting[number]) for old, rank, *_, number in ranked if not old]
        known = [(rank, fitting[number]) for old, rank, *_, number in ranked if old]
        chosen = _varied(fresh, count)
        return tuple(chosen + _varied(known, count - len(chosen)))


def _rank(tip: Tip, country: str, settings: Collection[str]) -> int:
    here = country in tip.countries
    if here and (tip.events or tip.event_kinds):
        return _EVENT_HERE
    if tip.events:
        return _EVENT
    if tip.event_kinds:
        return _KIND
    if here:
        return _COUNTRY
    if tip.audience and _EVERYBODY not in tip.audience:
        return _ROLE
    if tip.regions:
        return _REGION
    if tip.months or (tip.settings and settings):
        return _OCCASION
    return _GENERAL


def _varied(ranked: Sequence[tuple[int, Tip]], count: int) -> list[Tip]:
    """The first ``count``, passing over what is much alike as long as something else is left."""
    most = count - count // 3
    chosen: list[int] = []
    topics: list[int] = []
    met: set[str] = set()
    for number, (rank, tip) in enumerate(ranked):
        if len(chosen) == count:
            break
        topic = _TOPICS.get(rank, rank)
        if topics.count(topic) < most and met.isdisjoint(tip.settings):
            chosen.append(number)
            topics.append(topic)
            met.update(tip.settings)
    spare = (number for number in range(len(ranked)) if number not in chosen)
    chosen += [number for number, _ in zip(spare, range(count - len(chosen)), strict=False)]
    return [ranked[number][1] for number in sorted(chosen)]
