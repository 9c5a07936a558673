"""Turns pages into standards and objectives, carrying open sentences from row to row, column to column and page to page."""

import re
from dataclasses import dataclass, field

from pocketmusec.standards import codes
from pocketmusec.standards.codes import BETWEEN, STRAND_NAMES, Code, leading
from pocketmusec.standards.page import PARAGRAPH_GAP, Flow, Line, Page, Row, Table
from pocketmusec.store.rows import Record, Unread

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
SOFT_BREAK = re.compile("\u00ad\\n?")
# "call-and-" at a line's end is one word with what follows
HYPHEN_BREAK = re.compile(r"(?<=\w)-\n(?=\w)")
HEADER_WORDS = frozenset({"standard", "standards", "objective", "objectives", "code", "clarification", "strand", "text"})
SIZE_TOLERANCE = 0.6
EDGE_TOLERANCE = 3.0
# a sentence that ends so is not carried over to the next column or page
SENTENCE_END = (".", "!", "?", ":", ";", ".”", '."', ".)")
# a code after these words, or in parentheses, is one that the sentence speaks of
SPEAKS_OF = re.compile(
    r"(?:\b(?:see|also|and|or|with|to|of|in|from|by|for|as|than|the|standards?|objectives?)|[,(/&–—-])\s*$", re.IGNORECASE
)
# so many lines below the text of a page may be its footer, and the sentence still goes on on the next
FOOTER_LINES = 2
NAMED_CODES = 5
WITH_TEXT = "a text beside or below each code"


