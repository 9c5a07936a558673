"""Imported documents: list, find, add with all they hold, remove."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict

from pocketmusec.store.database import Database
from pocketmusec.store.rows import ImportedDocument, Record, Unread

SELECT = """
SELECT d.id, d.name, d.format, d.size, d.sha256, d.pages, d.unread, d.added_at,
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


def add(db: Database, document: ImportedDocument, records: Sequence[Record]) -> list[str]:
    """Store a document with its records in one transaction, in place of any with the same content; returns the ids of those."""
    with db.writing() as writer:
        replaced = [row[0] for row in writer.execute("SELECT id FROM documents WHERE sha256 = ?", (document.sha256,))]
        writer.execute("DELETE FROM documents WHERE sha256 = ?", (document.sha256,))
        writer.execute(
            "INSERT INTO documents (id, name, format, size, sha256, pages, unread, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                document.name,
                document.format,
                document.size,
                document.sha256,
                document.pages,
                json.dumps([asdict(unread) for unread in document.unread], ensure_ascii=False),
                document.added_at,
            ),
        )
        # ids are the reading order, newest document first: see the schema
        first = writer.execute("SELECT coalesce(min(id), 1) FROM standards").fetchone()[0] - len(records)
        writer.executemany(
            "INSERT INTO standards (id, document_id, code, kind, grade, strand, strand_name, text, page)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (id_, document.id, r.code, r.kind, r.grade, r.strand, r.strand_name, r.text, r.page)
                for id_, r in enumerate(records, first)
            ),
        )
    return replaced


def remove(db: Database, document_id: str) -> bool:
    """Remove a document and its standards; False if there is none."""
    with db.writing() as writer:
        return writer.execute("DELETE FROM documents WHERE id = ?", (document_id,)).rowcount > 0


def _document(row: sqlite3.Row | tuple[object, ...]) -> ImportedDocument:
    id_, name, format_, size, sha256, pages, unread, added_at, standards, objectives = row
    return ImportedDocument(
        str(id_),
        str(name),
        str(format_),
        int(str(size)),
        str(sha256),
        int(str(pages)),
        tuple(Unread(**each) for each in json.loads(str(unread))),
        str(added_at),
        int(str(standards)),
        int(str(objectives)),
    )
