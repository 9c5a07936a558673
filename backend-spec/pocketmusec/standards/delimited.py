"""Reads the standards of a table in a text file (CSV): any usual delimiter, with column names or without."""

import csv
import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pocketmusec.standards import codes, encoding, limits
from pocketmusec.standards.codes import STRAND_NAMES, Code
from pocketmusec.standards.parse import clean
from pocketmusec.standards.refused import A_CODE, TOO_COMPLEX, RefusedError, bad_line, no_standards
from pocketmusec.store.rows import Record, Unread

DELIMITERS = (",", ";", "\t", "|")
# what columns are called, best first, without spaces and signs
NAMES: dict[str, tuple[str, ...]] = {
    "code": ("code", "standardcode", "objectivecode", "codes", "id", "standardid", "identifier", "number", "standardnumber"),
    "text": ("text", "description", "fullstatement", "statement", "standardtext", "wording", "objective", "standard", "title"),
    "grade": ("grade", "gradelevel", "grades", "level", "educationlevel"),
    "strand_name": ("strandname", "strand", "domain", "category", "strandtitle"),
}
LINES_A_MESSAGE = 1000
# by so many rows the columns are told apart where names do not
LOOKED_AT = 50
# a table with more lines that cannot be read is not one of standards
MAX_UNREAD = 500
SHOWN = 40
WITH_COLUMNS = "It should be a table with a column of codes, such as K.CN.1, and a column of texts."


@dataclass(frozen=True)
class Columns:
    """Where things are, counted from 0; None for what the table does not have."""

    code: int
    text: int | None
    grade: int | None = None
    strand_name: int | None = None


Numbered = tuple[int, list[str]]


def read(path: str) -> Generator[dict[str, Any], None, tuple[list[Record], list[Unread]]]:
    """Tells of every thousandth line; what would be pages are lines. Raises RefusedError, which names the line."""
    text = encoding.decode(Path(path).read_bytes())
    lines = text.count("\n") + 1
    rows = list(_rows(text, _delimiter(text)))
    columns, has_names = _columns(rows)
    records: dict[str, Record] = {}
    unread: list[Unread] = []
    told = 0
    for at, row in rows[1:] if has_names else rows:
        found = _record(at, row, columns)
        if isinstance(found, Record):
            known = records.setdefault(found.code, found)
            if known.text != found.text:
                unread.append(Unread(at, f"{found.code} a second time (first in line {known.page})", "each code once"))
        elif found is not None:
            unread.append(found)
        if len(unread) > MAX_UNREAD:
            raise bad_line(unread[0], f" There are over {MAX_UNREAD} lines that cannot be read.")
        if len(records) > limits.MAX_RECORDS:
            raise RefusedError(*TOO_COMPLEX)
        if at >= told + LINES_A_MESSAGE:
            told = at
            yield _progress(at, lines, records)
    if not records:
        raise bad_line(unread[0]) if unread else no_standards(WITH_COLUMNS)
    yield _progress(lines, lines, records)
    return list(records.values()), unread


def _progress(line: int, lines: int, records: dict[str, Record]) -> dict[str, Any]:
    standards = sum(record.kind == "standard" for record in records.values())
    return {"type": "page", "page": line, "pages": lines, "standards": standards, "objectives": len(records) - standards}


