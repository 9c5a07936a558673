"""Takes from a pdfplumber page what the parser needs, and no more: text outside tables only where codes are missing."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pdfplumber.page
from pdfplumber.table import Table as Found
from pdfplumber.utils.text import extract_text

from pocketmusec.standards import codes
from pocketmusec.standards.flows import GUTTER, Box, in_flows
from pocketmusec.standards.page import PARAGRAPH_GAP, Line, Page, Row, Table

Char = dict[str, Any]

# characters further apart than this are not in one word, whatever their order in the file
JUMP = 30.0
SAME_LINE = 2.0
# so far from the upper and lower edge stand running titles and page numbers, and no texts; in points
MARGIN = 45.0
# more of the letters than this share stand turned: so does the page
TURNED = 0.6
# a picture that covers this share of a page is the page
PICTURE = 0.5
FEW_LETTERS = 60
# letters that the font has no meaning for come out as "(cid:12)"
UNKNOWN = "(cid:"
UNKNOWN_SHARE = 0.3

SCAN = ("a picture of text", "text, which text recognition (OCR) adds to a scan")
NO_MEANING = ("letters whose font does not say which they are", "text that can be copied; print the document to a new PDF")


@dataclass(frozen=True)
class RawLine:
    """Characters that follow one another in the file, until they jump."""

    text: str
    box: tuple[float, float, float, float]


def read(page: pdfplumber.page.Page, number: int) -> Page:
    """Read one page; `number` counts from 1."""
    page = upright(page)
    raw = list(paragraphs(raw_lines(page.chars)))
    text = "\n".join(line.text for line in raw)
    why = _unreadable(page, text)
    mentions = codes.mentioned(text)
    tables = [_table(found, page.chars) for found in page.find_tables()] if page.edges else []
    boxes = [box for box in tables if any(cell for row in box.thing.rows for cell in row.cells)]
    in_tables = {code for box in boxes for row in box.thing.rows for cell in row.cells for code in codes.mentioned(cell or "")}
    if boxes and in_tables.issuperset(mentions):
        outside = _headings(raw, page, boxes)
    else:
        boxes = [box for box in boxes if _holds_a_code(box.thing)]
        outside = _lines(page, boxes)
    things: list[Box[Line | Table]] = [*boxes, *outside]
    flows = in_flows(things, _is_column)
    strands = codes.strand_headings("\n".join(" ".join(line.text.split()) for line in raw))
    return Page(number, [_joined(flow) for flow in flows], mentions, strands, why)


def upright(page: pdfplumber.page.Page) -> pdfplumber.page.Page:
    """The page, or where it was printed sideways without saying so, the page turned until its letters stand."""
    if all(char["upright"] and char["matrix"][0] > 0 for char in page.chars):
        return page
    turns = [_quarter_turns(char["matrix"]) for char in page.chars]
    for turn in (1, 2, 3):
        if turns.count(turn) > TURNED * len(turns):
            sheet = page.page_obj
            sheet.rotate = (sheet.rotate + 90 * turn) % 360
            sheet.attrs["Rotate"] = sheet.rotate
            return pdfplumber.page.Page(page.pdf, sheet, page.page_number, page.initial_doctop)
    return page


def _quarter_turns(matrix: tuple[float, ...]) -> int:
    """How often a letter must be turned clockwise to stand."""
    a, b = matrix[0], matrix[1]
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 2
    return 1 if b > 0 else 3


def raw_lines(chars: Iterable[Char]) -> Iterator[RawLine]:
    """The characters in file order, with a break wherever they jump: a cheap way to see which codes a page has."""
    text: list[str] = []
    x, y = 0.0, 0.0
    x0 = top = bottom = 0.0
    for char in chars:
        if text and (abs(char["top"] - y) > SAME_LINE or not -SAME_LINE < char["x0"] - x < JUMP):
            yield RawLine("".join(text), (x0, top, x, bottom))
            text = []
        if not text:
            x0, top, bottom = char["x0"], char["top"], char["bottom"]
        elif char["x0"] - x > SAME_LINE:
            text.append(" ")
        text.append(char["text"])
        x, y = char["x1"], char["top"]
    if text:
        yield RawLine("".join(text), (x0, top, x, bottom))


def paragraphs(lines: Iterable[RawLine]) -> Iterator[RawLine]:
    """Raw lines, those together that stand in one size directly below one another, as the two of a long heading do."""
    former: RawLine | None = None
    for line in lines:
        if former is None:
            former = line
        elif _is_below(former.box, line.box):
            box = former.box[0], former.box[1], max(former.box[2], line.box[2]), line.box[3]
            former = RawLine(f"{former.text}\n{line.text}", box)
        else:
            yield former
            former = line
    if former is not None:
        yield former


def _is_below(upper: tuple[float, float, float, float], lower: tuple[float, float, float, float]) -> bool:
    height = lower[3] - lower[1]
    return abs(upper[0] - lower[0]) <= SAME_LINE and -SAME_LINE < lower[1] - upper[3] < PARAGRAPH_GAP * height


def _unreadable(page: pdfplumber.page.Page, text: str) -> tuple[str, str] | None:
    letters = len("".join(text.split()))
    if letters < FEW_LETTERS and page.images:
        area = max(image["width"] * image["height"] for image in page.images)
        if not letters or area > PICTURE * page.width * page.height:
            return SCAN
    if text.count(UNKNOWN) > UNKNOWN_SHARE * len(page.chars):
        return NO_MEANING
    return None


def _table(found: Found, chars: Sequence[Char]) -> Box[Table]:
    """The cells with their text. Faster than pdfplumber's own extract, which looks through the whole page for each row."""
    x0, top, x1, bottom = found.bbox
    inside = sorted((char for char in chars if x0 <= _middle_x(char) < x1 and top <= _middle_y(char) < bottom), key=_middle_y)
    heights = [_middle_y(char) for char in inside]
    edges = sorted({cell[0] for cell in found.cells})
    rows: list[Row] = []
    for row in found.rows:
        cells = [_cell_text(cell, inside, heights) for cell in row.cells]
        present = [cell for cell in row.cells if cell is not None]
        rows.append(Row(cells, len(edges) > 1 and len(present) == 1 and present[0][0] <= x0 + 1 and present[0][2] >= x1 - 1))
    return Box(x0, top, x1, bottom, Table(rows, tuple(edge - x0 for edge in [*edges, x1])), is_solid=True)


