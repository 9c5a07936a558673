"""Copies of the library, kept beside it before a newer version changes its schema: `PATH.schema-N` is as schema N left it."""

import contextlib
import logging
import os
import sqlite3

from pocketmusec.store import migrations

log = logging.getLogger(__name__)

# one for each of the last schemas that were left; a library is some megabytes
KEPT = 3


def keep(db: sqlite3.Connection, path: str, newest: int) -> None:
    """Copy the library if it holds data and is about to be migrated to `newest`. Whole, or not at all."""
    if not 0 < migrations.version_of(db) < newest:
        return
    # locked: the web version on the same file must not migrate it while it is copied
    db.execute("BEGIN IMMEDIATE")
    try:
        found = migrations.version_of(db)
        if found < newest:
            _copy(path, f"{path}.schema-{found}")
            log.info("kept the library as it was at schema %d in %s.schema-%d", found, path, found)
    finally:
        db.execute("ROLLBACK")
    for _, older in kept(path)[KEPT:]:
        os.unlink(older)  # noqa: PTH108


def kept(path: str) -> list[tuple[int, str]]:
    """(schema, path) of each copy that is kept of this library, the newest schema first."""
    folder, begin = os.path.dirname(path), f"{os.path.basename(path)}.schema-"  # noqa: PTH119, PTH120
    ends = [name.removeprefix(begin) for name in os.listdir(folder) if name.startswith(begin)]  # noqa: PTH208
    return sorted(((int(end), f"{path}.schema-{end}") for end in ends if end.isascii() and end.isdigit()), reverse=True)


def _copy(path: str, target: str) -> None:
    unfinished = f"{target}.unfinished"
    # what a killed process left of one
    with contextlib.suppress(FileNotFoundError):
        os.unlink(unfinished)  # noqa: PTH108
    try:
        with contextlib.closing(sqlite3.connect(path)) as source, contextlib.closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
            # one file: a journal beside it would be lost when it is moved
            copy.execute("PRAGMA journal_mode = DELETE")
        os.replace(unfinished, target)  # noqa: PTH105
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(unfinished)  # noqa: PTH108
        raise
