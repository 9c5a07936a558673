"""The frozen backend does the whole job on its own: `-m frozen`, after `build.py --out .build/backend`."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pocketmusec.store import migrations
from tests.backend_process import FROZEN, BackendProcess, add, children, upload
from tests.conftest import Sample
from tests.test_contract import heard, is_problem, listen

pytestmark = pytest.mark.frozen

# no Python to be found, and none of its variables
BARE = {"PATH": "/nonexistent"}


@pytest.fixture(scope="module")
def executable() -> Path:
    """The build, which must be there."""
    assert FROZEN.exists(), "build first: .venv/bin/python backend-spec/build.py --out .build/backend"
    return FROZEN


@pytest.mark.parametrize("warden", ["0", "1"])
def test_the_whole_job(executable: Path, tmp_path: Path, samples: dict[str, Sample], warden: str) -> None:
    """Scenario: Backend bundles successfully
    Scenario: Hidden imports are included
    Scenario: Data files are bundled

    Health, migrations, WebSocket, import in the worker, search, refusals, end: nothing is missing, with no Python around.
    """
    sample = samples["tables"]
    environment = {**BARE, "POCKETMUSEC_WARDEN": warden}
    with BackendProcess(tmp_path, command=(str(executable),), environment=environment, cwd=tmp_path) as backend:
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
            assert client.get("/openapi.json").status_code == 200
            assert children(backend.process.pid)
            client.post("/api/shutdown")
        assert backend.wait() == 0
        assert backend.output_so_far() == b""
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
