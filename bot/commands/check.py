"""``dontlookaway check``: every mistake in a content folder, before anybody chats.

Exit 0 when nothing was found, 1 when something was (errors or warnings), 2 on bad usage.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.check import check
from bot.check.codes import explanation
from bot.content import shipped
from bot.settings import folder_named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from bot.conversation.flows import Finding

OK: Final = 0
FINDINGS: Final = 1
BAD_USAGE: Final = 2


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``check [DIR]`` to the command line."""
    parser = subparsers.add_parser(
        "check",
        help="find mistakes in flows, translations and contacts",
        description=(
            "Find mistakes in flows, translations and contacts. Exit 1 if there are any."
            " E... is an error, W... a warning."
        ),
    )
    parser.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        type=Path,
        help="folder with flows/, locales/ and data/ (default: CONTENT_DIR, else those shipped)",
    )
    parser.add_argument(
        "--format",
        choices=("text", "json", "github"),
        default="text",
        help="text for people, one JSON document, or annotations for GitHub",
    )
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Check what :func:`register` parsed, and print what was found."""
    given = os.environ.get("CONTENT_DIR")
    folder = args.folder or (folder_named(given, "CONTENT_DIR") if given else shipped())
    if not os.path.isdir(folder):  # noqa: PTH112 - Path's fails where a name is too long
        print(f'"{folder}" is not a folder. Name one that holds flows/.', file=sys.stderr)
        return BAD_USAGE
    findings = check(folder, datetime.now(UTC).date())
    if args.format == "json":
        print(as_json(findings))
    else:
        for finding in findings:
            print(as_annotation(finding) if args.format == "github" else as_line(finding))
        print(summary(findings))
    return FINDINGS if findings else OK


def as_line(finding: Finding) -> str:
    """``file:line:column: CODE: message``, which editors and terminals can jump to."""
    place = f"{_near(finding.file)}:{finding.line}:{finding.column}"
    return f"{place}: {finding.code}: {_one_line(finding.message)}"


def as_annotation(finding: Finding) -> str:
    """A GitHub workflow command, which shows the finding beside the line.

    Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    properties = {
        "file": _near(finding.file),
        "line": finding.line,
        "col": finding.column,
        "title": finding.code,
    }
    shown = ",".join(f"{name}={_escaped(str(each))}" for name, each in properties.items())
    text = f"{finding.message} ({explanation(finding.code)})"
    message = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{_severity(finding)} {shown}::{message}"


def as_json(findings: Sequence[Finding]) -> str:
    """One document with the number of errors and warnings and every finding."""
    errors = sum(finding.is_error for finding in findings)
    document = {
        "errors": errors,
        "warnings": len(findings) - errors,
        "findings": [
            {
                "file": _near(finding.file),
                "line": finding.line,
                "column": finding.column,
                "end_line": finding.end_line or finding.line,
                "end_column": finding.end_column or finding.column,
                "code": finding.code,
                "severity": _severity(finding),
                "message": finding.message,
                "explained": explanation(finding.code),
            }
            for finding in findings
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def summary(findings: Sequence[Finding]) -> str:
    """The last line: how much was found."""
    if not findings:
        return "No mistakes found."
    errors = sum(finding.is_error for finding in findings)
    return f"{_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _severity(finding: Finding) -> str:
    return "error" if finding.is_error else "warning"


def _near(file: str) -> str:
    """A path as seen from where the command was started, where that is shorter."""
    path = Path(file).resolve()
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file


def _one_line(message: str) -> str:
    return " ".join(message.split())


def _escaped(value: str) -> str:
    for character, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        value = value.replace(character, code)
    return value
