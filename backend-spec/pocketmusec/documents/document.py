"""One document as the app sees it, whatever became of it."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast

from pocketmusec.store import ImportedDocument, Unread
from pocketmusec.times import now

Format = Literal["pdf", "csv", "text"]
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
    format: Format
    size: int
    sha256: str
    state: State = "queued"
    page: int = 0
    pages: int | None = None
    standards: int = 0
    objectives: int = 0
    unread: tuple[Unread, ...] = ()
    error: Failure | None = None
    added_at: str = field(default_factory=now)

    def as_json(self) -> dict[str, Any]:
        """The contract's Document."""
        return {
            "id": self.id,
            "name": self.name,
            "format": self.format,
            "size": self.size,
            "state": self.state,
            "page": self.page,
            "pages": self.pages,
            "standards": self.standards,
            "objectives": self.objectives,
            "unread": [asdict(unread) for unread in self.unread],
            "error": {"code": self.error.code, "detail": self.error.detail} if self.error else None,
            "added_at": self.added_at,
        }


def from_library(row: ImportedDocument) -> Document:
    """A stored document; all its pages are done."""
    return Document(
        row.id,
        row.name,
        cast("Format", row.format),
        row.size,
        row.sha256,
        "imported",
        row.pages,
        row.pages,
        row.standards,
        row.objectives,
        row.unread,
        None,
        row.added_at,
    )
