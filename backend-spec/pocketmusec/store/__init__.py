"""The library on disk. All SQL of the backend is in this package, so that a second engine could be added here alone."""

from pocketmusec.store.database import Database, open_database
from pocketmusec.store.rows import ImportedDocument, Record

__all__ = ["Database", "ImportedDocument", "Record", "open_database"]
