"""The library on disk. All SQL of the backend is in this package, so that a second engine could be added here alone."""

from pocketmusec.store.database import Database, LibraryBusyError, LibraryFullError, Transaction, open_database
from pocketmusec.store.rows import Image, ImportedDocument, LessonDraft, LessonVersion, Linked, Record, Unread

__all__ = [
    "Database",
    "Image",
    "ImportedDocument",
    "LessonDraft",
    "LessonVersion",
    "LibraryBusyError",
    "LibraryFullError",
    "Linked",
    "Record",
    "Transaction",
    "Unread",
    "open_database",
]
