"""What goes in and out of the store."""

from dataclasses import dataclass
from typing import Any


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
class Unread:
    """A page or line that was not read, or not all of it; `found` and `allowed` are parts of a sentence, "" if unknown."""

    at: int
    found: str
    allowed: str


@dataclass(frozen=True)
class ImportedDocument:
    """A document whose import was committed."""

    id: str
    name: str
    format: str
    size: int
    sha256: str
    pages: int
    unread: tuple[Unread, ...]
    added_at: str
    standards: int = 0
    objectives: int = 0


@dataclass(frozen=True)
class Linked:
    """A standard or objective as it was when a lesson was linked to it; without text if the library did not have it."""

    code: str
    text: str = ""
    grade: str = ""
    strand: str = ""


@dataclass(frozen=True)
class LessonVersion:
    """One saved version of a lesson; `number` is the lesson's own, inside the store only."""

    number: int
    id: str
    created_at: str
    newest: int
    version: int
    saved_at: str
    content: dict[str, Any]
    linked: tuple[Linked, ...]


@dataclass(frozen=True)
class LessonDraft:
    """What was typed and not saved, on top of which version."""

    base_version: int
    saved_at: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Image:
    """An image in the library; `name` is for people to read and is never a path."""

    id: str
    name: str
    type: str
    width: int
    height: int
    size: int
    added_at: str
