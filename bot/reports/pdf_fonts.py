"""The typeface of a PDF, cut to the letters that it needs before fpdf2 reads it.

fpdf2 spends a tenth of a second on thousands of glyphs that no report uses; HarfBuzz cuts a font
in less than a millisecond.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import uharfbuzz as hb
from fpdf.enums import TextDirection
from fpdf.fonts import HarfBuzzFont, TTFFont

if TYPE_CHECKING:
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


def add_fonts(pdf: FPDF, letters: str) -> None:
    """Make the typeface known to a document in which no other letters than these will stand."""
    for style in _FILES:
        font = _CutFont(pdf, style, set(map(ord, letters)))
        pdf.fonts[font.fontkey] = font


class _CutFont(TTFFont):
    """A font in memory, as fpdf2 makes one of a file."""

    def __init__(self, pdf: FPDF, style: str, code_points: set[int]) -> None:
        kept = hb.SubsetInput()
        kept.unicode_set.update(code_points)
        face = hb.subset(_face(style), kept)
        file: Any = BytesIO(face.blob.data)
        super().__init__(pdf, file, FAMILY + style, style)
        self._hbfont = HarfBuzzFont(face)

    def get_text_width(
        self, text: str, font_size_pt: float, text_shaping_params: dict[str, Any] | None
    ) -> tuple[int, float]:
        """The sum of the letters' widths, where letters do not change with their neighbours.

        It is asked for again with each letter that a line grows by, and shaping is slow. Kerning,
        which this leaves out, changes a line by a hair's breadth.
        """
        joins = text_shaping_params and (
            text_shaping_params["fragment_direction"] is TextDirection.RTL
        )
        shaping = text_shaping_params if joins and len(text) > 1 else None
        return super().get_text_width(text, font_size_pt, shaping)
