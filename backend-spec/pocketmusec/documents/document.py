"""One document as the app sees it, whatever became of it."""

from dataclasses import dataclass, field
from typing import Any, Literal

from pocketmusec.store import ImportedDocument
from pocketmusec.times import now

State = Literal["queued", "importing", "imported", "failed"]


@dataclass(frozen=True)
class Failure:
    """Why an import failed: a stable `code` and a sentence with the way out."""

    code: str
    detail: str


@dataclass
class Document:
    """A document on its way in (kept in memory), or one that is in the library."""

    id: str
    name: str
    size: int
    sha256: str
    state: State = "queued"
    page: int = 0
    pages: int | None = None
    standards: int = 0
    objectives: int = 0
    unread_pages: tuple[int, ...] = ()
    error: Failure | None = None
    added_at: str = field(default_factory=now)

    def as_json(self) -> dict[str, Any]:
        """The contract's Document."""
        return {
            "id": self.id,
            "name": self.name,
            "size": self.size,
            "state": self.state,
            "page": self.page,
            "pages": self.pages,
            "standards": self.standards,
            "objectives": self.objectives,
            "unread_pages": list(self.unread_pages),
            "error": {"code": self.error.code, "detail": self.error.detail} if self.error else None,
            "added_at": self.added_at,
        }


def from_library(row: ImportedDocument) -> Document:
    """A stored document; all its pages are done."""
    return Document(
        row.id,
        row.name,
        row.size,
        row.sha256,
        "imported",
        row.pages,
        row.pages,
        row.standards,
        row.objectives,
        row.unread_pages,
        None,
        row.added_at,
    )