@dataclass
class Draft:
    """A record whose text may still grow."""

    code: Code
    page: int
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What stands there so far; "" where only other codes are listed."""
        text = clean("\n".join(self.pieces))
        return text if re.search(r"\w", codes.CODE.sub("", text)) else ""


@dataclass
class OpenTable:
    """The table that is being read, or that the last page or column ended with: the next may begin with the rest of it."""

    edges: tuple[float, ...]
    # rows above the first code, which the next page may repeat
    header: list[list[str]] = field(default_factory=list)
    # by column: where a cell without a code goes on
    cells: dict[int, Draft] = field(default_factory=dict)
    # a code whose text has not come yet
    pending: Draft | None = None
    ends_whole: bool = False


class Parser:
    """Fed page by page; `records` and `unread` are right once all were fed."""

    def __init__(self) -> None:
        self._drafts: dict[str, list[Draft]] = {}
        self._strands: dict[str, str] = {}
        self._mentions: dict[int, list[str]] = {}
        self._unreadable: list[Unread] = []
        # the newest heading, which the next page may repeat, and the newest grade in one
        self._heading = ""
        # what the last page began and ended with: running titles, if this one does so too
        self._edges: set[str] = set()
        self._heading_grade = ""
        self._has_grades = False
        self._last_line: Line | None = None
        self._table: OpenTable | None = None
        self._sentence: tuple[Draft, Line] | None = None
        # lines since then that do not belong to it
        self._passed = 0

    def feed(self, page: Page) -> None:
        """Read one page. Pages must come in order."""
        if page.unreadable:
            self._unreadable.append(Unread(page.number, *page.unreadable))
        self._strands.update(page.headings)
        self._mentions[page.number] = page.mentions
        for flow in page.flows:
            self._flow(flow, page.number)
        lines = [clean(thing.text) for flow in page.flows for thing in flow if isinstance(thing, Line)]
        self._edges = {*lines[:FOOTER_LINES], *lines[-FOOTER_LINES:]}

    def end_sentence(self) -> None:
        """What comes next does not belong to what came last."""
        self._sentence = None

    @property
    def counts(self) -> tuple[int, int]:
        """(standards, objectives) so far."""
        standards = sum(drafts[0].code.kind == "standard" for drafts in self._drafts.values())
        return standards, len(self._drafts) - standards

    def records(self) -> list[Record]:
        """All that was read, in reading order; a code without any text is not among them."""
        # a code that comes twice (an overview first, then the details) keeps the fuller text
        fullest = [max(drafts, key=lambda draft: len(draft.text)) for drafts in self._drafts.values()]
        return [
            Record(
                str(draft.code),
                draft.code.kind,
                draft.code.grade,
                draft.code.strand,
                self._strands.get(draft.code.strand) or STRAND_NAMES.get(draft.code.strand, draft.code.strand),
                draft.text,
                draft.page,
            )
            for draft in fullest
            if draft.text
        ]

    def unread(self) -> list[Unread]:
        """Pages with codes that are in no record, and pages that could not be read at all."""
        records = self.records()
        known = {record.code for record in records}
        if not self._has_grades:
            known |= {record.code.partition(".")[2] for record in records}
        found = list(self._unreadable)
        for number, mentions in self._mentions.items():
            lost = list(dict.fromkeys(code for code in mentions if code not in known))
            if lost:
                more = f" and {len(lost) - NAMED_CODES} more" if len(lost) > NAMED_CODES else ""
                found.append(Unread(number, f"{', '.join(lost[:NAMED_CODES])}{more} without a text", WITH_TEXT))
        return sorted(found, key=lambda unread: unread.at)

    @property
    def _grade(self) -> str:
        """The grade for codes that come without one; none in a document whose codes have theirs."""
        return "" if self._has_grades else self._heading_grade

    def _flow(self, flow: Flow, page: int) -> None:
        is_first = True
        self._last_line = None
        for thing in flow:
            if isinstance(thing, Table):
                self._sentence = self._last_line = None
                self._read_table(thing, page, is_first=is_first)
                is_first = False
            elif not self._is_again(thing):
                self._line(thing, page, is_first=is_first)
                self._table = None
                is_first = False
        if self._sentence and self._sentence[0].text.endswith(SENTENCE_END):
            self._sentence = None

    def _is_again(self, line: Line) -> bool:
        """Whether it is a running title, a page number, or the heading that we are below already."""
        text = clean(line.text)
        return text == self._heading or line.in_margin or (text in self._edges and not codes.is_heading(text))

    def _read_table(self, table: Table, page: int, *, is_first: bool) -> None:
        former = self._table
        goes_on = is_first and former is not None and _same_edges(former.edges, table.edges)
        opened = former if goes_on and former is not None else OpenTable(table.edges)
        self._table = opened
        in_header = True
        for row in table.rows:
            in_header = in_header and not _has_code(row, self._grade)
            if in_header and goes_on and _words(row) in opened.header:
                continue
            if in_header and not goes_on:
                opened.header.append(_words(row))
            self._row(row, opened, page, goes_on=in_header and goes_on)

    def _row(self, row: Row, table: OpenTable, page: int, *, goes_on: bool) -> None:
        texts = [(cell or "").strip() for cell in row.cells]
        filled = [text for text in texts if text]
        has_code = _has_code(row, self._grade)
        is_rest = goes_on and table.ends_whole
        if len(filled) == 1 and not has_code and not is_rest and (row.is_whole or codes.is_heading(filled[0])):
            self._note_heading(filled[0])
            table.cells.clear()
            return
        pending = None if has_code else table.pending
        for column, text in enumerate(texts):
            if text:
                for nth, part in enumerate(BETWEEN.split(text)):
                    is_new = nth == 0 and not goes_on
                    pending = self._part(part.strip(), column, table.cells, page, pending, is_new=is_new)
        table.pending = pending
        table.ends_whole = row.is_whole

    def _part(
        self, part: str, column: int, cells: dict[int, Draft], page: int, pending: Draft | None, *, is_new: bool
    ) -> Draft | None:
        """One cell, or one of several objectives in it. Returns the draft that still waits for its text in the next cell."""
        found = None if not is_new and column in cells and _speaks_of(cells[column]) else self._leading(part)
        if found:
            code, text = found
            cells[column] = self._add(code, text, page)
            return None if text.strip() else cells[column]
        if pending is not None:
            pending.pieces.append(part)
            cells[column] = pending
        elif column in cells and not _is_header(part):
            cells[column].pieces.append(part)
        return None

    def _line(self, line: Line, page: int, *, is_first: bool) -> None:
        draft, last = self._sentence or (None, line)
        goes_on = draft is not None and (_same_style(line, last) if is_first else not self._passed and _belongs(line, last))
        found = None if draft is not None and goes_on and _speaks_of(draft) else self._leading(line.text)
        if found:
            self._sentence, self._passed = (self._add(*found, line.at or page), line), 0
            return
        if draft is not None and goes_on:
            draft.pieces.append(line.text)
            self._sentence, self._passed = (draft, line), 0
            return
        self._passed += 1
        if self._passed > FOOTER_LINES:
            self._sentence = None
        upper, self._last_line = self._last_line, line
        # a heading in two lines
        is_second = upper is not None and not is_first and _belongs(line, upper)
        self._note_heading(f"{upper.text}\n{line.text}" if upper is not None and is_second else line.text)

    def _note_heading(self, text: str) -> None:
        if codes.is_heading(text):
            self._heading = clean(text)
        for line in (clean(text), *text.splitlines()):
            self._heading_grade = codes.grade_heading(line) or self._heading_grade

    def _leading(self, text: str) -> tuple[Code, str] | None:
        found = leading(text, self._grade)
        self._has_grades = self._has_grades or (found is not None and leading(text) is not None)
        return found

    def _add(self, code: Code, text: str, page: int) -> Draft:
        draft = Draft(code, page, [text])
        self._drafts.setdefault(str(code), []).append(draft)
        return draft


def clean(text: str) -> str:
    """One line without control characters; words that were divided at a line's end are whole again."""
    joined = HYPHEN_BREAK.sub("-", SOFT_BREAK.sub("", text))
    return " ".join(CONTROL.sub(" ", joined).split())


def _speaks_of(draft: Draft) -> bool:
    """Whether a code that follows is part of the sentence."""
    text = draft.pieces[-1]
    return SPEAKS_OF.search(text) is not None or text.count("(") > text.count(")")


def _words(row: Row) -> list[str]:
    return [clean(cell or "") for cell in row.cells]


def _has_code(row: Row, grade: str) -> bool:
    return any(leading(part, grade) for cell in row.cells for part in BETWEEN.split(cell or ""))


def _same_edges(former: tuple[float, ...], edges: tuple[float, ...]) -> bool:
    return len(former) == len(edges) and all(abs(a - b) <= EDGE_TOLERANCE for a, b in zip(former, edges, strict=True))


def _is_header(text: str) -> bool:
    words = re.findall(r"[a-z]+", text.lower())
    return not words or all(word in HEADER_WORDS for word in words)


def _same_style(line: Line, last: Line) -> bool:
    return abs(line.size - last.size) < SIZE_TOLERANCE and line.font == last.font


def _belongs(line: Line, last: Line) -> bool:
    height = last.bottom - last.top
    gap = line.top - last.bottom
    return gap < PARAGRAPH_GAP * height and abs(line.size - last.size) < SIZE_TOLERANCE
