"""Looks at a database before it is opened for writing: one that must not be touched is refused as it is."""

import contextlib
import os
import sqlite3
import urllib.parse

from pocketmusec.exits import CANNOT_WRITE, DATABASE_REFUSED, RefusalError
from pocketmusec.store import copies

MAGIC = b"SQLite format 3\0"
HEADER_SIZE = 100
VERSION_AT = 60
# beyond this a full check would delay the start; SQLite itself still notices damage where it reads
QUICK_CHECK_BELOW = 64 * 2**20
CANNOT_OPEN = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_FULL)


def check_header(path: str, newest: int) -> None:
    """Read the file's first bytes without SQLite, which would create or replay a journal beside it."""
    try:
        with open(path, "rb") as file:
            header = file.read(HEADER_SIZE)
    except FileNotFoundError:
        return
    except OSError as error:
        raise RefusalError(CANNOT_WRITE, f"The library {path} cannot be read: {error.strerror}.") from error
    if not header:
        return
    if len(header) < HEADER_SIZE or not header.startswith(MAGIC):
        raise corrupt(path, "it is not a database")
    refuse_newer(path, int.from_bytes(header[VERSION_AT : VERSION_AT + 4], "big"), newest)


def refuse_newer(path: str, found: int, newest: int) -> None:
    """Raise if the database was written by a later PocketMusec."""
    if found > newest:
        raise RefusalError(
            DATABASE_REFUSED,
            f"The library {path} was written by a newer version of PocketMusec (schema {found}, this version knows "
            f"{newest}). Install the newest version{_or_copy(path, newest)}. Nothing was changed.",
        )


def check_content(path: str, newest: int) -> None:
    """Raise if the journal makes the library a newer one, or if SQLite finds damage.

    Reads only: a connection that may write would move the journal into the file as it closes, refused or not.
    """
    if not os.path.exists(path) or os.path.getsize(path) == 0:  # noqa: PTH110, PTH202
        return
    with contextlib.closing(sqlite3.connect(f"file:{urllib.parse.quote(path)}?mode=ro", uri=True)) as db:
        refuse_newer(path, int(db.execute("PRAGMA user_version").fetchone()[0]), newest)
        if os.path.getsize(path) < QUICK_CHECK_BELOW:  # noqa: PTH202
            answer = db.execute("PRAGMA quick_check(1)").fetchone()[0]
            if answer != "ok":
                raise corrupt(path, str(answer).splitlines()[0])


def _or_copy(path: str, newest: int) -> str:
    for schema, copy in copies.kept(path):
        if schema <= newest:
            name = os.path.basename(copy)  # noqa: PTH119
            return f", or put {name}, the copy kept before it was updated, in its place: it has what was written until then"
    return ""


def corrupt(path: str, why: str) -> RefusalError:
    """The refusal of a damaged file."""
    kept = copies.kept(path)
    such_as = f", such as {os.path.basename(kept[0][1])}," if kept else ""  # noqa: PTH119
    return RefusalError(
        DATABASE_REFUSED,
        f"The library {path} is damaged ({why}). Nothing was changed. Put a backup{such_as} in its place, or move it away to "
        "start with an empty library.",
    )


def from_sqlite(error: sqlite3.Error, path: str) -> RefusalError:
    """Tell a damaged file from a folder that cannot be written."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if primary in CANNOT_OPEN:
        return RefusalError(CANNOT_WRITE, f"The library {path} cannot be written ({error}).")
    return corrupt(path, str(error))
