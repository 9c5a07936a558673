"""Full-text search: the teacher's words to an FTS5 query, ranked hits with safe highlights."""

import re
from dataclasses import dataclass
from typing import Any

from pocketmusec.store.database import Database

# part of a code: "K.CN", "3.pr.2.4", "CN.1"; a trailing dot is one being typed
CODE_PART = re.compile(r"[A-Za-z0-9]{1,3}(?:[.-][A-Za-z0-9]{1,3})+\.?")
# control characters that the importer strips from all texts, so that they can only mean a highlight
OPEN, CLOSE = "\x02", "\x03"

COLUMNS = "s.code, s.kind, s.grade, s.strand, s.strand_name, s.text, s.document_id, d.name AS document_name, s.page"
FILTER = """
  AND (:grade = '' OR s.grade = :grade) AND (:strand = '' OR s.strand = :strand) AND (:kind = '' OR s.kind = :kind)
"""
MATCHING = """
FROM standards_fts JOIN standards s ON s.id = standards_fts.rowid JOIN documents d ON d.id = s.document_id
WHERE standards_fts MATCH :match
"""
ALL = "FROM standards s JOIN documents d ON d.id = s.document_id WHERE 1"


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
    match = to_match(query.q)
    values = {
        "match": match,
        "exact": query.q.strip().upper(),
        "grade": query.grade,
        "strand": query.strand,
        "kind": query.kind,
        "limit": query.limit,
        "offset": query.offset,
    }
    if match is None:
        source, text, order = ALL, "s.text", "d.added_at DESC, d.id, s.position"
    else:
        source, text = MATCHING, f"highlight(standards_fts, 1, '{OPEN}', '{CLOSE}')"
        # a code typed whole comes first, then what begins with it; codes alone keep the order of the page
        relevance = "NULL" if all(CODE_PART.fullmatch(word) for word in query.q.split()) else "bm25(standards_fts, 4.0, 1.0, 2.0)"
        order = (
            "s.code = :exact DESC, substr(s.code, 1, length(:exact)) = :exact DESC,"
            f" {relevance}, d.added_at DESC, d.id, s.position"
        )
    with db.reading() as reader:
        total = reader.execute(f"SELECT count(*) {source} {FILTER}", values).fetchone()[0]
        rows = reader.execute(
            f"SELECT {COLUMNS}, {text} {source} {FILTER} ORDER BY {order} LIMIT :limit OFFSET :offset",
            values,
        ).fetchall()
        grades = [row[0] for row in reader.execute("SELECT DISTINCT grade FROM standards")]
        strands = reader.execute("SELECT strand, min(strand_name) FROM standards GROUP BY strand ORDER BY strand").fetchall()
    return {
        "total": total,
        "hits": [_hit(row) for row in rows],
        "grades": sorted(grades, key=grade_order),
        "strands": [{"code": code, "name": name} for code, name in strands],
    }


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
    code, kind, grade, strand, strand_name, text, document_id, document_name, page, marked = row
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
        "page": page,
    }
