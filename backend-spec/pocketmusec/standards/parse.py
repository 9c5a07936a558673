"""Turns pages into standards and objectives, carrying open sentences from row to row and from page to page."""

import re
from dataclasses import dataclass, replace

from pocketmusec.standards.codes import BETWEEN, STRAND_NAMES, Code, leading
from pocketmusec.standards.page import Line, Page, Row
from pocketmusec.store.rows import Record

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
SOFT_BREAK = re.compile("\u00ad\\n?")
# "call-and-" at a line's end is one word with what follows
HYPHEN_BREAK = re.compile(r"(?<=\w)-\n(?=\w)")
HEADER_WORDS = frozenset({"standard", "standards", "objective", "objectives", "code", "clarification", "strand", "text"})
# more space than this many line heights ends a sentence: a heading or a footer follows
PARAGRAPH_GAP = 0.9
SIZE_TOLERANCE = 0.6


@dataclass(frozen=True)
class Draft:
    """A record whose text may still grow."""

    code: Code
    text: str
    page: int


class Parser:
    """Fed page by page; `records` and `unread_pages` are right once all were fed."""

    def __init__(self) -> None:
        self._drafts: dict[str, Draft] = {}
        self._headings: dict[str, str] = {}
        self._mentions: dict[int, list[str]] = {}
        self._unreadable: list[int] = []
        # the last record of each table column: where a cell without a code goes on
        self._open: dict[int, str] = {}
        self._open_line: tuple[str, Line] | None = None

    def feed(self, page: Page) -> None:
        """Read one page. Pages must come in order."""
        if page.unreadable:
            self._unreadable.append(page.number)
        self._headings.update(page.headings)
        self._mentions[page.number] = page.mentions
        for table in page.tables:
            for row in table:
                self._row(row, page.number)
        self._open_line = None
        for line in page.lines:
            self._line(line, page.number)

    @property
    def counts(self) -> tuple[int, int]:
        """(standards, objectives) so far."""
        standards = sum(draft.code.kind == "standard" for draft in self._drafts.values())
        return standards, len(self._drafts) - standards

    def records(self) -> list[Record]:
        """All that was read, in reading order; a code without any text is not among them."""
        return [
            Record(
                str(draft.code),
                draft.code.kind,
                draft.code.grade,
                draft.code.strand,
                self._headings.get(draft.code.strand) or STRAND_NAMES.get(draft.code.strand, draft.code.strand),
                clean(draft.text),
                draft.page,
            )
            for draft in self._drafts.values()
            if clean(draft.text)
        ]

    def unread_pages(self) -> list[int]:
        """Pages with codes that are in no record, and pages that could not be read at all."""
        known = {record.code for record in self.records()}
        lost = [number for number, codes in self._mentions.items() if not known.issuperset(codes)]
        return sorted({*lost, *self._unreadable})

    def _row(self, row: Row, page: int) -> None:
        pending: str | None = None
        for column, cell in enumerate(row):
            text = (cell or "").strip()
            if not text:
                continue
            for part in BETWEEN.split(text):
                pending = self._part(part.strip(), column, page, pending)

    def _part(self, part: str, column: int, page: int, pending: str | None) -> str | None:
        """One cell, or one of several objectives in it. Returns the code that still waits for its text in the next cell."""
        found = leading(part)
        if found:
            code, text = found
            self._add(code, text, page)
            self._open[column] = str(code)
            return None if text.strip() else str(code)
        if pending is not None:
            self._grow(pending, part)
            self._open[column] = pending
        elif column in self._open and not _is_header(part):
            self._grow(self._open[column], part)
        return None

    def _line(self, line: Line, page: int) -> None:
        found = leading(line.text)
        if found:
            self._add(found[0], found[1], page)
            self._open_line = str(found[0]), line
        elif self._open_line is not None:
            code, last = self._open_line
            if _belongs(line, last):
                self._grow(code, line.text)
                self._open_line = code, line
            else:
                self._open_line = None

    def _add(self, code: Code, text: str, page: int) -> None:
        known = self._drafts.get(str(code))
        # a code that comes twice (an overview first, then the details) keeps the fuller text
        if known is None or len(clean(text)) > len(clean(known.text)):
            self._drafts[str(code)] = Draft(code, text, page)

    def _grow(self, code: str, text: str) -> None:
        draft = self._drafts[code]
        if not clean(draft.text).endswith(clean(text)):
            self._drafts[code] = replace(draft, text=f"{draft.text}\n{text}")


def clean(text: str) -> str:
    """One line without control characters; words that were divided at a line's end are whole again."""
    joined = HYPHEN_BREAK.sub("-", SOFT_BREAK.sub("", text))
    return " ".join(CONTROL.sub(" ", joined).split())


def _is_header(text: str) -> bool:
    words = re.findall(r"[a-z]+", text.lower())
    return not words or all(word in HEADER_WORDS for word in words)


def _belongs(line: Line, last: Line) -> bool:
    height = last.bottom - last.top
    gap = line.top - last.bottom
    return gap < PARAGRAPH_GAP * height and abs(line.size - last.size) < SIZE_TOLERANCE
