"""Coordinates that someone typed or pasted."""

from __future__ import annotations

import re

_PAIR = re.compile(
    r"\(?\s*([+\-−]?\d{1,3}(?:[.,]\d{1,15})?)\s*°?\s*([NS]?)\s*[,;/\s]\s*"
    r"([+\-−]?\d{1,3}(?:[.,]\d{1,15})?)\s*°?\s*([EW]?)\s*\)?",
    re.IGNORECASE,
)
_SEXAGESIMAL = re.compile(
    r"(\d{1,2})\s*°\s*(\d{1,2})\s*['′’]\s*(?:(\d{1,2}(?:\.\d{1,9})?)\s*(?:[\"″”]|''))?\s*([NS])"
    r"[,;\s]*"
    r"(\d{1,3})\s*°\s*(\d{1,2})\s*['′’]\s*(?:(\d{1,2}(?:\.\d{1,9})?)\s*(?:[\"″”]|''))?\s*([EW])",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:geo:|[@=/])(-?\d{1,2}\.\d{1,15}),\s?(-?\d{1,3}\.\d{1,15})")


def coordinates(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, if the text is a pair of coordinates or a map link.

    Two whole numbers are no coordinates unless letters or degree signs say so.
    """
    text = text.strip()[:512]
    if pair := _PAIR.fullmatch(text):
        first, north, second, east = pair.groups()
        if ("." in text or "," in first or "°" in text or (north and east)) and (
            first[-1:].isdigit()
        ):
            return _signed(_number(first), north), _signed(_number(second), east)
    if parts := _SEXAGESIMAL.fullmatch(text):
        degrees, minutes, seconds, north, *rest = parts.groups()
        return (
            _signed(_degrees(degrees, minutes, seconds), north),
            _signed(_degrees(*rest[:3]), rest[3]),
        )
    if link := _LINK.search(text):
        return float(link.group(1)), float(link.group(2))
    return None


def _number(text: str) -> float:
    return float(text.replace(",", ".").replace("−", "-"))


def _degrees(degrees: str, minutes: str, seconds: str | None) -> float:
    return int(degrees) + int(minutes) / 60 + float(seconds or 0) / 3600


def _signed(value: float, letter: str) -> float:
    return -abs(value) if letter.upper() in ("S", "W") else value
