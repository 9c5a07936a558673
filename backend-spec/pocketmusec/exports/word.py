"""A lesson as a Word document (DOCX), with Word's own styles, so that a teacher can restyle it."""

import io
import unicodedata
from typing import TYPE_CHECKING, assert_never

from pocketmusec.exports.sheet import Block, Items, Paragraphs, Pictures, Sheet, Standards, Steps, paragraphs

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

PICTURE_WIDTH_INCHES = 5.0
PICTURE_HEIGHT_INCHES = 7.0


def write(sheet: Sheet) -> bytes:
    """The document's bytes."""
    import docx

    document = docx.Document()
    document.core_properties.title = sheet.title
    document.core_properties.author = "PocketMusec"
    _say(document.add_heading(level=0), sheet.title)
    if sheet.facts:
        _say(document.add_paragraph(style="Subtitle"), sheet.facts)
    for section in sheet.sections:
        _say(document.add_heading(level=1), section.heading)
        _add(document, section.block)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add(document: "Document", block: Block) -> None:
    match block:
        case Paragraphs(text):
            _add_text(document, text)
        case Items(items):
            for item in items:
                _say(document.add_paragraph(style="List Bullet"), "\n".join(line for lines in paragraphs(item) for line in lines))
        case Standards(entries):
            for code, text in entries:
                paragraph = document.add_paragraph(style="List Bullet")
                paragraph.add_run(code).bold = True
                _say(paragraph, f" {text}" if text else "")
        case Steps(steps):
            for step in steps:
                _say(document.add_heading(level=2), step.heading)
                _add_text(document, step.text)
        case Pictures(pictures):
            for picture in pictures:
                _add_picture(document, picture.content)
                _say(document.add_paragraph(style="Caption"), picture.name)
        case _:
            assert_never(block)


def _add_text(document: "Document", text: str) -> None:
    for lines in paragraphs(text):
        _say(document.add_paragraph(), "\n".join(lines))


def _add_picture(document: "Document", content: bytes) -> None:
    from docx.shared import Inches

    shape = document.add_picture(io.BytesIO(content))
    scale = min(Inches(PICTURE_WIDTH_INCHES) / shape.width, Inches(PICTURE_HEIGHT_INCHES) / shape.height, 1)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)


def _say(paragraph: "Paragraph", text: str) -> None:
    # add_run makes of a line end what Word calls one
    run = paragraph.add_run(text)
    if _is_right_to_left(text):
        from docx.oxml import OxmlElement

        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 # python-docx has no name for it
        properties.append(OxmlElement("w:bidi"))
        run.font.rtl = True


def _is_right_to_left(text: str) -> bool:
    # as Unicode has it: the first letter with a direction gives the paragraph's
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((direction in ("R", "AL") for direction in directions if direction in ("L", "R", "AL")), False)
