"""One library, open in the desktop app and in web mode at the same time, written to by both."""

import contextlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from pocketmusec.store import migrations
from tests.backend_process import BackendProcess, add, wait_for
from tests.conftest import Sample
from tests.test_contract import is_problem
from tests.test_end import slow

LESSONS = 25


def web(path: Path) -> BackendProcess:
    """Web mode on this library, not started yet."""
    unset = dict.fromkeys(("ELECTRON_MODE", "POCKETMUSEC_TOKEN", "POCKETMUSEC_USER_DATA", "LOG_PATH"), "UNSET")
    backend = BackendProcess(path.parent / "web", environment={**unset, "DATABASE_PATH": str(path)})
    backend.arguments = ("serve", "--port", str(backend.port))
    return backend


def old_library(path: Path) -> None:
    """As the first version left it, with one document."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrations.migrate(db, migrations.known()[:1])
        db.execute("INSERT INTO documents VALUES ('d1', 'old.pdf', 1, 's1', 3, '[]', '2026-01-01T00:00:00Z')")


def lessons_of(client: httpx.Client) -> set[str]:
    """Titles of all lessons, as this backend sees them."""
    return {lesson["title"] for lesson in client.get("/api/lessons", params={"limit": 200}).json()["lessons"]}


def test_both_modes_at_once(tmp_path: Path, samples: dict[str, Sample]) -> None:
    """Scenario: Database path in userData

    Started in the same moment on an old library, both migrate it, once, and keep one copy; both write; both see all.
    """
    path = tmp_path / "pocket_musec.db"
    old_library(path)
    desktop = BackendProcess(tmp_path)
    with contextlib.ExitStack() as stack:
        for backend in (desktop, other := web(path)):
            stack.callback(backend.end)
            backend.start()
        clients = [stack.enter_context(backend.ready().client()) for backend in (desktop, other)]

        def write(number: int) -> None:
            client, mode = clients[number % 2], ("desktop", "web")[number % 2]
            for count in range(LESSONS):
                answer = client.post("/api/lessons", json={"title": f"{mode} {number} {count}"})
                assert answer.status_code == 201, answer.text

        with ThreadPoolExecutor(6) as pool:
            writers = [pool.submit(write, number) for number in range(4)]
            sent = zip(clients, ("tables", "rows"), strict=True)
            imports = [pool.submit(add, client, samples[name].path) for client, name in sent]
            for one in writers:
                one.result()
            assert [one.result()["state"] for one in imports] == ["imported", "imported"]
        written = {f"{('desktop', 'web')[number % 2]} {number} {count}" for number in range(4) for count in range(LESSONS)}
        documents = [{document["name"] for document in client.get("/api/documents").json()["documents"]} for client in clients]
        assert [lessons_of(client) for client in clients] == [written, written]
        assert documents == [{"old.pdf", "tables.pdf", "rows.pdf"}] * 2
    assert [copy.name for copy in tmp_path.glob("*.schema-*")] == ["pocket_musec.db.schema-1"]
    with contextlib.closing(sqlite3.connect(tmp_path / "pocket_musec.db.schema-1")) as copy:
        assert migrations.version_of(copy) == 1
        assert copy.execute("SELECT id FROM documents").fetchall() == [("d1",)]
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_library_that_is_held(tmp_path: Path) -> None:
    """Somebody else writes and does not end: said so in time, reading goes on, and so does writing once it is free."""
    with slow(tmp_path) as backend, backend.client() as client:
        with contextlib.closing(sqlite3.connect(tmp_path / "pocket_musec.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert is_problem(client.post("/api/lessons", json={"title": "x"}), 503, "library-busy")
            assert client.get("/api/lessons").json() == {"lessons": [], "total": 0}
            assert client.get("/health").status_code == 200
        wait_for(lambda: client.post("/api/lessons", json={"title": "x"}).status_code == 201, 5)
        assert client.get("/api/lessons").json()["total"] == 1
