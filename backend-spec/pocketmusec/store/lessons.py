"""Lessons in the database: versions, drafts, what they link to, and finding them again."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from pocketmusec.store.database import Database, Transaction
from pocketmusec.store.rows import LessonDraft, LessonVersion, Linked
from pocketmusec.store.search import to_match

VERSION = """
SELECT l.number, l.id, l.created_at, l.newest, v.version, v.saved_at, v.content, v.standards
FROM lessons l JOIN lesson_versions v ON v.lesson = l.number
WHERE l.id = :id AND v.version = coalesce(:version, l.newest)
"""
# the newest document's word counts when several have the code
STANDARDS = """
SELECT s.code, s.text, s.grade, s.strand FROM standards s JOIN documents d ON d.id = s.document_id
WHERE s.code IN (SELECT value FROM json_each(?)) ORDER BY d.added_at, d.rowid
"""
LISTED = """
SELECT l.id, v.content ->> '$.title', v.content ->> '$.grade',
  (SELECT coalesce(sum(value ->> '$.minutes'), 0) FROM json_each(v.content, '$.activities')),
  v.content -> '$.standards', l.newest, EXISTS (SELECT 1 FROM lesson_drafts d WHERE d.lesson = l.number), v.saved_at
"""
ALL = "FROM lessons l JOIN lesson_versions v ON v.lesson = l.number AND v.version = l.newest"
MATCHING = f"{ALL} JOIN lessons_fts ON lessons_fts.rowid = l.number WHERE lessons_fts MATCH :match"
GRADE = "AND (:grade = '' OR v.content ->> '$.grade' = :grade)"


@dataclass(frozen=True)
class LessonQuery:
    """What is looked for; empty strings do not narrow."""

    q: str = ""
    grade: str = ""
    limit: int = 50
    offset: int = 0


def find(db: Database, query: LessonQuery) -> dict[str, Any]:
    """The page of lessons that `query` asks for, best or newest first, and their total number."""
    match = to_match(query.q)
    values = {"match": match, "grade": query.grade, "limit": query.limit, "offset": query.offset}
    source = f"{ALL} WHERE 1 {GRADE}" if match is None else f"{MATCHING} {GRADE}"
    order = "" if match is None else "bm25(lessons_fts, 8.0, 4.0, 1.0), "
    with db.reading() as reader:
        total = reader.execute(f"SELECT count(*) {source}", values).fetchone()[0]
        rows = reader.execute(
            f"{LISTED} {source} ORDER BY {order} v.saved_at DESC, l.number DESC LIMIT :limit OFFSET :offset", values
        ).fetchall()
    names = ("id", "title", "grade", "minutes", "standards", "version", "has_draft", "updated_at")
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for lesson in found:
        lesson["standards"], lesson["has_draft"] = json.loads(lesson["standards"]), bool(lesson["has_draft"])
    return {"lessons": found, "total": total}


def version(tx: Transaction, lesson_id: str, number: int | None = None) -> LessonVersion | None:
    """This version of a lesson, or its newest."""
    row = tx.execute(VERSION, {"id": lesson_id, "version": number}).fetchone()
    if row is None:
        return None
    number_, id_, created_at, newest, version_, saved_at, content, linked = row
    return LessonVersion(
        number_,
        id_,
        created_at,
        newest,
        version_,
        saved_at,
        json.loads(content),
        tuple(Linked(**standard) for standard in json.loads(linked)),
    )


def versions(tx: Transaction, lesson: LessonVersion) -> list[dict[str, Any]]:
    """All versions of a lesson without their content, newest first."""
    rows = tx.execute(
        "SELECT version, saved_at, content ->> '$.title' FROM lesson_versions WHERE lesson = ? ORDER BY version DESC",
        (lesson.number,),
    )
    return [{"version": row[0], "saved_at": row[1], "title": row[2]} for row in rows]


def draft(tx: Transaction, lesson: LessonVersion) -> LessonDraft | None:
    """What was typed and not saved."""
    row = tx.execute("SELECT base_version, saved_at, content FROM lesson_drafts WHERE lesson = ?", (lesson.number,)).fetchone()
    return LessonDraft(row[0], row[1], json.loads(row[2])) if row else None


def standards(tx: Transaction, codes: list[str]) -> dict[str, Linked]:
    """What the library says now about those of `codes` that it knows."""
    return {row[0]: Linked(*row) for row in tx.execute(STANDARDS, (json.dumps(codes),))}


def add(tx: Transaction, lesson_id: str, created_at: str) -> int:
    """A lesson without versions yet; returns its number."""
    cursor = tx.execute("INSERT INTO lessons (id, newest, created_at) VALUES (?, 0, ?)", (lesson_id, created_at))
    return int(cursor.lastrowid or 0)


def add_version(tx: Transaction, number: int, saved_at: str, content: dict[str, Any], linked: list[Linked], text: str) -> None:
    """Make `content` the lesson's newest version and `text` what it is found by."""
    tx.execute("UPDATE lessons SET newest = newest + 1 WHERE number = ?", (number,))
    tx.execute(
        "INSERT INTO lesson_versions (lesson, version, saved_at, content, standards)"
        " SELECT number, newest, ?, ?, ? FROM lessons WHERE number = ?",
        (saved_at, _json(content), _json([asdict(standard) for standard in linked]), number),
    )
    tx.execute(
        "INSERT OR REPLACE INTO lessons_fts (rowid, title, code, text) VALUES (?, ?, ?, ?)",
        (number, content["title"], " ".join(content["standards"]), text),
    )
    _note_images(tx, number)


def put_draft(tx: Transaction, number: int, draft: LessonDraft) -> None:
    """Keep `draft` in place of the former one."""
    tx.execute(
        "INSERT OR REPLACE INTO lesson_drafts (lesson, base_version, saved_at, content) VALUES (?, ?, ?, ?)",
        (number, draft.base_version, draft.saved_at, _json(draft.content)),
    )
    _note_images(tx, number)


def remove_draft(tx: Transaction, number: int) -> None:
    """Forget the draft, if there is one."""
    tx.execute("DELETE FROM lesson_drafts WHERE lesson = ?", (number,))
    _note_images(tx, number)


def remove(tx: Transaction, lesson_id: str) -> bool:
    """Remove a lesson with versions and draft; False if there is none."""
    tx.execute("DELETE FROM lessons_fts WHERE rowid = (SELECT number FROM lessons WHERE id = ?)", (lesson_id,))
    return tx.execute("DELETE FROM lessons WHERE id = ?", (lesson_id,)).rowcount > 0


def known_images(tx: Transaction, ids: list[str]) -> set[str]:
    """Those of `ids` that are in the library."""
    rows = tx.execute("SELECT id FROM images WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))
    return {row[0] for row in rows}


def _note_images(tx: Transaction, number: int) -> None:
    tx.execute("DELETE FROM lesson_images WHERE lesson = ?", (number,))
    tx.execute(
        "INSERT INTO lesson_images (lesson, image) SELECT :lesson, id FROM images WHERE id IN ("
        " SELECT value FROM lesson_versions v JOIN lessons l ON l.number = v.lesson AND l.newest = v.version,"
        "  json_each(v.content, '$.images') WHERE v.lesson = :lesson"
        " UNION SELECT value FROM lesson_drafts d, json_each(d.content, '$.images') WHERE d.lesson = :lesson)",
        {"lesson": number},
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
