"""A lesson as a PDF to print or hand on: US letter, with the fonts in it."""

import io
from typing import TYPE_CHECKING, Any, assert_never

from pocketmusec.exports import letters
from pocketmusec.exports.sheet import Block, Items, Paragraphs, Pictures, Sheet, Standards, Steps, paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportlab.platypus import Flowable

INCH = 72.0
MARGIN = 0.9 * INCH
# what reportlab leaves on each side of its frame
FRAME_PADDING = 6.0
PICTURE_HEIGHT = 7 * INCH
INK, SOFT, ACCENT = "#2a2520", "#665d52", "#17594b"
# name: (font, size, leading, space before, space after, left indent, colour)
STYLES: dict[str, tuple[str, float, float, float, float, float, str]] = {
    "title": (letters.BOLD, 20, 26, 0, 2, 0, INK),
    "facts": (letters.NORMAL, 10, 14, 0, 6, 0, SOFT),
    "heading": (letters.BOLD, 13, 18, 14, 4, 0, ACCENT),
    "step": (letters.BOLD, 10.5, 15, 8, 2, 0, INK),
    "text": (letters.NORMAL, 10, 14.5, 0, 5, 0, INK),
    "item": (letters.NORMAL, 10, 14.5, 0, 3, 14, INK),
    "caption": (letters.NORMAL, 8.5, 12, 2, 10, 0, SOFT),
}


def write(sheet: Sheet) -> bytes:
    """The document's bytes."""
    from reportlab.lib.pagesizes import LETTER
    from reportlab.platypus import SimpleDocTemplate

    letters.set_up()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=LETTER,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=sheet.title,
        author="PocketMusec",
        creator="PocketMusec",
    )
    document.build(list(_story(sheet, document.width - 2 * FRAME_PADDING)), onFirstPage=_number, onLaterPages=_number)
    return out.getvalue()


def _story(sheet: Sheet, width: float) -> "Iterator[Flowable]":
    yield _paragraph("title", sheet.title)
    if sheet.facts:
        yield _paragraph("facts", sheet.facts)
    for section in sheet.sections:
        yield _paragraph("heading", section.heading)
        yield from _block(section.block, width)


def _block(block: Block, width: float) -> "Iterator[Flowable]":
    match block:
        case Paragraphs(text):
            yield from _text(text)
        case Items(items):
            for item in items:
                yield _paragraph("item", "\n".join(line for lines in paragraphs(item) for line in lines), bullet="•")
        case Standards(entries):
            for code, text in entries:
                bold = f'<font name="{letters.BOLD}">{letters.markup(code, letters.BOLD)}</font>'
                yield _paragraph("item", text, before=f"{bold}  " if text else bold, bullet="•")
        case Steps(steps):
            for step in steps:
                yield _paragraph("step", step.heading)
                yield from _text(step.text)
        case Pictures(pictures):
            for picture in pictures:
                yield _image(picture.content, width)
                yield _paragraph("caption", picture.name)
        case _:
            assert_never(block)


def _text(text: str) -> "Iterator[Flowable]":
    for lines in paragraphs(text):
        yield _paragraph("text", "\n".join(lines))


def _paragraph(style: str, text: str, *, before: str = "", bullet: str | None = None) -> "Flowable":
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    font, size, leading, space_before, space_after, indent, colour = STYLES[style]
    shape = ParagraphStyle(
        style,
        fontName=font,
        fontSize=size,
        leading=leading,
        spaceBefore=space_before,
        spaceAfter=space_after,
        leftIndent=indent,
        bulletFontName=letters.NORMAL,
        bulletFontSize=size,
        textColor=colour,
        # a heading at the foot of a page would say nothing about the next one
        keepWithNext=style in ("heading", "step"),
        wordWrap="CJK" if letters.is_east_asian(text) else None,
    )
    return Paragraph(before + letters.markup(text, font), shape, bulletText=bullet)


def _image(content: bytes, width: float) -> "Flowable":
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Image

    across, down = ImageReader(io.BytesIO(content)).getSize()
    # at 150 dots an inch a small picture stays small, and a large one fills the width
    scale = min(width / across, PICTURE_HEIGHT / down, INCH / 150)
    return Image(io.BytesIO(content), across * scale, down * scale, hAlign="LEFT")


def _number(canvas: Any, document: Any) -> None:  # noqa: ANN401 # reportlab is not typed
    canvas.saveState()
    canvas.setFont(letters.NORMAL, 8)
    canvas.setFillColor(SOFT)
    canvas.drawCentredString(document.pagesize[0] / 2, MARGIN / 2, str(document.page))
    canvas.restoreState()
