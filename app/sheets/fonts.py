"""The letters on paper: a free typeface with Latin, Greek and Cyrillic, so that names print as they are written."""

from functools import cache
from pathlib import Path

import font_source_sans_pro
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD = "Sheet", "Sheet-Bold"
_FILES = {PLAIN: "SourceSansPro-Regular.ttf", BOLD: "SourceSansPro-Semibold.ttf"}
#: Stands for a letter that the typeface does not have.
_UNKNOWN = "\u25a1"


@cache
def prepare_fonts() -> None:
    """Make them known to the library, once a process."""
    folder = Path(font_source_sans_pro.font_directory)
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, folder / file))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)


def printable(text: str) -> str:
    """The text with a box for each letter that the typeface does not have."""
    known = pdfmetrics.getFont(PLAIN).face.charToGlyph
    return "".join(letter if letter == "\n" or ord(letter) in known else _UNKNOWN for letter in text)
