"""The page that opens a mail with a report in it, since Telegram opens no ``mailto:`` link.

Everything about the mail stands in the address after ``#``, which the browser keeps to itself: the
server learns neither the report nor to whom it goes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.i18n.catalogues import Catalogues, direction
from bot.i18n.markers import N_

PATH: Final = "/mail"

_FILES: Final = Path(__file__).parent / "mail"
_TYPES: Final = {"mail.css": "text/css", "mail.js": "text/javascript"}
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:;"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_WORDS: Final = {
    "title": N_("Your mail is ready"),
    "how": N_(
        "Your mail program opens with your report in it. Read it through; it goes only when you"
        " press send there."
    ),
    "to": N_("To:"),
    "open": N_("Open the mail"),
    "cut": N_("Your report is too long to fit. Its end is missing: paste it from the chat."),
    "seen": N_("They will see your e-mail address. To stay unknown, call or use a form instead."),
    "otherwise": N_("Nothing opens?"),
    "copy_address": N_("Copy the address"),
    "copy_text": N_("Copy the text"),
    "copied": N_("Copied"),
    "nothing": N_("There is no mail here"),
    "again": N_("Please go back to the chat and press the button there."),
}


def add_mail_page(app: web.Application, catalogues: Callable[[], Catalogues]) -> None:
    """Serve :data:`PATH` and its files, in every language that the bot speaks at the moment."""
    frame = (_FILES / "index.html").read_text("utf-8")
    _add(app, PATH, lambda: frame.replace("{words}", _words(catalogues())), "text/html")
    for name, media_type in _TYPES.items():
        text = (_FILES / name).read_text("utf-8")
        _add(app, f"{PATH}/{name}", text.__str__, media_type)


def _words(catalogues: Catalogues) -> str:
    """What the page says, as JSON that can stand inside HTML."""
    words = {
        language: {name: catalogues.text(language, None, word) for name, word in _WORDS.items()}
        | {"direction": direction(language)}
        for language in catalogues.languages
    }
    return json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")


def _add(app: web.Application, path: str, text: Callable[[], str], media_type: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text(), content_type=media_type, headers=_HEADERS)

    app.router.add_get(path, answer)