def _rows(text: str, delimiter: str) -> Iterator[Numbered]:
    """Each row that is not blank, with the number of its first line."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, skipinitialspace=True, strict=True)
    at = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise bad_line(Unread(at, *_complaint(error))) from error
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield at, row
        at = reader.line_num + 1


def _complaint(error: csv.Error) -> tuple[str, str]:
    words = str(error)
    if "field larger" in words:
        return f"a cell of more than {csv.field_size_limit():,} characters", "less"
    if "unexpected end" in words:
        return "a quotation mark that is never closed", 'a closing one, and two ("") where a text holds one itself'
    return "more after a closing quotation mark", 'a delimiter there, and two ("") where a text holds one itself'


def _delimiter(text: str) -> str:
    """The one that gives names of columns we know, else the one that puts most codes into a cell of their own."""

    def score(delimiter: str) -> tuple[bool, int, int]:
        try:
            head = list(csv.reader(text.split("\n", LOOKED_AT)[:LOOKED_AT], delimiter=delimiter, skipinitialspace=True))
        except csv.Error:
            return False, 0, 0
        names = {_name(cell) for cell in (head[0] if head else [])}
        alone = sum(any(_full_code(cell) for cell in row) for row in head if len(row) > 1)
        return len(names & {"code", "text"}) > 1, alone, sum(len(row) > 1 for row in head)

    return max(DELIMITERS, key=score)


def _columns(rows: Sequence[Numbered]) -> tuple[Columns, bool]:
    """Where the columns are, and whether the first row names them."""
    if not rows:
        raise no_standards(WITH_COLUMNS)
    at, first = rows[0]
    named = _named(first)
    has_names = len(named) > 1 and not any(_full_code(cell) for cell in first)
    body = [row for _, row in (rows[1:] if has_names else rows)[:LOOKED_AT]]
    code = named.get("code") if has_names else None
    if code is None:
        code = _column_of_codes(body)
    if code is None:
        cells = ", ".join(f"“{cell.strip()[:SHOWN]}”" for cell in first[:4])
        raise bad_line(Unread(at, cells, f"a table with {A_CODE} in one column and its text in another"))
    # a row above the codes that names nothing we know still is no standard
    has_names = has_names or (len(rows) > 1 and not codes.leading(_cell(first, code)))
    taken: set[int | None] = {code, named.get("grade"), named.get("strand_name")} if has_names else {code}
    text = named.get("text") if has_names and named.get("text") != code else None
    text = _longest_column(body, taken) if text is None else text
    if has_names:
        return Columns(code, text, named.get("grade"), named.get("strand_name")), True
    return Columns(code, text), False


def _named(row: Sequence[str]) -> dict[str, int]:
    """The columns that have a name we know; the best one where two could be meant."""
    names = [re.sub(r"[^a-z]", "", cell.casefold()) for cell in row]
    found: dict[str, int] = {}
    for column, known in NAMES.items():
        places = [names.index(name) for name in known if name in names and names.index(name) not in found.values()]
        if places:
            found[column] = places[0]
    return found


def _name(cell: str) -> str | None:
    name = re.sub(r"[^a-z]", "", cell.casefold())
    return next((column for column, known in NAMES.items() if name in known), None)


def _column_of_codes(body: Sequence[Sequence[str]]) -> int | None:
    width = max((len(row) for row in body), default=0)
    counts = [sum(codes.leading(_cell(row, column)) is not None for row in body) for column in range(width)]
    return counts.index(max(counts)) if any(counts) else None


def _longest_column(body: Sequence[Sequence[str]], taken: set[int | None]) -> int | None:
    width = max((len(row) for row in body), default=0)
    free = [column for column in range(width) if column not in taken]
    return max(free, key=lambda column: sum(len(_cell(row, column)) for row in body), default=None)


def _record(at: int, row: Sequence[str], columns: Columns) -> Record | Unread | None:
    """The row's record, or why there is none; None for a row with nothing in the columns that we read."""
    grade_cell = clean(_cell(row, columns.grade))
    grade = codes.grade_heading(grade_cell) or grade_cell.upper()
    code_cell, text = clean(_cell(row, columns.code)), clean(_cell(row, columns.text))
    if not code_cell and not text:
        return None
    found = codes.leading(code_cell, grade if codes.is_grade(grade) else "")
    if found is None:
        return Unread(at, f"“{code_cell[:SHOWN]}” in the column of codes" if code_cell else "no code", A_CODE)
    code, rest = found
    text = clean(f"{rest} {text}")
    if not text:
        return Unread(at, f"{code} without a text", "a text in the column beside it")
    strand_name = _strand_name(code, clean(_cell(row, columns.strand_name)))
    return Record(str(code), code.kind, code.grade, code.strand, strand_name, text, at)


def _strand_name(code: Code, given: str) -> str:
    named = codes.strand_headings(given).get(code.strand)
    if named or not given or given == code.strand:
        return named or STRAND_NAMES.get(code.strand, code.strand)
    return given


def _full_code(cell: str) -> bool:
    found = codes.leading(cell)
    return found is not None and not found[1]


def _cell(row: Sequence[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""
