"""The open database: one writer behind a lock, a few readers that threads borrow."""

import contextlib
import os
import queue
import sqlite3
import threading
from collections.abc import Iterator

from pocketmusec.exits import CANNOT_WRITE, RefusalError
from pocketmusec.store import copies, migrations, refusal

READERS = 4
BUSY_TIMEOUT_MS = 5000
CLOSE_WAIT_S = 0.5

# what the functions of this package take; to everybody else it is a thing to hand on
Transaction = sqlite3.Connection


class LibraryBusyError(Exception):
    """Another program holds the library for writing, and did not let go of it in time."""


class LibraryFullError(Exception):
    """The disk is full, or cannot be written any more."""


class Database:
    """Connections to one file. All methods may be called from any thread."""

    def __init__(self, path: str, writer: sqlite3.Connection) -> None:
        self.path = path
        self.schema = migrations.version_of(writer)
        self._writer = writer
        self._write_lock = threading.Lock()
        self._all = [writer]
        self._idle: queue.LifoQueue[sqlite3.Connection | None] = queue.LifoQueue()
        self.closed = False
        for _ in range(READERS):
            self._idle.put(None)  # connected when first needed: most runs never have four readers at once

    @contextlib.contextmanager
    def writing(self) -> Iterator[Transaction]:
        """One transaction: on disk at the end of the block, rolled back when it raises. LibraryBusyError, LibraryFullError."""
        with self._write_lock, _told():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                # SQLite rolled back by itself after some errors, and after others not, a failed COMMIT among them
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A reader with one snapshot for the whole block; waits while all are lent."""
        reader = self._idle.get()
        try:
            if reader is None:
                reader = connect(self.path)
                reader.execute("PRAGMA query_only = ON")
                self._all.append(reader)
            reader.execute("BEGIN")
            try:
                yield reader
            finally:
                reader.execute("ROLLBACK")
        finally:
            self._idle.put(reader)

    def close(self) -> None:
        """Write the journal back and close; queries that still run are interrupted. Does nothing the second time."""
        if self.closed:
            return
        self.closed = True
        for reader in self._all[1:]:
            reader.interrupt()
            with contextlib.suppress(sqlite3.Error):
                reader.close()
        if not self._write_lock.acquire(timeout=CLOSE_WAIT_S):
            # a write is stuck: leave it uncommitted, WAL keeps the file whole without us
            self._writer.interrupt()
            return
        with contextlib.suppress(sqlite3.Error):
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._writer.close()


def connect(path: str) -> sqlite3.Connection:
    """One connection with our settings, in autocommit: transactions are begun by hand."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_MS / 1000)
    db.execute("PRAGMA foreign_keys = ON")
    # what was acknowledged outlives a power cut, too; a teacher's writes are few
    db.execute("PRAGMA synchronous = FULL")
    return db


def open_database(path: str) -> Database:
    """Open, check and migrate; creates the folder. RefusalError 65 for a damaged or newer file, 73 for an unwritable one."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
    except OSError as error:
        raise RefusalError(CANNOT_WRITE, f"The folder of {path} cannot be made: {error.strerror}.") from error
    steps = migrations.known()
    newest = steps[-1][0]
    refusal.check_header(path, newest)
    try:
        refusal.check_content(path, newest)
        db = connect(path)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            copies.keep(db, path, newest)
            migrations.migrate(db, steps)
        except BaseException:
            db.close()
            raise
    except sqlite3.Error as error:
        raise refusal.from_sqlite(error, path) from error
    except OSError as error:
        why = f"The library {path} cannot be copied before it is updated: {error.strerror}. Nothing was changed."
        raise RefusalError(CANNOT_WRITE, why) from error
    return Database(path, db)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turns what somebody can do something about into errors of ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise LibraryBusyError from error
        if primary in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY):
            raise LibraryFullError from error
        raise
