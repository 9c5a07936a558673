"""Imported documents: list, find, add with all they hold, remove."""

import json
import sqlite3
from collections.abc import Iterable

from pocketmusec.store.database import Database
from pocketmusec.store.rows import ImportedDocument, Record

SELECT = """
SELECT d.id, d.name, d.size, d.sha256, d.pages, d.unread_pages, d.added_at,
  (SELECT count(*) FROM standards s WHERE s.document_id = d.id AND s.kind = 'standard'),
  (SELECT count(*) FROM standards s WHERE s.document_id = d.id AND s.kind = 'objective')
FROM documents d
"""


def all_documents(db: Database) -> list[ImportedDocument]:
    """Every imported document, newest first."""
    with db.reading() as reader:
        return [_document(row) for row in reader.execute(SELECT + "ORDER BY d.added_at DESC, d.rowid DESC")]


def by_id(db: Database, document_id: str) -> ImportedDocument | None:
    """The document with this id."""
    with db.reading() as reader:
        row = reader.execute(SELECT + "WHERE d.id = ?", (document_id,)).fetchone()
    return _document(row) if row else None


def by_content(db: Database, sha256: str) -> ImportedDocument | None:
    """The document that was imported from the same bytes."""
    with db.reading() as reader:
        row = reader.execute(SELECT + "WHERE d.sha256 = ?", (sha256,)).fetchone()
    return _document(row) if row else None


def add(db: Database, document: ImportedDocument, records: Iterable[Record]) -> list[str]:
    """Store a document with its records in one transaction, in place of any with the same content; returns the ids of those."""
    with db.writing() as writer:
        replaced = [row[0] for row in writer.execute("SELECT id FROM documents WHERE sha256 = ?", (document.sha256,))]
        writer.execute("DELETE FROM documents WHERE sha256 = ?", (document.sha256,))
        writer.execute(
            "INSERT INTO documents (id, name, size, sha256, pages, unread_pages, added_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                document.name,
                document.size,
                document.sha256,
                document.pages,
                json.dumps(document.unread_pages),
                document.added_at,
            ),
        )
        writer.executemany(
            "INSERT INTO standards (document_id, position, code, kind, grade, strand, strand_name, text, page)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (document.id, position, r.code, r.kind, r.grade, r.strand, r.strand_name, r.text, r.page)
                for position, r in enumerate(records)
            ),
        )
    return replaced


def remove(db: Database, document_id: str) -> bool:
    """Remove a document and its standards; False if there is none."""
    with db.writing() as writer:
        return writer.execute("DELETE FROM documents WHERE id = ?", (document_id,)).rowcount > 0


def _document(row: sqlite3.Row | tuple[object, ...]) -> ImportedDocument:
    id_, name, size, sha256, pages, unread, added_at, standards, objectives = row
    unread_pages = tuple(int(page) for page in json.loads(str(unread)))
    return ImportedDocument(
        str(id_),
        str(name),
        int(str(size)),
        str(sha256),
        int(str(pages)),
        unread_pages,
        str(added_at),
        int(str(standards)),
        int(str(objectives)),
    )