def _cell_text(cell: tuple[float, float, float, float] | None, inside: Sequence[Char], heights: Sequence[float]) -> str | None:
    if cell is None:
        return None
    x0, top, x1, bottom = cell
    chars = [char for char in inside[bisect_left(heights, top) : bisect_right(heights, bottom)] if x0 <= _middle_x(char) < x1]
    return extract_text(chars) if chars else ""


def _middle_x(thing: Char) -> float:
    middle: float = (thing["x0"] + thing["x1"]) / 2
    return middle


def _middle_y(thing: Char) -> float:
    middle: float = (thing["top"] + thing["bottom"]) / 2
    return middle


def _holds_a_code(table: Table) -> bool:
    return any(codes.LEADING.match(part) for row in table.rows for cell in row.cells for part in codes.BETWEEN.split(cell or ""))


def _headings(raw: Iterable[RawLine], page: pdfplumber.page.Page, tables: Sequence[Box[Table]]) -> list[Box[Line]]:
    """Of what stands outside of tables, the headings alone: a cheap look, where the tables have all codes."""
    found: list[Box[Line]] = []
    for line in raw:
        x0, top, x1, bottom = line.box
        if codes.is_heading(line.text) and not _inside((x0 + x1) / 2, (top + bottom) / 2, tables):
            found.append(Box(x0, top, x1, bottom, Line(line.text, top, bottom, bottom - top, "", _in_margin(top, bottom, page))))
    return found


def _lines(page: pdfplumber.page.Page, tables: Sequence[Box[Table]]) -> list[Box[Line]]:
    """What stands outside of tables: lines, cut where the white in them could be a gutter."""
    rest = page.filter(lambda thing: not _inside(_middle_x(thing), _middle_y(thing), tables)) if tables else page
    found: list[Box[Line]] = []
    for row in _rows(rest.extract_words(return_chars=True)):
        piece = [row[0]]
        for word in row[1:]:
            if word["x0"] - piece[-1]["x1"] >= GUTTER:
                found.append(_line(piece, page))
                piece = []
            piece.append(word)
        found.append(_line(piece, page))
    return found


def _inside(x: float, y: float, tables: Sequence[Box[Table]]) -> bool:
    return any(box.x0 <= x <= box.x1 and box.top <= y <= box.bottom for box in tables)


def _rows(words: list[Char]) -> list[list[Char]]:
    """Words whose middles are at one height, each row from left to right."""
    rows: list[list[Char]] = []
    for word in sorted(words, key=_middle_y):
        if rows and _middle_y(word) - _middle_y(rows[-1][0]) <= SAME_LINE:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: float(word["x0"])) for row in rows]


def _line(words: Sequence[Char], page: pdfplumber.page.Page) -> Box[Line]:
    top, bottom = min(word["top"] for word in words), max(word["bottom"] for word in words)
    first = words[0]["chars"][0]
    text = " ".join(word["text"] for word in words)
    line = Line(text, top, bottom, first["size"], first["fontname"], _in_margin(top, bottom, page))
    return Box(words[0]["x0"], top, words[-1]["x1"], bottom, line)


def _in_margin(top: float, bottom: float, page: pdfplumber.page.Page) -> bool:
    middle = (top + bottom) / 2 - page.bbox[1]
    return not MARGIN < middle < page.height - MARGIN


def _is_column(left: Sequence[Box[Line | Table]]) -> bool:
    """Not where codes stand left of their texts: those belong together line by line."""
    texts = [box.thing.text for box in left if isinstance(box.thing, Line) and not box.thing.in_margin]
    bare = sum(found is not None and not found.end() < len(text) for text in texts for found in [codes.LEADING.match(text)])
    return 2 * bare <= len(texts)


def _beside(left: Line, right: Line) -> bool:
    return abs(left.top + left.bottom - right.top - right.bottom) <= 2 * SAME_LINE


def _joined(flow: Sequence[Box[Line | Table]]) -> list[Line | Table]:
    """The pieces of one line together again."""
    done: list[Line | Table] = []
    for box in flow:
        last = done[-1] if done else None
        thing = box.thing
        if isinstance(thing, Line) and isinstance(last, Line) and _beside(last, thing):
            top, bottom = min(last.top, thing.top), max(last.bottom, thing.bottom)
            done[-1] = replace(last, text=f"{last.text} {thing.text}", top=top, bottom=bottom)
        else:
            done.append(thing)
    return done
