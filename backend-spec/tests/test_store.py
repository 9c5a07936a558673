"""The database: created, migrated, refused, searched, and shared between threads and processes."""

import contextlib
import shutil
import sqlite3
import threading
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from pocketmusec.exits import RefusalError
from pocketmusec.store import (
    Database,
    ImportedDocument,
    LibraryBusyError,
    LibraryFullError,
    Record,
    Unread,
    documents,
    migrations,
    open_database,
    search,
)
from pocketmusec.store.search import Query, find, segments, to_match

UNREAD = Unread(2, "a picture of text", "text")
TEXTS = [
    ("K.CN.1", "standard", "Sing folk songs of the community."),
    ("K.CN.1.1", "objective", "Sing with a steady beat, sing with joy, sing together."),
    ("K.CN.10", "standard", "Play Dvořák melodies on a steady beat."),
    ("3.PR.2.4", "objective", 'Read rhythm with "ta" and <b>ti-ti</b> NEAR the wall.'),
    ("BE.CR.1", "standard", "Compose music AND improvise OR arrange; it's 100% fun*."),
]


def record(code: str, kind: str, text: str) -> Record:
    """A record whose grade and strand follow from its code."""
    grade, strand = code.split(".")[:2]
    return Record(code, kind, grade, strand, {"CN": "Connect", "PR": "Present", "CR": "Create"}[strand], text, 1)


def document(id_: str = "d1", sha256: str = "s1") -> ImportedDocument:
    """A row."""
    return ImportedDocument(id_, f"{id_}.pdf", "pdf", 1, sha256, 3, (UNREAD,), "2026-01-01T00:00:00Z")


@pytest.fixture
def db(tmp_path: Path) -> Database:
    """A library with one document."""
    found = open_database(str(tmp_path / "made" / "new.db"))
    documents.add(found, document(), [record(*row) for row in TEXTS])
    return found


def codes(db: Database, q: str, **more: Any) -> list[str]:
    """Codes of the hits in order."""
    return [hit["code"] for hit in find(db, Query(q, **more))["hits"]]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("", ["K.CN.1", "K.CN.1.1", "K.CN.10", "3.PR.2.4", "BE.CR.1"]),
        ("K.CN", ["K.CN.1", "K.CN.1.1", "K.CN.10"]),
        ("k.cn.", ["K.CN.1", "K.CN.1.1", "K.CN.10"]),
        ("K.CN.1", ["K.CN.1", "K.CN.1.1", "K.CN.10"]),
        ("K.CN.10", ["K.CN.10"]),
        ("PR.2", ["3.PR.2.4"]),
        ("K.CN.1.1", ["K.CN.1.1"]),
        ("steady bea", ["K.CN.10", "K.CN.1.1"]),
        ("bea steady", []),
        ("dvorak", ["K.CN.10"]),
        ("DVOŘÁK", ["K.CN.10"]),
        ("K.CN steady", ["K.CN.10", "K.CN.1.1"]),
        ("connect sing", ["K.CN.1.1", "K.CN.1"]),
        ('"ta"', ["3.PR.2.4"]),
        ("it's 100%", ["BE.CR.1"]),
        ("AND", ["3.PR.2.4", "BE.CR.1"]),
        ("NEAR(", ["3.PR.2.4"]),
        ("<b>", ["K.CN.10", "K.CN.1.1", "3.PR.2.4", "BE.CR.1"]),
        ("text:", []),
        ('" OR text MATCH "', []),
        ("' ; DROP TABLE standards --", []),
        ("* ^ ( ) : -", ["K.CN.1", "K.CN.1.1", "K.CN.10", "3.PR.2.4", "BE.CR.1"]),
        ("nothing\0here", []),
        ("\\", ["K.CN.1", "K.CN.1.1", "K.CN.10", "3.PR.2.4", "BE.CR.1"]),
    ],
)
def test_search(db: Database, q: str, expected: list[str]) -> None:
    """Words, prefixes, codes, accents, and whatever looks like a query language."""
    found = codes(db, q)
    assert sorted(found) == sorted(expected)
    if q in ("", "K.CN", "K.CN.1", "PR.2"):
        assert found == expected


def test_ranking_prefers_the_fuller_match(db: Database) -> None:
    """Three times "sing" before once."""
    assert codes(db, "sing") == ["K.CN.1.1", "K.CN.1"]


