"""All documents: those in the database, and in memory those on their way in or failed."""

import asyncio

from pocketmusec.documents.document import Document, from_library
from pocketmusec.documents.events import Events
from pocketmusec.store import Database, documents


class Shelf:
    """Used from the event loop only; the database is asked in threads."""

    def __init__(self, db: Database, events: Events) -> None:
        self._db = db
        self._events = events
        self._in_memory: dict[str, Document] = {}

    async def all(self) -> list[Document]:
        """Every document, newest first."""
        imported = await asyncio.to_thread(documents.all_documents, self._db)
        # one that was committed while we asked is in both
        stored = {row.id for row in imported}
        found = [from_library(row) for row in imported]
        found += [document for document in self._in_memory.values() if document.id not in stored]
        return sorted(found, key=lambda document: document.added_at, reverse=True)

    async def find(self, document_id: str) -> Document | None:
        """The document with this id."""
        if document_id in self._in_memory:
            return self._in_memory[document_id]
        row = await asyncio.to_thread(documents.by_id, self._db, document_id)
        return from_library(row) if row else None

    async def imported_as(self, sha256: str) -> Document | None:
        """The imported document with this content."""
        row = await asyncio.to_thread(documents.by_content, self._db, sha256)
        return from_library(row) if row else None

    def in_memory(self, document_id: str) -> Document | None:
        """A document that is not in the database."""
        return self._in_memory.get(document_id)

    def on_its_way(self, sha256: str) -> bool:
        """Whether this content is being imported right now."""
        return any(d.sha256 == sha256 and d.state in ("queued", "importing") for d in self._in_memory.values())

    def running(self) -> int:
        """How many imports wait or run."""
        return sum(d.state in ("queued", "importing") for d in self._in_memory.values())

    def put(self, document: Document) -> None:
        """Remember a document that is not in the database and tell the pages about it."""
        self._in_memory[document.id] = document
        self.changed(document)

    def changed(self, document: Document) -> None:
        """Tell the pages, unless the document was removed meanwhile."""
        if document.id in self._in_memory:
            self._events.publish({"type": "document", "document": document.as_json()})

    def stored(self, document: Document, replaced: list[str]) -> None:
        """The import of `document` was committed, those in `replaced` are gone."""
        for document_id in replaced:
            self._events.publish({"type": "removed", "id": document_id})
        self.changed(document)
        self._in_memory.pop(document.id, None)

    async def remove(self, document_id: str) -> bool:
        """Forget the document, in memory or in the database; False if there is none."""
        known = self._in_memory.pop(document_id, None) is not None
        gone = known or await asyncio.to_thread(documents.remove, self._db, document_id)
        if gone:
            self._events.publish({"type": "removed", "id": document_id})
        return gone
