"""Which font writes which letter in a PDF: DejaVu, which we bring; East Asian ones are only named, for the reader to have."""

import itertools
import os
from functools import cache
from xml.sax.saxutils import escape

NORMAL, BOLD = "DejaVu", "DejaVu-Bold"
FILES = {NORMAL: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf"}
JAPANESE, KOREAN, CHINESE = "HeiseiKakuGo-W5", "HYGothic-Medium", "STSong-Light"
# the first range that holds the letter decides; Han letters without kana beside them are taken for Chinese
RANGES = (
    (0x3040, 0x30FF, JAPANESE),
    (0x31F0, 0x31FF, JAPANESE),
    (0x1100, 0x11FF, KOREAN),
    (0x3130, 0x318F, KOREAN),
    (0xAC00, 0xD7AF, KOREAN),
    (0x2E80, 0x9FFF, CHINESE),
    (0xF900, 0xFAFF, CHINESE),
    (0xFF00, 0xFFEF, CHINESE),
)


@cache
def set_up() -> None:
    """Register the fonts with reportlab, once a process."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fonts")  # noqa: PTH118, PTH120, PTH100
    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, os.path.join(folder, file)))  # noqa: PTH118
    for name in (JAPANESE, KOREAN, CHINESE):
        pdfmetrics.registerFont(UnicodeCIDFont(name))


def markup(text: str, font: str = NORMAL) -> str:
    """`text` as reportlab's markup, each stretch in a font that has its letters; line ends become breaks."""
    own = _letters_of(font)
    han = JAPANESE if any(_listed(letter) == JAPANESE for letter in text) else CHINESE

    def font_of(letter: str) -> str:
        if ord(letter) in own or letter.isspace():
            return font
        listed = _listed(letter)
        return han if listed == CHINESE else listed or font

    runs = ((name, "".join(letters)) for name, letters in itertools.groupby(text, font_of))
    parts = (escape(run) if name == font else f'<font name="{name}">{escape(run)}</font>' for name, run in runs)
    return "".join(parts).replace("\n", "<br/>")


def is_east_asian(text: str) -> bool:
    """Whether lines may break between any two letters."""
    return any(_listed(letter) not in (None, KOREAN) for letter in text)


def _listed(letter: str) -> str | None:
    return next((name for first, last, name in RANGES if first <= ord(letter) <= last), None)


@cache
def _letters_of(font: str) -> frozenset[int]:
    from reportlab.pdfbase import pdfmetrics

    set_up()
    return frozenset(pdfmetrics.getFont(font).face.charToGlyph)
