"""The frozen backend does the whole job on its own: `-m frozen`, after `build.py --out .build/backend`."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pocketmusec.store import migrations
from tests import bare_root
from tests.backend_process import FROZEN, BackendProcess, add, upload
from tests.conftest import Sample
from tests.fake_model import FakeModel
from tests.test_contract import heard, is_problem, listen
from tests.test_exports import read_pdf
from tests.test_images import made, send
from tests.test_lessons import WHOLE

pytestmark = pytest.mark.frozen

# no Python to be found, and none of its variables
BARE = {"PATH": "/nonexistent"}
GIF = bytes.fromhex("47494638396101000100800000ff0000ffffff2c00000000010001000002024401003b")
EXPORTS = {"md": b"# Rhythm", "docx": b"PK", "pdf": b"%PDF-", "json": b"{"}


FORMS = {"folder": FROZEN, "file": FROZEN.parents[1] / "backend-single-file" / FROZEN.name}


@pytest.fixture(scope="module", params=list(FORMS))
def executable(request: pytest.FixtureRequest) -> Path:
    """Each form of the build, which must be there."""
    found = FORMS[request.param]
    assert found.exists(), f"build first: npm run conformance -- --frozen {request.param}"
    return found


def whole_job(backend: BackendProcess, samples: dict[str, Sample]) -> None:
    """Health, migrations, WebSocket, import in the worker, search, lessons, exports, refusals, end: nothing is missing."""
    sample = samples["tables"]
    with backend.client() as client:
        assert client.get("/health").json()["schema"] == migrations.known()[-1][0]
        with listen(backend) as socket:
            assert heard(socket)["type"] == "documents"
        done = add(client, sample.path)
        assert (done["state"], done["standards"]) == ("imported", len(sample.known.standards)), done
        assert client.get("/api/standards", params={"q": "K.CN.1"}).json()["hits"][0]["code"] == "K.CN.1"
        assert is_problem(upload(client, sample.path), 409, "already-imported")
        assert add(client, samples["encrypted"].path)["error"]["code"] == "encrypted"
        assert add(client, samples["owner"].path)["state"] == "imported"
        image = client.post("/api/images", files={"file": ("dot.gif", GIF, "image/gif")}).json()
        assert client.get(f"/api/images/{image['id']}/thumbnail").content[8:12] == b"WEBP"
        lesson = client.post("/api/lessons", json={"title": "Rhythm", "standards": ["K.CN.1"], "images": [image["id"]]}).json()
        for kind, begin in EXPORTS.items():
            exported = client.get(f"/api/lessons/{lesson['id']}/export", params={"format": kind})
            assert (exported.status_code, exported.content[: len(begin)]) == (200, begin), kind
        assert "/api/lessons" in client.get("/openapi.json").json()["paths"]
        client.post("/api/shutdown")
    assert backend.wait() == 0
    assert backend.output_so_far() == b""
    assert "Traceback" not in backend.log()


@pytest.mark.parametrize("warden", ["0", "1"])
def test_the_whole_job(executable: Path, tmp_path: Path, samples: dict[str, Sample], warden: str) -> None:
    """Scenario: Hidden imports are included
    Scenario: Data files are bundled

    With no Python in its PATH.
    """
    environment = {**BARE, "POCKETMUSEC_WARDEN": warden}
    with BackendProcess(tmp_path, command=(str(executable),), environment=environment, cwd=tmp_path) as backend:
        whole_job(backend, samples)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no such root to make")
def test_the_whole_job_where_there_is_no_python(executable: Path, tmp_path: Path, samples: dict[str, Sample]) -> None:
    """Scenario: Backend bundles successfully

    In a root folder with the backend and the C library and zlib, and no other program.
    """
    root = tmp_path / "root"
    command = bare_root.make(root, executable, FROZEN.parent)
    assert not list(root.rglob("*python3")), "there is a Python in it"
    with BackendProcess(root / bare_root.DATA, command=command, environment=bare_root.environment()) as backend:
        whole_job(backend, samples)
    assert list((root / "tmp").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing tells that a process is gone")
def test_a_killed_single_file_is_swept_by_the_next(tmp_path: Path) -> None:
    """What it unpacked is left when it is killed; the next start removes it, and its own goes when it ends."""
    environment = {**BARE, "TMPDIR": str(tmp_path / "tmp"), "POCKETMUSEC_WARDEN": "1"}
    (tmp_path / "tmp").mkdir()

    def start() -> BackendProcess:
        return BackendProcess(tmp_path / "home", command=(str(FORMS["file"]),), environment=environment, cwd=tmp_path)

    def unpacked() -> set[str]:
        return {path.name for path in (tmp_path / "tmp").glob("_MEI*")}

    with start() as first:
        left = unpacked()
        first.process.kill()
        first.wait()
    assert len(left) == 1
    assert unpacked() == left
    with start() as second:
        assert unpacked().isdisjoint(left)
        with second.client() as client:
            client.post("/api/shutdown")
        assert second.wait() == 0
    assert unpacked() == set()


def test_a_lesson_with_all_that_it_loads_late(executable: Path, tmp_path: Path) -> None:
    """Scenario: Hidden imports are included
    Scenario: Data files are bundled

    Images, every export, and the client of a language model: fonts, templates and libraries are there, with no Python around.
    """
    with (
        FakeModel() as fake,
        BackendProcess(tmp_path, command=(str(executable),), environment=BARE, cwd=tmp_path) as backend,
        backend.client() as client,
    ):
        image = send(client, made("WEBP", (300, 200))).json()["id"]
        lesson = client.post("/api/lessons", json={**WHOLE, "title": "Dvořák 音楽", "images": [image]}).json()
        for form, begin in {"md": b"# Dvo", "docx": b"PK", "pdf": b"%PDF-", "json": b"{"}.items():
            file = client.get(f"/api/lessons/{lesson['id']}/export", params={"format": form})
            assert (file.status_code, file.content.startswith(begin)) == (200, True), file.text
            if form == "pdf":
                assert "Dvořák 音楽" in read_pdf(file.content)[0]
        client.put("/api/model", json={"base_url": fake.url, "name": "tiny"})
        answer = client.post("/api/model/check")
        # it was reached, and answered as a server of another kind
        assert (answer.status_code, answer.json()["code"], len(fake.asked)) == (502, "model-answer", 1)
    assert "Traceback" not in backend.log()


def test_size_and_manifest(executable: Path) -> None:
    """Scenario: Backend bundles successfully

    Below 200 MB, and the manifest says what was built.
    """
    manifest = json.loads((executable.parent / "build-manifest.json").read_text())
    assert manifest["sha256"] == hashlib.sha256(executable.read_bytes()).hexdigest()
    assert manifest["size"] == executable.stat().st_size
    assert sum(path.lstat().st_size for path in executable.parent.rglob("*") if path.is_file()) < 200 * 10**6
    assert not list(executable.parent.rglob("*.py"))


def test_it_refuses_as_the_source_does(executable: Path, tmp_path: Path) -> None:
    """Exit codes are the same."""
    backend = BackendProcess(tmp_path, command=(str(executable),), environment={**BARE, "POCKETMUSEC_TOKEN": "UNSET"})
    backend.start()
    assert backend.wait() == 78
    backend.end()


@pytest.mark.skipif(sys.platform != "linux", reason="the warden is for Linux")
def test_a_guest_gets_its_own_environment(executable: Path) -> None:
    """Nothing of PyInstaller's reaches a guest: with our libraries it could run wrongly."""
    given = {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": "/guest/lib", "GUEST": "1"}
    for environment in (given, {name: value for name, value in given.items() if name != "LD_LIBRARY_PATH"}):
        command = (str(executable), "--guard", "--", "/usr/bin/env")
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert dict(line.split("=", 1) for line in done.stdout.splitlines()) == environment
