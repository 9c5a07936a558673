"""What goes in and out of the store."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """One standard or objective as read from page `page` (counted from 1)."""

    code: str
    kind: str
    grade: str
    strand: str
    strand_name: str
    text: str
    page: int


@dataclass(frozen=True)
class ImportedDocument:
    """A document whose import was committed."""

    id: str
    name: str
    size: int
    sha256: str
    pages: int
    unread_pages: tuple[int, ...]
    added_at: str
    standards: int = 0
    objectives: int = 0
