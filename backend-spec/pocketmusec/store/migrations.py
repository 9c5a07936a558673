"""Brings a database to this version's schema: numbered files, each in a transaction of its own."""

import os
import sqlite3
import sys


def folder() -> str:
    """Where the .sql files are: beside this module, or below sys._MEIPASS in the frozen `main`."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return os.path.join(frozen, "pocketmusec", "store", "schema")  # noqa: PTH118
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "schema")  # noqa: PTH118, PTH120, PTH100


def known() -> list[tuple[int, str]]:
    """(number, path) of each migration in order; the highest number is the schema's version."""
    names = sorted(name for name in os.listdir(folder()) if name.endswith(".sql"))  # noqa: PTH208
    return [(int(name.split("_", 1)[0]), os.path.join(folder(), name)) for name in names]  # noqa: PTH118


def version_of(db: sqlite3.Connection) -> int:
    """The schema version that the database is at; 0 for a new one."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection, migrations: list[tuple[int, str]]) -> list[int]:
    """Apply what is missing and return the numbers. A failing migration is rolled back, those before it stay."""
    done = []
    for number, path in migrations:
        if version_of(db) >= number:
            continue
        with open(path, encoding="utf-8") as file:
            script = file.read()
        db.execute("BEGIN IMMEDIATE")
        try:
            # the web version may have migrated the same file while we waited for the lock
            if version_of(db) < number:
                for statement in statements(script):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {number}")
                done.append(number)
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise
    return done


def statements(script: str) -> list[str]:
    """Split at statement ends. sqlite3's executescript would commit first, and so undo the transaction."""
    found, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            found.append(current.strip())
            current = ""
    if current.strip():
        found.append(current.strip())
    return found
