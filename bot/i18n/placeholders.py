"""What a translation must carry over from its source: placeholders and HTML tags."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from babel.messages.catalog import Message

_PLACEHOLDER: Final = re.compile(r"\{[A-Za-z_][A-Za-z0-9_]*\}")
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)(?:\s[^<>]*)?>")


def placeholder_findings(msgid: str, msgstr: str) -> list[str]:
    """Say what ``msgstr`` lost or added; an empty list when all is well.

    A placeholder such as ``{home_country}`` may be repeated, since grammar can ask for that; tags
    must come in the same number. An empty ``msgstr`` is no translation and has no findings.
    """
    if not msgstr or not any(sign in text for text in (msgid, msgstr) for sign in "{<"):
        return []
    findings: list[str] = []
    wanted, found = set(_PLACEHOLDER.findall(msgid)), set(_PLACEHOLDER.findall(msgstr))
    findings += [f"The placeholder {name} is missing." for name in sorted(wanted - found)]
    findings += [f"The English has no placeholder {name}." for name in sorted(found - wanted)]
    source, translation = _tags(msgid), _tags(msgstr)
    findings += [f"The tag {tag} is missing." for tag in sorted(source - translation)]
    findings += [f"The English has no tag {tag}." for tag in sorted(translation - source)]
    return findings


def message_findings(message: Message) -> list[str]:
    """The same for an entry, whose sentence may have forms for one and for many.

    A form for one or two may do without the number; what it has must be in the English.
    """
    if isinstance(message.id, str):
        return placeholder_findings(message.id, str(message.string))
    many, (*few, most) = message.id[-1], translations(message)
    added = (finding for form in few for finding in placeholder_findings(many, form))
    unknown = dict.fromkeys(finding for finding in added if finding.startswith("The English"))
    return [*unknown, *placeholder_findings(many, most)]


def translations(message: Message) -> tuple[str, ...]:
    """The translation of an entry, or every form of it that its language has for a count."""
    found = message.string or ""
    return (found,) if isinstance(found, str) else tuple(found)


def _tags(text: str) -> Counter[str]:
    """Count tags by name; attributes may differ, for a link can lead to a translated page."""
    return Counter(f"<{slash}{name.lower()}>" for slash, name in _TAG.findall(text))
