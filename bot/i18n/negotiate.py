"""From the language a messenger reports to one that the bot speaks."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from babel.core import get_global, parse_locale

if TYPE_CHECKING:
    from collections.abc import Iterable

SOURCE: Final = "en"
"""The language in which flows are written; spoken when nothing fits better."""

_CLOSEST: Final = {"nn": "nb", "no": "nb"}
"""Who reads the first reads the second, while CLDR keeps them apart as languages."""


class _Tag(NamedTuple):
    language: str
    script: str | None
    territory: str | None


def negotiate(code: str | None, available: Iterable[str]) -> str:
    """Choose from ``available`` the language for a person whose messenger says ``code``.

    ``code`` is an IETF tag as Telegram sends it ("pt-br", "zh-hans"), or nothing, or nonsense.
    Same language wins, then same script, then same territory; missing parts are filled in from
    CLDR's likely subtags, so "zh-tw" finds ``zh_Hant`` before ``zh_Hans``. Falls back to English.
    """
    return _negotiated(code or "", tuple(available))


@lru_cache(maxsize=1024)
def _negotiated(code: str, available: tuple[str, ...]) -> str:
    wanted = _maximised(code)
    if wanted is None:
        return SOURCE
    tags = {name: tag for name in available if (tag := _maximised(name)) is not None}

    def likeness(name: str) -> tuple[bool, bool, bool, int]:
        exact = name.replace("_", "-").lower() == code.replace("_", "-").lower()
        tag = tags[name]
        alike = tag.script == wanted.script, tag.territory == wanted.territory
        return *alike, exact, -len(name)  # of two that fit equally, the more general

    for language in (wanted.language, _CLOSEST.get(wanted.language)):
        same = [name for name, tag in tags.items() if tag.language == language]
        if same:
            return max(same, key=likeness)
    return SOURCE


def _maximised(code: str) -> _Tag | None:
    try:
        language, territory, script, *_ = parse_locale(code.replace("_", "-"), sep="-")
    except ValueError:
        return None
    aliases = get_global("language_aliases")
    language = str(aliases.get(language, language)).split("_")[0]
    likely = get_global("likely_subtags")
    keys = (f"{language}_{territory}", f"{language}_{script}", language)
    full = next((likely[key] for key in keys if key in likely), None)
    if full is not None:
        _, likely_territory, likely_script, *_ = parse_locale(full)
        territory, script = territory or likely_territory, script or likely_script
    return _Tag(language, script, territory)