def test_filters_and_pages(db: Database) -> None:
    """Grade, strand, kind narrow; limit and offset walk through all without gap or double."""
    assert codes(db, "", grade="K", kind="objective") == ["K.CN.1.1"]
    assert codes(db, "", strand="CR") == ["BE.CR.1"]
    pages = [find(db, Query("", limit=2, offset=at)) for at in (0, 2, 4, 6)]
    assert [hit["code"] for page in pages for hit in page["hits"]] == [row[0] for row in TEXTS]
    assert {page["total"] for page in pages} == {5}
    assert pages[0]["grades"] == ["K", "3", "BE"]
    assert {"code": "CN", "name": "Connect"} in pages[0]["strands"]


def test_segments_join_to_the_text(db: Database) -> None:
    """Highlights are pieces of plain text; a document's own markup stays text."""
    hit = find(db, Query("rhythm ti"))["hits"][0]
    assert "".join(piece["text"] for piece in hit["segments"]) == hit["text"]
    assert [piece["text"] for piece in hit["segments"] if piece["match"]] == ["rhythm", "ti", "ti"]
    assert segments("") == []


def test_a_query_without_words_is_no_query() -> None:
    """FTS5 refuses an empty one."""
    assert to_match(' " * ') is None


def test_same_content_is_replaced_in_one_transaction(db: Database) -> None:
    """The old one goes only if the new one comes."""
    with pytest.raises(sqlite3.IntegrityError):
        documents.add(db, document("d2"), [record(*TEXTS[0]), record(*TEXTS[0])])
    assert [d.id for d in documents.all_documents(db)] == ["d1"]
    assert len(codes(db, "")) == 5
    assert documents.add(db, document("d3"), [record(*TEXTS[0])]) == ["d1"]
    assert [(d.id, d.standards, d.objectives) for d in documents.all_documents(db)] == [("d3", 1, 0)]
    assert codes(db, "sing") == ["K.CN.1"]


def test_removing_a_document_takes_its_standards(db: Database) -> None:
    """Out of the table and out of the index."""
    assert documents.remove(db, "d1")
    assert not documents.remove(db, "d1")
    assert codes(db, "") == codes(db, "sing") == []


def test_readers_and_a_writer_at_once(db: Database) -> None:
    """More threads than readers; each sees a whole state."""
    seen: list[int] = []
    end = threading.Event()

    def look() -> None:
        while not end.is_set():
            seen.append(find(db, Query(""))["total"])

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for round_ in range(20):
        documents.add(db, document(f"r{round_}"), [record(*row) for row in TEXTS])
    end.set()
    for thread in threads:
        thread.join()
    assert set(seen) == {5}


def test_two_processes_share_a_database(db: Database) -> None:
    """Scenario: Database path in userData

    The web version may have the same file open; both see what either writes.
    """
    other = open_database(db.path)
    documents.add(other, document("web", "s2"), [record(*TEXTS[0])])
    assert {d.id for d in documents.all_documents(db)} == {"d1", "web"}
    other.close()
    assert documents.remove(db, "web")


def test_closing_writes_the_journal_back(db: Database, tmp_path: Path) -> None:
    """One file is left, whole, and closing twice is no error."""
    db.close()
    db.close()
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["new.db"]
    assert sqlite3.connect(db.path).execute("SELECT count(*) FROM standards").fetchone() == (5,)


