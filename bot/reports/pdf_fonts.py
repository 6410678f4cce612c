"""The typeface of a PDF, cut to the letters that it needs before fpdf2 reads it.

fpdf2 spends many milliseconds on thousands of glyphs that no report uses; HarfBuzz cuts a font in
less than one.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import uharfbuzz as hb
from fpdf.fonts import HarfBuzzFont, TTFFont

if TYPE_CHECKING:
    from collections.abc import Callable

    from fpdf import FPDF

FAMILY: Final = "dejavu sans"
_FOLDER: Final = Path(__file__).parent / "fonts"
_FILES: Final = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}


@cache
def _face(style: str) -> hb.Face:
    return hb.Face(hb.Blob.from_file_path(str(_FOLDER / _FILES[style])))


@cache
def glyphs() -> frozenset[int]:
    """The code points that the typeface can show."""
    return frozenset(_face("").unicodes) & frozenset(_face("B").unicodes)


def add_fonts(pdf: FPDF, letters: str) -> Callable[[str], float]:
    """Make the typeface known to a document in which no other letters than these will stand.

    Gives a function that measures a text, in the document's unit, as the font set last draws it.
    """
    fonts = {}
    for style in _FILES:
        fonts[style] = font = _CutFont(pdf, style, set(map(ord, letters)))
        pdf.fonts[font.fontkey] = font  # before the next one is made, which counts them
    return lambda text: fonts[pdf.font_style].width(text) * pdf.font_size


class _CutFont(TTFFont):
    """A font in memory, as fpdf2 makes one of a file."""

    def __init__(self, pdf: FPDF, style: str, code_points: set[int]) -> None:
        kept = hb.SubsetInput()
        kept.unicode_set.update(code_points)
        face = hb.subset(_face(style), kept)
        file: Any = BytesIO(face.blob.data)
        super().__init__(pdf, file, FAMILY + style, style)
        self._hbfont = HarfBuzzFont(face)
        self._widths: dict[str, float] = {}

    def width(self, text: str) -> float:
        """How wide a text is as it is drawn, in parts of the size of the font."""
        if text not in self._widths:
            self._widths[text] = self.shaped_text_width(text, 1, {"features": {}})[1]
        return self._widths[text]
