"""``dontlookaway messages``: what translators work on.

``extract`` writes ``locales/messages.pot`` and ``studio.pot``, for whoever starts a language;
``update`` brings every language up to date; ``status`` says how far each language is. Files that
would not change stay untouched.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from rich.console import Console
from rich.table import Table

import bot
from bot.i18n import pofile
from bot.i18n.catalogues import catalogue_files, language_name
from bot.i18n.progress import Progress, progress
from bot.i18n.template import DOMAINS, build_template, merge
from bot.settings import folder_named

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from babel.messages.catalog import Catalog

OK: Final = 0
FINDINGS: Final = 1
BAD_USAGE: Final = 2


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``messages extract|update|status`` to the command line."""
    parser = subparsers.add_parser("messages", help="gather sentences to translate, show progress")
    actions = parser.add_subparsers(dest="action", metavar="extract|update|status", required=True)
    actions.add_parser("extract", help="write locales/messages.pot and studio.pot")
    action = actions.add_parser("update", help="bring every language up to date")
    action.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if a file would change"
    )
    report = actions.add_parser(
        "status",
        help="show how far each language is",
        description="Show how far each language is. Exit 1 if a translation lost a placeholder.",
    )
    report.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Carry out what :func:`register` parsed; mistakes in files become one line each."""
    content = _content_folder()
    try:
        if args.action == "extract":
            return extract(content)
        if args.action == "update":
            return update(content, check=args.check)
        return status(content, as_json=args.json)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return FINDINGS


def extract(content: Path) -> int:
    """Write ``locales/<domain>.pot`` of every domain from flows, contacts and code."""
    changed: list[Path] = []
    for domain in DOMAINS:
        template = build_template(content, domain)
        path = content / "locales" / f"{domain.name}.pot"
        path.parent.mkdir(parents=True, exist_ok=True)
        former = pofile.read(path).creation_date if path.exists() else template.creation_date
        if _write(path, template, former):
            changed.append(path)
    return _report(changed)


def update(content: Path, *, check: bool = False) -> int:
    """Carry every language over to today's sentences, or only say which would change."""
    changed: list[Path] = []
    for domain in DOMAINS:
        template = build_template(content, domain)
        for language, path in catalogue_files(content / "locales", domain.name).items():
            catalog = pofile.read(path, language)
            former = catalog.creation_date
            merge(catalog, template)
            if _write(path, catalog, former, check=check):
                changed.append(path)
    return _report(changed, check=check)


def status(content: Path, *, as_json: bool = False) -> int:
    """Print how much of each language is done, counted against today's sentences."""
    rows: list[Progress] = []
    for domain in DOMAINS:
        template = build_template(content, domain)
        files = catalogue_files(content / "locales", domain.name).items()
        rows += [progress(code, pofile.read(path, code), template) for code, path in files]
    if as_json:
        print(json.dumps({"languages": msgspec.to_builtins(rows)}, ensure_ascii=False, indent=2))
    else:
        _print_tables(rows)
    return FINDINGS if any(row.flaws for row in rows) else OK


def _content_folder() -> Path:
    if given := os.environ.get("CONTENT_DIR"):
        return folder_named(given, "CONTENT_DIR")
    package = Path(bot.__file__).parent
    installed = package / "content"
    return installed if (installed / "flows").is_dir() else package.parent


def _write(path: Path, catalog: Catalog, former: datetime | str, *, check: bool = False) -> bool:
    """Write a catalogue and say so, unless nothing but its date (``former``) would change."""
    dated, catalog.creation_date = catalog.creation_date, former
    if path.exists() and pofile.render(catalog) == path.read_bytes():
        return False
    if not check:
        catalog.creation_date = dated
        unfinished = path.with_suffix(".tmp")
        unfinished.write_bytes(pofile.render(catalog))
        unfinished.replace(path)  # a running bot that reloads never sees half a file
    return True


def _report(changed: list[Path], *, check: bool = False) -> int:
    for path in changed:
        print(f"{path}: out of date" if check else f"{path}: written")
    if not changed:
        print("Everything is up to date.")
    elif check:
        print('Run "dontlookaway messages update" and commit what it writes.', file=sys.stderr)
        return FINDINGS
    return OK


def _print_tables(rows: list[Progress]) -> None:
    """One table for each domain that there is, then every flaw on a line."""
    console = Console()
    for domain in dict.fromkeys(row.domain for row in rows):
        console.print(_table(f"{domain}.po", [row for row in rows if row.domain == domain]))
    for row in rows:
        for flaw in row.flaws:
            console.print(
                f"{row.language}, {row.domain}.po, line {flaw.line},"
                f" {flaw.context or 'code'}: {flaw.message}",
                markup=False,
                highlight=False,
            )


def _table(title: str, rows: list[Progress]) -> Table:
    heads = ("Language", "", "Translated", "Fuzzy", "Missing", "Reviewed", "Flaws")
    table = Table(*heads, title=title)
    for row in rows:
        share = f"{row.translated} ({100 * row.translated // (row.total or 1)} %)"
        counts = (share, str(row.fuzzy), str(row.missing))
        reviewed = "yes" if row.reviewed else "no"
        table.add_row(
            row.language, language_name(row.language), *counts, reviewed, str(len(row.flaws))
        )
    return table
