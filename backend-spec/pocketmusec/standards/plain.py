"""Reads the standards of a text, pasted or from a file: a line begins with a code, and goes on until a blank line or a code."""

from collections.abc import Generator
from itertools import groupby
from pathlib import Path
from typing import Any

from pocketmusec.standards import codes, encoding, limits
from pocketmusec.standards.page import Line, Page
from pocketmusec.standards.parse import Parser
from pocketmusec.standards.refused import TOO_COMPLEX, RefusedError

WITH_CODES = "Each should begin a line with its code, such as “K.CN.1 Sing songs”."
LINES_A_MESSAGE = 1000


def read(path: str) -> Generator[dict[str, Any], None, Parser]:
    """Tells of every thousandth line; what would be pages are lines. Raises RefusedError."""
    lines = encoding.decode(Path(path).read_bytes()).split("\n")
    parser = Parser()
    told = 0
    for is_text, numbered in groupby(enumerate(lines, 1), key=lambda pair: bool(pair[1].strip())):
        if not is_text:
            continue
        paragraph = list(numbered)
        # no gaps and one size: nothing but a code ends a sentence within a paragraph
        flow = [Line(text, at, at + 1, 1, at=at) for at, text in paragraph]
        parser.feed(Page(paragraph[0][0], [[*flow]]))
        parser.end_sentence()
        for at, text in paragraph:
            parser.feed(Page(at, mentions=codes.mentioned(text), headings=codes.strand_headings(text)))
        standards, objectives = parser.counts
        if standards + objectives > limits.MAX_RECORDS:
            raise RefusedError(*TOO_COMPLEX)
        if paragraph[-1][0] >= told + LINES_A_MESSAGE:
            told = paragraph[-1][0]
            yield {"type": "page", "page": told, "pages": len(lines), "standards": standards, "objectives": objectives}
    standards, objectives = parser.counts
    yield {"type": "page", "page": len(lines), "pages": len(lines), "standards": standards, "objectives": objectives}
    return parser