def test_a_failing_migration_is_rolled_back(tmp_path: Path) -> None:
    """Those before it stay, the failing one leaves nothing, the version tells."""
    (tmp_path / "1.sql").write_text("CREATE TABLE a (x);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n SELECT 1;\nEND;\n")
    (tmp_path / "2.sql").write_text("CREATE TABLE b (x);\nCREATE TABLE b (x);\n")
    db = sqlite3.connect(tmp_path / "m.db", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        migrations.migrate(db, [(1, str(tmp_path / "1.sql")), (2, str(tmp_path / "2.sql"))])
    assert migrations.version_of(db) == 1
    assert [row[0] for row in db.execute("SELECT name FROM sqlite_master ORDER BY name")] == ["a", "t"]


def as_the_first_version_left_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library at schema 1 with two documents, closed; written as that version wrote."""
    path = folder / "old.db"
    first = migrations.known()[:1]
    with monkeypatch.context() as former:
        former.setattr(migrations, "known", lambda: first)
        old = open_database(str(path))
        assert old.schema == 1
        with old.writing() as tx:
            for id_, added_at, texts in (("d1", "2026-01-01", TEXTS), ("d2", "2026-01-02", TEXTS[:1])):
                tx.execute("INSERT INTO documents VALUES (?, ?, 1, ?, 3, '[2, 3]', ?)", (id_, f"{id_}.pdf", id_, added_at))
                tx.executemany(
                    "INSERT INTO standards (document_id, position, code, kind, grade, strand, strand_name, text, page)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [(id_, at, *astuple(record(*row))) for at, row in enumerate(texts)],
                )
        old.close()
    return path


def test_a_copy_is_kept_before_a_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From schema 1 to the newest: the data stays, and the copy is the library as the former version left it."""
    path = as_the_first_version_left_it(tmp_path, monkeypatch)
    newest = migrations.known()[-1][0]
    db = open_database(str(path))
    assert (db.schema, codes(db, "sing")) == (newest, ["K.CN.1.1", "K.CN.1", "K.CN.1"])
    # newest document first, each in its own order, and what was only known to be unread is so still
    assert codes(db, "") == ["K.CN.1", *(row[0] for row in TEXTS)]
    assert codes(db, "", grade="K", kind="objective") == ["K.CN.1.1"]
    newer, older = documents.all_documents(db)
    assert (newer.id, older.id, older.format, older.unread) == ("d2", "d1", "pdf", (Unread(2, "", ""), Unread(3, "", "")))
    documents.add(db, document("d3", "s3"), [record(*TEXTS[1])])
    assert codes(db, "")[:2] == ["K.CN.1.1", "K.CN.1"]
    db.close()
    kept = tmp_path / "old.db.schema-1"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.db", "old.db.schema-1"]
    with sqlite3.connect(kept) as copy:
        assert migrations.version_of(copy) == 1
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert [row[0] for row in copy.execute("SELECT id FROM documents")] == ["d1", "d2"]
        assert copy.execute("SELECT count(*) FROM standards_fts WHERE standards_fts MATCH 'sing'").fetchone() == (3,)
    copy.close()


def test_the_last_three_copies_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By number, not by name; a copy that a killed process left half-way, and other files, are in nobody's way."""
    path = as_the_first_version_left_it(tmp_path, monkeypatch)
    steps = migrations.known()[:1]
    for number in range(2, 12):
        (tmp_path / f"{number}.sql").write_text(f"CREATE TABLE step{number} (x);\n")
        steps.append((number, str(tmp_path / f"{number}.sql")))
        monkeypatch.setattr(migrations, "known", lambda steps=steps: steps)
        (tmp_path / f"old.db.schema-{number - 1}.unfinished").write_text("half")
        open_database(str(path)).close()
    names = {name.name for name in tmp_path.iterdir() if ".schema-" in name.name}
    assert names == {"old.db.schema-8", "old.db.schema-9", "old.db.schema-10"}
    with contextlib.closing(sqlite3.connect(tmp_path / "old.db.schema-10")) as copy:
        assert copy.execute("SELECT count(*) FROM sqlite_master WHERE name GLOB 'step*'").fetchone() == (9,)


def test_refusals_name_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the former version it says what it can open, and it can; to any, what a damaged library may be replaced by."""
    path = as_the_first_version_left_it(tmp_path, monkeypatch)
    open_database(str(path)).close()
    first = migrations.known()[:1]
    with monkeypatch.context() as former:
        former.setattr(migrations, "known", lambda: first)
        with pytest.raises(RefusalError, match=r"or put old\.db\.schema-1, .* in its place"):
            open_database(str(path))
        (tmp_path / "old.db.schema-1").replace(path)
        again = open_database(str(path))
        with again.reading() as tx:
            assert tx.execute("SELECT count(*) FROM standards").fetchone() == (6,)
        again.close()
    open_database(str(path)).close()
    path.write_text("nonsense")
    with pytest.raises(RefusalError, match=r"a backup, such as old\.db\.schema-1, in its place"):
        open_database(str(path))


def test_a_copy_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is migrated, and nothing half-written is left."""
    path = as_the_first_version_left_it(tmp_path, monkeypatch)
    (tmp_path / "old.db.schema-1").mkdir()  # a file cannot take its place
    with pytest.raises(RefusalError, match="cannot be copied") as refusal:
        open_database(str(path))
    assert refusal.value.code == 73
    assert sorted(name.name for name in tmp_path.iterdir()) == ["old.db", "old.db.schema-1"]
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert migrations.version_of(db) == 1


def test_what_is_acknowledged_is_on_disk(db: Database) -> None:
    """FULL: the journal is synchronised at each commit, so that a power cut loses nothing."""
    assert db._writer.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_commit_that_fails_leaves_a_writer_that_works(db: Database) -> None:
    """SQLite keeps the transaction open then; the next one would fail, and all after it."""

    def draft_of_nothing() -> None:
        with db.writing() as writer:
            writer.execute("PRAGMA defer_foreign_keys = ON")
            writer.execute("INSERT INTO lesson_drafts (lesson, base_version, saved_at, content) VALUES (99, 1, '', '')")

    with pytest.raises(sqlite3.IntegrityError):
        draft_of_nothing()
    assert documents.remove(db, "d1")


def test_a_library_that_others_hold(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error with a name, since somebody can do something about it; afterwards all is well."""
    monkeypatch.setattr("pocketmusec.store.database.BUSY_TIMEOUT_MS", 50)
    mine = open_database(db.path)
    with db.writing(), pytest.raises(LibraryBusyError):
        documents.remove(mine, "d1")
    assert documents.remove(mine, "d1")
    mine.close()


def test_a_full_disk(db: Database) -> None:
    """Named, too; nothing of the write stays, and smaller ones go on."""
    pages = db._writer.execute("PRAGMA page_count").fetchone()[0]
    # the index needs a few to say that something is gone
    db._writer.execute(f"PRAGMA max_page_count = {pages + 8}")
    with pytest.raises(LibraryFullError):
        documents.add(db, document("d2", "s2"), [record(f"K.CN.{n}", "standard", "x" * 3000) for n in range(100)])
    assert [d.id for d in documents.all_documents(db)] == ["d1"]
    assert documents.remove(db, "d1")


def test_no_copy_when_nothing_is_migrated(db: Database) -> None:
    """Neither of a new library nor of one that is up to date."""
    db.close()
    open_database(db.path).close()
    assert [path.name for path in Path(db.path).parent.iterdir()] == ["new.db"]


def test_a_migration_that_fails_leaves_library_and_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused, at the former schema, with all that was in it."""
    path = as_the_first_version_left_it(tmp_path, monkeypatch)
    broken = tmp_path / "002_broken.sql"
    broken.write_text("CREATE TABLE lessons (x);\nDROP TABLE standards_fts;\nCREATE TABLE lessons (x);\n")
    first = migrations.known()[0]
    monkeypatch.setattr(migrations, "known", lambda: [first, (2, str(broken))])
    with pytest.raises(RefusalError):
        open_database(str(path))
    for left in (path, tmp_path / "old.db.schema-1"):
        with sqlite3.connect(left) as db:
            assert migrations.version_of(db) == 1
            assert db.execute("SELECT count(*) FROM standards_fts").fetchone() == (6,)
            assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'lessons'").fetchone() == (0,)
        db.close()


def test_migrations_are_found_in_the_frozen_backend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Scenario: Data files are bundled

    Below sys._MEIPASS when frozen, beside the module otherwise.
    """
    assert migrations.known()[0][0] == 1
    target = tmp_path / "pocketmusec" / "store" / "schema"
    shutil.copytree(migrations.folder(), target)
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert migrations.folder() == str(target)
    open_database(str(tmp_path / "x.db")).close()


@pytest.mark.parametrize("kind", ["newer", "newer-in-journal", "text", "short", "scrambled"])
def test_refused_databases_stay_untouched(db: Database, kind: str) -> None:
    """Code 65, and not a byte changed."""
    path = Path(db.path).with_name("refused.db")
    if kind == "newer-in-journal":
        # as a killed process leaves it: the file is of our version, what lies in the journal is not
        db._writer.execute("PRAGMA user_version = 99")
        shutil.copy(f"{db.path}-wal", f"{path}-wal")
        shutil.copy(db.path, path)
    db.close()
    if kind != "newer-in-journal":
        shutil.copy(db.path, path)
    if kind == "newer":
        other = sqlite3.connect(path)
        other.execute("PRAGMA user_version = 99")
        other.close()
    elif kind == "text":
        path.write_text("not a database at all, but long enough to have a header of a hundred bytes " * 3)
    elif kind == "short":
        path.write_bytes(path.read_bytes()[:50])
    elif kind == "scrambled":
        content = bytearray(path.read_bytes())
        content[4096:12288] = b"\xff" * 8192
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(RefusalError) as refusal:
        open_database(str(path))
    assert refusal.value.code == 65
    assert ("newer version" if kind.startswith("newer") else "damaged") in refusal.value.message
    assert path.read_bytes() == before
    if kind in ("newer", "text", "short"):
        # the header alone tells: SQLite never came near
        assert not list(path.parent.glob("refused.db-*"))


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """Code 73."""
    (tmp_path / "file").touch()
    with pytest.raises(RefusalError) as refusal:
        open_database(str(tmp_path / "file" / "x.db"))
    assert refusal.value.code == 73


def test_grades_in_the_order_of_school() -> None:
    """Not in the order of the alphabet."""
    assert sorted(["BE", "10", "2", "K", "AC", "9-12", "IN"], key=search.grade_order) == [
        "K",
        "2",
        "9-12",
        "10",
        "BE",
        "IN",
        "AC",
    ]
