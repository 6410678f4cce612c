"""In which country a point lies, by border polygons."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import msgspec
import shapely

BORDERS: Final = Path(__file__).with_name("borders.json")
COAST_KM: Final = 22.2
"""A point at sea counts as the country's whose coast is within its territorial sea of 12 nautical
miles (UN Convention on the Law of the Sea, article 3)."""
_KM_PER_DEGREE: Final = 111.2


class Borders:
    """Polygons of all countries and territories, in degrees of longitude and latitude (WGS 84)."""

    def __init__(self, outlines: dict[str, list[list[list[list[float]]]]]) -> None:
        self._owners: list[tuple[str, ...]] = []
        polygons = []
        for codes, shapes in outlines.items():
            for rings in shapes:
                self._owners.append(tuple(codes.split(",")))
                polygons.append(shapely.Polygon(rings[0], rings[1:]))
        self._tree = shapely.STRtree(polygons)

    @classmethod
    def load(cls, path: Path = BORDERS) -> Borders:
        """Reads the polygons that ship with the package."""
        return cls(msgspec.json.decode(path.read_bytes()))

    def countries_at(self, latitude: float, longitude: float) -> tuple[str, ...]:
        """The country of a point; several for a disputed one or a shared strait; none far at sea.

        Also none when the numbers are not a place on Earth (latitude in [-90, 90], longitude in
        [-180, 180]).
        """
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            return ()
        point = shapely.Point(longitude, latitude)
        inside = self._tree.query(point, predicate="intersects")
        if len(inside):
            return self._of(inside)
        return self._coasts(point)

    def _of(self, polygons: object) -> tuple[str, ...]:
        owners: dict[str, None] = {}
        for polygon in polygons:  # type: ignore[attr-defined]
            owners |= dict.fromkeys(self._owners[polygon])
        return tuple(owners)

    def _coasts(self, point: shapely.Point) -> tuple[str, ...]:
        high = COAST_KM / _KM_PER_DEGREE
        shrink = max(math.cos(math.radians(point.y)), 0.01)
        wide = high / shrink
        nearby = self._tree.query(
            shapely.box(point.x - wide, point.y - high, point.x + wide, point.y + high)
        )
        close = []
        for polygon in nearby:
            line = shapely.shortest_line(point, self._tree.geometries[polygon])
            (x0, y0), (x1, y1) = line.coords
            if math.hypot((x1 - x0) * shrink, y1 - y0) <= high:
                close.append(polygon)
        return self._of(close)
