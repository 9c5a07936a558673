"""Files made to exhaust the reader: each ends as too complex within its bounds, and nothing of it stays."""

import asyncio
import os
import resource
import time
from pathlib import Path

import pytest

from pocketmusec.documents.document import Document
from pocketmusec.documents.events import Events
from pocketmusec.documents.importer import Importer, Limits
from pocketmusec.documents.shelf import Shelf
from pocketmusec.documents.uploads import Upload
from pocketmusec.standards import limits
from pocketmusec.store import open_database, search
from tests.backend_process import BackendProcess, add, children, settled, upload, wait_for
from tests.conftest import Sample
from tests.fixtures.bombs import BOMBS, nested_deflate, tables
from tests.test_import import until

# a page of a minute is the product's bound; what is tried here is that there is one
QUICK = Limits(page_s=1.5, document_s=3)
# to start a worker on a busy machine, and to see that it is over
MARGIN_S = 20


def blow_up(folder: Path, content: bytes, name: str = "bomb.pdf") -> Document:
    """Import it with the real worker; the document once that is over."""
    db = open_database(str(folder / "library.db"))

    async def go() -> Document:
        importer = Importer(db, Shelf(db, Events()), QUICK)
        path = folder / "bomb.upload"
        path.write_bytes(content)
        document = Document("d", name, "pdf", 1, "s")
        format_ = {".csv": "csv", ".txt": "text"}.get(Path(name).suffix, "pdf")
        importer.begin(document, Upload(path, name, format_, 1, "s"))  # type: ignore[arg-type]
        async with asyncio.timeout(QUICK.document_s + MARGIN_S):
            await until(lambda: document.state in ("imported", "failed"))
            await importer.stop()
        assert not path.exists()
        return document

    document = asyncio.run(go())
    assert search.find(db, search.Query())["total"] == 0
    db.close()
    return document


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(tmp_path: Path, name: str) -> None:
    """Too complex, in bounded time, with bounded memory; the worker and its file are gone."""
    content = BOMBS[name]()
    assert len(content) < 30 * 2**20
    document = blow_up(tmp_path, content)
    assert (document.state, document.error and document.error.code) == ("failed", "too-complex")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < limits.MEMORY
    assert children(os.getpid()) == []


@pytest.mark.parametrize(("name", "content"), tables(), ids=lambda value: value if isinstance(value, str) else "")
def test_tables_and_texts(tmp_path: Path, name: str, content: bytes) -> None:
    """Of the greatest size that is taken: an outcome in the same bounds."""
    document = blow_up(tmp_path, content, name)
    assert document.state == "failed"
    assert document.error is not None
    assert document.error.code in ("too-complex", "no-standards", "bad-line")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < limits.MEMORY


def test_the_backend_lives_on(backend: BackendProcess, samples: dict[str, Sample], tmp_path: Path) -> None:
    """Health answers meanwhile, the upload's file goes, the backend's own memory stays small, the next import works."""
    path = tmp_path / "bomb.pdf"
    path.write_bytes(nested_deflate())
    with backend.client() as client:
        document_id = upload(client, path).json()["id"]
        begun = time.monotonic()
        assert client.get("/health").json()["status"] == "ok"
        assert time.monotonic() - begun < MARGIN_S
        assert settled(client, document_id)["error"]["code"] == "too-complex"
        assert list((backend.user_data / "uploads").iterdir()) == []
        wait_for(lambda: not children(backend.process.pid))
        peak = next(line for line in Path(f"/proc/{backend.process.pid}/status").read_text().splitlines() if "VmHWM" in line)
        assert int(peak.split()[1]) < 200 * 1024
        assert add(client, samples["tables"].path)["state"] == "imported"
