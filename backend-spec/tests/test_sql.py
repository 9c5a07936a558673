"""All SQL is in `store/`, so that a second engine could be added there alone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "pocketmusec"
# statements begin so, and whoever writes them writes them large
SQL = re.compile(
    r"(?s)^\s*(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s.+\sSET|DELETE\s+FROM|REPLACE\s+INTO|WITH\s.+\sAS\s*\("
    r"|CREATE\s+(\w+\s+)?(TABLE|INDEX|TRIGGER|VIEW)|ALTER\s+TABLE|DROP\s+\w+|PRAGMA\s|BEGIN(\s|$)|COMMIT|ROLLBACK|VACUUM|ATTACH\s)"
    r"|\s(WHERE|JOIN|ORDER BY|GROUP BY|LIMIT)\s+[\w.:?]+\s*(=|<|>|IN|ON|\?|,|$)"
)
DRIVER = {"sqlite3", "psycopg", "sqlalchemy", "aiosqlite"}
METHODS = {"execute", "executemany", "executescript", "fetchone", "fetchall"}


def sql_in(source: str) -> Iterator[str]:
    """What a second engine would have to know of this source: statements, the driver, its methods."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=parts) if SQL.search("".join(str(getattr(part, "value", "x")) for part in parts)):
                yield f"line {node.lineno}: made of parts"
            case ast.Constant(value=str(text)) if id(node) not in docstrings and SQL.search(text):
                yield f"line {node.lineno}: {text.strip()[:60]}"
            case ast.Import(names=names) if any(name.name.split(".")[0] in DRIVER for name in names):
                yield f"line {node.lineno}: imports the driver"
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in DRIVER:
                yield f"line {node.lineno}: imports the driver"
            case ast.Attribute(attr=name) if name in METHODS:
                yield f"line {node.lineno}: calls {name}"


def test_nothing_else_speaks_sql() -> None:
    """Every module beside `store/`; in it there is some, so the search can see."""
    sources = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    found = {name: list(sql_in(source)) for name, source in sources.items()}
    assert {name: lines for name, lines in found.items() if lines and not name.startswith("store/")} == {}
    assert found["store/lessons.py"]


@pytest.mark.parametrize(
    "source",
    [
        'x = "SELECT id FROM lessons"',
        'x = f"""\nSELECT {columns}\nFROM lessons"""',
        'x = "  INSERT OR REPLACE INTO lessons VALUES (?)"',
        'x = f"{ALL} WHERE id = ?"',
        'x = "UPDATE lessons SET title = ?"',
        'x = "PRAGMA user_version"',
        'x = "BEGIN IMMEDIATE"',
        "import sqlite3",
        "from sqlite3 import Row",
        "tx.execute(x)",
        "rows.fetchall()",
    ],
)
def test_sql_is_recognised(source: str) -> None:
    """As anybody would write it."""
    assert list(sql_in(source))


@pytest.mark.parametrize(
    "source",
    ['x = "Select a file from the list."', 'x = "Update it."', 'def f():\n    """SELECT a FROM b"""', 'x = f"No {name}?"'],
)
def test_sentences_are_not_sql(source: str) -> None:
    """What is said to teachers, and what is said of the code."""
    assert not list(sql_in(source))
