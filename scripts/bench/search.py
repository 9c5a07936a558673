"""Fills a library with 100,000 standards, and measures SQLite's FTS5 alone on it; one JSON object on stdout.

    python scripts/bench/search.py fill LIBRARY | python scripts/bench/search.py alone LIBRARY QUERIES.json
"""

import json
import sqlite3
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "backend-spec"))

from pocketmusec.store import ImportedDocument, Record, documents, open_database, search
from tests.fixtures.curriculum import STRANDS, standards

TOTAL = 100_000
ALONE = """
SELECT rowid, highlight(standards_fts, 1, '<', '>') FROM standards_fts WHERE standards_fts MATCH ? ORDER BY rank LIMIT 20
"""


def fill(path: str) -> None:
    """Editions of the invented curriculum, one a document."""
    pairs = [pair for each in standards() for pair in ((each.code, each.text), *each.objectives)]
    db = open_database(path)
    for edition in range(-(-TOTAL // len(pairs))):
        records = []
        for code, text in pairs[: TOTAL - edition * len(pairs)]:
            grade, strand, *numbers = code.split(".")
            kind = "objective" if len(numbers) > 1 else "standard"
            records.append(Record(code, kind, grade, strand, STRANDS[strand], f"{text} Edition {edition}.", 1))
        added_at = f"2026-01-01T00:{edition // 60:02}:{edition % 60:02}Z"
        documents.add(db, ImportedDocument(f"d{edition}", f"{edition}.pdf", "pdf", 1, f"s{edition}", 1, (), added_at), records)
    db.close()


def alone(path: str, queries: list[str]) -> None:
    """Milliseconds for each query."""
    db = sqlite3.connect(path)
    took = []
    for query in queries:
        begun = time.perf_counter()
        db.execute(ALONE, (search.to_match(query),)).fetchall()
        took.append((time.perf_counter() - begun) * 1000)
    json.dump(took, sys.stdout)


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(sys.argv[2])
    else:
        alone(sys.argv[2], json.loads(sys.argv[3]))
