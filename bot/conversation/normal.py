"""One spelling for comparing what people type, whatever their keyboard."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(
    # Scripts written without spaces are taken letter by letter; the others word by word.
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|"
    r"[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)
_ONE_SPELLING = str.maketrans("łøđıґةىیک", "lodiгهييك", "\u0640")
"""Letters that people type in two ways, though Unicode does not take them apart: without their
stroke, or in Arabic by the end of the word or the keyboard. The sign that draws Arabic words out
is left out."""
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = re.compile(r"['’ʼ`´]")


def fold(text: str) -> str:
    """Lower case, without accents and apostrophes, full-width letters made plain."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
        text = text.casefold().translate(_ONE_SPELLING)
    return _APOSTROPHES.sub("", text.casefold())


def clean(text: str) -> str:
    """What was typed without what cannot be stored or shown: control signs, halves of letters."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def words(text: str) -> tuple[str, ...]:
    """The words of a text in the spelling of :func:`fold`, "heeelp" as "help"."""
    return tuple(_WORD.findall(_DRAWN_OUT.sub(r"\1", fold(text))))


@lru_cache(maxsize=4096)
def readings(label: str) -> tuple[str, tuple[str, ...]]:
    """How a button's label may be typed: as it stands, or without the sign in front."""
    # Labels only: what people write is not kept.
    return fold(label), words(label)
