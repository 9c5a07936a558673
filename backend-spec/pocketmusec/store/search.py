"""Full-text search: the teacher's words to an FTS5 query, ranked hits with safe highlights."""

import json
import re
from dataclasses import dataclass
from typing import Any

from pocketmusec.store.database import Database

# part of a code: "K.CN", "3.pr.2.4", "CN.1"; a trailing dot is one being typed
CODE_PART = re.compile(r"[A-Za-z0-9]{1,3}(?:[.-][A-Za-z0-9]{1,3})+\.?")
# control characters that the importer strips from all texts, so that they can only mean a highlight
OPEN, CLOSE = "\x02", "\x03"

# beyond so many matches the words are everywhere, and ranking costs more than it tells: reading order
RANKED_UP_TO = 10_000
COUNT = "SELECT count(*) FROM standards_fts WHERE standards_fts MATCH :match"
COUNT_ALL = "SELECT count(*) FROM standards"
PAGE_OF_ALL = "SELECT id FROM standards ORDER BY id LIMIT :limit OFFSET :offset"
# ids ascend in reading order
IN_READING_ORDER = """
SELECT rowid FROM standards_fts WHERE standards_fts MATCH :match ORDER BY rowid LIMIT :limit OFFSET :offset
"""
# the weights are those of code, text, strand_name, facets
BY_WORDS = """
SELECT rowid FROM standards_fts WHERE standards_fts MATCH :match
ORDER BY bm25(standards_fts, 4.0, 1.0, 2.0, 0.0), rowid LIMIT :limit OFFSET :offset
"""
# the code as typed, then what is below it, then what only begins like it; codes alone are as good as each other
BY_CODE = """
SELECT s.id FROM standards_fts JOIN standards s ON s.id = standards_fts.rowid WHERE standards_fts MATCH :match
ORDER BY s.code = :code DESC, substr(s.code, 1, length(:code) + 1) = :code || '.' DESC,
  substr(s.code, 1, length(:code)) = :code DESC,
  CASE WHEN :only_codes THEN 0 ELSE bm25(standards_fts, 4.0, 1.0, 2.0, 0.0) END, s.id
LIMIT :limit OFFSET :offset
"""
ROWS = """
SELECT s.id, s.code, s.kind, s.grade, s.strand, s.strand_name, s.text, s.document_id, d.name, d.format, s.page, s.text
FROM standards s JOIN documents d ON d.id = s.document_id WHERE s.id IN (SELECT value FROM json_each(:ids))
"""
# the range is for the index; the plus keeps the list from it, which would run the whole match once for each row
HIGHLIGHTED = """
SELECT s.id, s.code, s.kind, s.grade, s.strand, s.strand_name, s.text, s.document_id, d.name, d.format, s.page,
  highlight(standards_fts, 1, :open, :close)
FROM standards_fts JOIN standards s ON s.id = standards_fts.rowid JOIN documents d ON d.id = s.document_id
WHERE standards_fts MATCH :match AND standards_fts.rowid BETWEEN :first AND :last
  AND +standards_fts.rowid IN (SELECT value FROM json_each(:ids))
"""
# DISTINCT would read the whole index; this takes one step in it for each value
GRADES = """
WITH RECURSIVE found (grade) AS (
  SELECT min(grade) FROM standards
  UNION ALL SELECT (SELECT min(grade) FROM standards WHERE grade > found.grade) FROM found WHERE found.grade IS NOT NULL
)
SELECT grade FROM found WHERE grade IS NOT NULL
"""
STRANDS = """
WITH RECURSIVE found (strand) AS (
  SELECT min(strand) FROM standards
  UNION ALL SELECT (SELECT min(strand) FROM standards WHERE strand > found.strand) FROM found WHERE found.strand IS NOT NULL
)
SELECT strand, (SELECT min(strand_name) FROM standards s WHERE s.strand = found.strand) FROM found WHERE strand IS NOT NULL
"""


@dataclass(frozen=True)
class Query:
    """What is looked for; empty strings do not narrow."""

    q: str = ""
    grade: str = ""
    strand: str = ""
    kind: str = ""
    limit: int = 20
    offset: int = 0


