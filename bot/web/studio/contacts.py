"""The contacts as a table, and the note that one was looked at today. Runs in the worker."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from babel import Locale

from bot.conversation.source import Path, Source, read
from bot.knowledge.contact_schema import Contact, Emergency
from bot.knowledge.hotlines import Hotlines
from bot.web.studio.answers import Refusal

EMERGENCY: Final = "Emergency numbers"
"""The name under which a country's emergency numbers stand in the table."""

_DATE: Final = re.compile(r"(checked:\s*)([\"']?)\d{4}-\d{2}-\d{2}\2")


def rows(folder: pathlib.Path, today: date) -> list[dict[str, Any]]:
    """Every contact of every country, the international ones first.

    Raises :class:`~bot.web.studio.answers.Refusal`.
    """
    try:
        hotlines = Hotlines.load(folder / "data" / "hotlines.yaml")
    except ValueError as error:
        reason = str(error).replace(f"{folder}/", "")
        raise Refusal(422, f"The contacts cannot be read: {reason}") from None
    return list(_rows(hotlines, today))


def wanted(row: dict[str, Any], query: str, kind: str, country: str) -> bool:
    """Whether a row is among those asked for; empty: any."""
    words = " ".join(str(value) for value in row.values() if value).casefold()
    return (
        all(word in words for word in query.casefold().split())
        and kind in ("", row["kind"])
        and country.upper() in ("", row["country"])
    )


def checked_today(text: str, country: str, name: str, today: date) -> str:
    """The contacts file with one ``checked:`` set to today, and nothing else touched.

    Raises :class:`~bot.web.studio.answers.Refusal`.
    """
    source = read("hotlines.yaml", text)
    if source.faults:
        raise Refusal(422, "The contacts file is not valid YAML: mend it first.")
    entry = _entry(source, country, name)
    where = source.ranges.get((*entry, "checked"))
    if where is None:
        raise Refusal(422, f'"{name}" has no line "checked: …" yet: write one.')
    lines = text.splitlines(keepends=True)
    line, begins = lines[where.line - 1], where.column - 1
    lines[where.line - 1] = line[:begins] + _DATE.sub(rf"\g<1>{today}", line[begins:], count=1)
    changed = "".join(lines)
    _at(source.data, entry)["checked"] = str(today)
    if read("hotlines.yaml", changed).data != source.data:
        raise Refusal(422, f'The line "checked: …" of "{name}" is unusual: change it by hand.')
    return changed


def _rows(hotlines: Hotlines, today: date) -> Iterator[dict[str, Any]]:
    names = Locale("en").territories
    for contact in hotlines.fallback:
        yield _row("", "International", contact, today)
    for code in hotlines.codes:
        entry = hotlines.country(code)
        country = names.get(code, code)
        yield _emergency_row(code, country, entry.emergency, today)
        for contact in entry.contacts:
            yield _row(code, country, contact, today)


def _row(code: str, country: str, contact: Contact, today: date) -> dict[str, Any]:
    return {
        "country": code,
        "country_name": country,
        "name": contact.name,
        "kind": contact.kind,
        "phone": contact.phone or contact.phone_abroad or "",
        "web": contact.web or "",
        "checked": contact.checked,
        "age_days": (today - contact.checked).days,
        "source": contact.source,
    }


def _emergency_row(code: str, country: str, emergency: Emergency, today: date) -> dict[str, Any]:
    checked = emergency.checked
    return {
        "country": code,
        "country_name": country,
        "name": EMERGENCY,
        "kind": "emergency",
        "phone": ", ".join(dict.fromkeys(emergency.numbers.values())),
        "web": "",
        "checked": checked,
        "age_days": (today - checked).days if checked else None,
        "source": emergency.source or "",
    }


def _entry(source: Source, country: str, name: str) -> Path:
    """The path of a contact in the file."""
    if country and name == EMERGENCY:
        return ("countries", country, "emergency")
    listed: Path = ("countries", country, "contacts") if country else ("international",)
    found = [
        path[:-1]
        for path in source.ranges
        if path[:-2] == listed and path[-1] == "name" and _at(source.data, path) == name
    ]
    if len(found) != 1:
        reason = "There is more than one" if found else "There is no"
        raise Refusal(404, f'{reason} contact "{name}" in {country or "international"}.')
    return found[0]


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data
