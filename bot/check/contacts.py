"""The contacts: what :mod:`bot.knowledge.contact_findings` finds, with line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from bot.conversation.flows import Finding
from bot.conversation.misfits import misfits
from bot.conversation.source import read
from bot.knowledge.contact_findings import findings
from bot.knowledge.contact_schema import Contact, CountryEntry

if TYPE_CHECKING:
    from bot.check.draft import Draft
    from bot.conversation.source import Path

_STEP: Final = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_ENTRY: Final = re.compile(r"[.\[]")
_OLD: Final = "last checked on"
"""How the finding begins that is no mistake: somebody has to look again."""


def check_contacts(draft: Draft) -> Iterator[Finding]:
    """Look at every contact of every country."""
    path = draft.folder / "data" / "hotlines.yaml"
    try:
        source = read(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        message = f"The contacts cannot be read: {error}."
        yield Finding(str(path), 1, 1, "E100", message)
        return
    for fault in source.faults:
        yield Finding.at(source.name, fault.where, fault.code, fault.message)
    if source.faults:
        return
    misshapen: set[str] = set()
    for keys, message in _misfits(source.data):
        where = _where(keys)
        misshapen.add(_entry(where))
        yield Finding.at(source.name, source.range(keys), "E701", f"{where}: {message}")
    try:
        for each in findings(path, draft.today):
            if _entry(each.where) not in misshapen:
                code = "W702" if each.what.startswith(_OLD) else "E701"
                position = source.range(_path(each.where))
                yield Finding.at(source.name, position, code, f"{each.where}: {each.what}.")
    except ValueError as error:
        message = str(error).removeprefix(f"{path}: ")
        yield Finding(source.name, 1, 1, "E701", message)


def _misfits(data: Any) -> Iterator[tuple[Path, str]]:
    """What has not the shape of a contact, with the path in the file."""
    parts = data if isinstance(data, dict) else {}
    for keys, message in misfits(parts.get("international", []), list[Contact]):
        yield ("international", *keys), message
    countries = parts.get("countries")
    for code, country in countries.items() if isinstance(countries, dict) else ():
        for keys, message in misfits(country, CountryEntry):
            yield ("countries", code, *keys), message


def _entry(where: str) -> str:
    """The country that a finding is about, or ``international``."""
    return _ENTRY.split(where, maxsplit=1)[0]


def _where(keys: Path) -> str:
    """The keys in the file as ``KE.contacts[1].phone``."""
    steps = keys[1:] if keys[0] == "countries" else keys
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in steps).lstrip(".")


def _path(where: str) -> Path:
    """``KE.contacts[1].phone`` as the keys in the file."""
    steps = tuple(int(index) if index else name for index, name in _STEP.findall(where))
    return steps if steps[:1] == ("international",) else ("countries", *steps)
