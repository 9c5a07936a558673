"""Takes from a pdfplumber page what the parser needs, and no more: text outside tables only where codes are missing."""

from collections.abc import Iterable
from typing import Any

import pdfplumber.page

from pocketmusec.standards.codes import mentioned, strand_headings
from pocketmusec.standards.page import Line, Page, Row

# characters further apart than this are not in one word, whatever their order in the file
JUMP = 30.0
SAME_LINE = 2.0


def read(page: pdfplumber.page.Page, number: int) -> Page:
    """Read one page; `number` counts from 1."""
    raw = raw_text(page.chars)
    mentions = mentioned(raw)
    tables: list[list[Row]] = []
    boxes: list[tuple[float, float, float, float]] = []
    for table in page.find_tables() if page.edges else []:
        boxes.append(table.bbox)
        tables.append(table.extract())
    in_tables = {code for table in tables for row in table for cell in row for code in mentioned(cell or "")}
    lines = [] if in_tables.issuperset(mentions) else _lines(page, boxes)
    return Page(
        number,
        tables,
        lines,
        mentions,
        strand_headings(raw),
        # a scan: a picture instead of text
        unreadable=not raw.strip() and bool(page.images),
    )


def raw_text(chars: Iterable[dict[str, Any]]) -> str:
    """The characters in file order, with a break wherever they jump: a cheap way to see which codes a page has."""
    found: list[str] = []
    x, y = 0.0, 0.0
    for char in chars:
        if abs(char["top"] - y) > SAME_LINE or not -SAME_LINE < char["x0"] - x < JUMP:
            found.append("\n")
        found.append(char["text"])
        x, y = char["x1"], char["top"]
    return "".join(found)


def _lines(page: pdfplumber.page.Page, boxes: list[tuple[float, float, float, float]]) -> list[Line]:
    def outside(thing: dict[str, Any]) -> bool:
        x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in boxes)

    rest = page.filter(outside) if boxes else page
    return [
        Line(line["text"], line["top"], line["bottom"], line["chars"][0]["size"])
        for line in rest.extract_text_lines(return_chars=True)
    ]
