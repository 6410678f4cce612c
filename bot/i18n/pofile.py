"""Reading and writing gettext files without losing what a translator put into them.

Babel drops headers that it does not know and reads the former source sentence of a fuzzy entry
(``#| msgid "…"``) as a plain comment. Both matter here: ``X-Reviewed`` says whether a native
speaker has read a language, and the former sentence shows a translator what has changed.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, PoFileParser, denormalize, write_po

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from babel.messages.catalog import Message


class CatalogueError(ValueError):
    """A translation file that cannot be used; the text says which, where and why."""


class PoCatalog(Catalog):
    """A Babel catalogue that keeps every header."""

    extra_headers: tuple[tuple[str, str], ...] = ()

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """All headers in the order in which they are written."""
        *known, generator = super().mime_headers  # the generator ends the header, with a newline
        return [*known, *self.extra_headers, generator]

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        headers = list(headers)
        Catalog.mime_headers.__set__(self, headers)
        known = {name.lower() for name, _ in super().mime_headers} | _DEPENDENT
        self.extra_headers = tuple(pair for pair in headers if pair[0].lower() not in known)

    @property
    def reviewed(self) -> bool:
        """Whether a native speaker has read it all: the header ``X-Reviewed: yes``."""
        headers = {name.lower(): value for name, value in self.extra_headers}
        return headers.get("x-reviewed", "no").strip().lower() in {"yes", "true"}


_DEPENDENT: Final = frozenset({"language", "plural-forms"})
"""Headers that Babel writes only for a catalogue with a locale, yet always understands."""


def read(path: Path, locale: str | None = None) -> PoCatalog:
    """Read a ``.po`` or ``.pot`` file.

    Raises :class:`CatalogueError` with file and line when it is malformed, :class:`OSError` when
    it cannot be read.
    """
    try:
        catalog = PoCatalog(locale)
        PoFileParser(catalog, abort_invalid=True).parse(BytesIO(path.read_bytes()))
    except PoFileError as error:
        raise CatalogueError(f"{path}:{error.lineno + 1}: {error}") from error
    except (ValueError, LookupError) as error:  # the latter: an encoding that nobody knows
        raise CatalogueError(f"{path}: {error}") from error
    except (AttributeError, TypeError) as error:  # Babel's, of a date that is none
        raise CatalogueError(f"{path}: the header cannot be read; look at its dates") from error
    for message in catalog:
        _lift_previous(message)
    return catalog


def render(catalog: Catalog) -> bytes:
    """Write ``catalog`` as gettext text.

    Source files are named without line numbers: they would change with every edit of a flow, and
    the context of each entry says precisely where its sentence stands.
    """
    out = BytesIO()
    write_po(out, catalog, include_lineno=False, include_previous=True)
    return out.getvalue()


def _lift_previous(message: Message) -> None:
    """Turn ``| msgid "…"`` comments back into the entry's former sentence."""
    parts: dict[str, list[str]] = {}
    keyword = ""
    for comment in message.user_comments:
        line = comment.removeprefix("|").strip()
        if not comment.startswith("|"):
            continue
        if not line.startswith('"'):
            keyword, _, line = line.partition(" ")
        parts.setdefault(keyword, []).append(line)
    message.user_comments = [c for c in message.user_comments if not c.startswith("|")]
    if "msgid" in parts:
        message.previous_id = [denormalize("\n".join(parts["msgid"]))]
