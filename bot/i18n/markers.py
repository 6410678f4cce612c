"""Marking sentences in the code as translatable."""

from __future__ import annotations


def N_(text: str) -> str:
    """Return ``text`` unchanged; its only use is that the extractor finds the sentence.

    The words are looked up when they are said:
    ``catalogues.text(locale, None, text)``.
    """
    return text