def find(db: Database, query: Query) -> dict[str, Any]:
    """The page of hits that `query` asks for, their total number, and all grades and strands of the library."""
    words = to_match(query.q)
    match = _with_facets(words, query)
    code, only_codes = _code_of(query.q)
    values = {"match": match, "code": code, "only_codes": only_codes, "limit": query.limit, "offset": query.offset}
    with db.reading() as reader:
        total = reader.execute(COUNT_ALL if match is None else COUNT, values).fetchone()[0]
        if match is None:
            page = PAGE_OF_ALL
        elif words is None or total > RANKED_UP_TO:
            page = IN_READING_ORDER
        else:
            page = BY_CODE if code else BY_WORDS
        ids = [row[0] for row in reader.execute(page, values)]
        values |= {
            "ids": json.dumps(ids),
            "first": min(ids, default=0),
            "last": max(ids, default=0),
            "open": OPEN,
            "close": CLOSE,
        }
        rows = {row[0]: row[1:] for row in reader.execute(ROWS if words is None else HIGHLIGHTED, values)}
        grades = [row[0] for row in reader.execute(GRADES)]
        strands = reader.execute(STRANDS).fetchall()
    return {
        "total": total,
        "hits": [_hit(rows[id_]) for id_ in ids],
        "grades": sorted(grades, key=grade_order),
        "strands": [{"code": code, "name": name} for code, name in strands],
    }


def _with_facets(words: str | None, query: Query) -> str | None:
    """The FTS5 query narrowed by grade, strand and kind; None when everything is asked for."""
    facets = (("g", query.grade), ("s", query.strand), ("k", query.kind))
    parts = [f"facets : {letter}{value.encode().hex()}" for letter, value in facets if value]
    if words is not None:
        # what a person types must not match the tokens of the facets
        parts.append(f"{{code text strand_name}} : ({words})")
    return " AND ".join(parts) or None


def _code_of(q: str) -> tuple[str, bool]:
    """The first part of a code in `q`, "" if there is none, and whether `q` holds nothing else."""
    words = q.split()
    found = [word for word in words if CODE_PART.fullmatch(word)]
    return (found[0].upper().rstrip(".") if found else ""), len(found) == len(words)


def to_match(q: str) -> str | None:
    """An FTS5 query in which every word of `q` is quoted, so that none is syntax; None when `q` holds no word."""
    terms: list[str] = []
    words = [word for word in q.split() if any(character.isalnum() for character in word)]
    for position, word in enumerate(words):
        is_last = position == len(words) - 1
        quoted = '"' + word.replace('"', '""').replace("\0", "") + '"'
        if CODE_PART.fullmatch(word):
            # the tokenizer splits codes at dots, so part of a code is a phrase within the column
            terms.append(f"code : {quoted} *")
        else:
            terms.append(f"{quoted} *" if is_last else quoted)
    return " AND ".join(terms) or None


def segments(marked: str) -> list[dict[str, Any]]:
    """Text with highlight marks as a list of plain pieces: no HTML is ever built from a document's text."""
    found: list[dict[str, Any]] = []
    for position, piece in enumerate(re.split(f"[{OPEN}{CLOSE}]", marked)):
        if piece:
            found.append({"text": piece, "match": position % 2 == 1})
    return found


def grade_order(grade: str) -> tuple[int, int, str]:
    """Kindergarten, the numbers, then the levels of high school in the order in which they are taught."""
    levels = ("PK", "K")
    later = ("N", "D", "A", "BE", "IN", "AC", "AD")
    if grade in levels:
        return 0, levels.index(grade), grade
    if grade[:1].isdigit():
        return 1, int(re.split(r"\D", grade)[0]), grade
    return 2, later.index(grade) if grade in later else len(later), grade


def _hit(row: tuple[Any, ...]) -> dict[str, Any]:
    code, kind, grade, strand, strand_name, text, document_id, document_name, document_format, page, marked = row
    return {
        "code": code,
        "kind": kind,
        "grade": grade,
        "strand": strand,
        "strand_name": strand_name,
        "text": text,
        "segments": segments(marked),
        "document_id": document_id,
        "document_name": document_name,
        "document_format": document_format,
        "page": page,
    }
