"""Builds bot/knowledge/regions.json: the countries of the United Nations' regions, and of the EU.

Usage: python scripts/build_regions.py path/to/cldr-core/supplemental/territoryContainment.json

Source: Unicode CLDR, https://github.com/unicode-org/cldr-json. Babel does not ship this part.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

OUT = Path(__file__).parent.parent / "bot/knowledge/regions.json"
NAMES = {
    "africa": "002",
    "northern-africa": "015",
    "sub-saharan-africa": "202",
    "eastern-africa": "014",
    "middle-africa": "017",
    "southern-africa": "018",
    "western-africa": "011",
    "americas": "019",
    "northern-america": "021",
    "latin-america": "419",
    "caribbean": "029",
    "central-america": "013",
    "south-america": "005",
    "asia": "142",
    "central-asia": "143",
    "eastern-asia": "030",
    "south-eastern-asia": "035",
    "southern-asia": "034",
    "western-asia": "145",
    "europe": "150",
    "eastern-europe": "151",
    "northern-europe": "154",
    "southern-europe": "039",
    "western-europe": "155",
    "european-union": "EU",
    "oceania": "009",
}


def main() -> None:
    groups = json.loads(Path(sys.argv[1]).read_text("utf-8"))["supplemental"][
        "territoryContainment"
    ]

    def countries(code: str) -> set[str]:
        within = [
            part
            for key in (code, f"{code}-status-grouping")
            if key in groups
            for part in groups[key]["_contains"]
        ]
        if not within or (code.isalpha() and code not in {"EU", "QO"}):
            return {code}
        return set().union(*map(countries, within))

    regions = {
        name: sorted(one for one in countries(code) if one.isalpha())
        for name, code in NAMES.items()
    }
    OUT.write_text(
        "{\n"
        + ",\n".join(f'"{name}":{json.dumps(regions[name])}' for name in sorted(regions))
        + "\n}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
