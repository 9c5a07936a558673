"""A real backend process for tests: started as the app starts it, asked over HTTP, always ended."""

import contextlib
import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

HERE = Path(__file__).resolve().parent.parent
TOKEN = "canary-4f1d9a"
GENERATION = "a1b2c3-4"
ORIGIN = "app://bundle"
SOURCE = (sys.executable, "-m", "pocketmusec")
FROZEN = HERE.parent / ".build" / "backend" / "main"


# below what systems give to outgoing connections, whose sheer number would take a port between choice and bind
PORTS = range(12_000, 20_000)


def free_port() -> int:
    """A port that nobody has now."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError(f"every port from {PORTS.start} to {PORTS.stop - 1} is taken")


def wait_for(condition: Callable[[], Any], timeout_s: float = 10) -> Any:
    """Poll until `condition` is truthy, for what tells nobody when it happens (a file, another process)."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError(f"not within {timeout_s} s: {condition}")


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(pid: int) -> list[int]:
    """Pids of the direct children."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(word) for word in (task / "children").read_text().split()]
    return found


@dataclass
class BackendProcess:
    """Use as a context manager, or `start` and `end`."""

    user_data: Path
    command: tuple[str, ...] = SOURCE
    environment: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] | None = None
    cwd: Path = HERE
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> Self:
        """Spawn without waiting for anything."""
        environment = {
            "PATH": os.environ["PATH"],
            "ELECTRON_MODE": "true",
            "DATABASE_PATH": str(self.user_data / "pocket_musec.db"),
            "IMAGE_STORAGE_PATH": str(self.user_data / "images"),
            "LOG_PATH": str(self.user_data / "logs" / "backend.log"),
            "POCKETMUSEC_USER_DATA": str(self.user_data),
            "POCKETMUSEC_TOKEN": TOKEN,
            "POCKETMUSEC_GENERATION": GENERATION,
            "POCKETMUSEC_ORIGIN": ORIGIN,
            **self.environment,
        }
        pipe = subprocess.PIPE
        arguments = ("--port", str(self.port)) if self.arguments is None else self.arguments
        self.process = subprocess.Popen(
            (*self.command, *arguments),
            cwd=self.cwd,
            env={name: value for name, value in environment.items() if value != "UNSET"},
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
        )
        return self

    def ready(self) -> Self:
        """Wait until it listens, then for its first answer, which it holds back until it can serve."""

        def connected() -> bool:
            assert self.process.poll() is None, self.process.communicate()
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0

        wait_for(connected)
        with self.client() as client:
            assert client.get("/health").status_code == 200
        return self

    def __enter__(self) -> Self:
        return self.start().ready()

    def __exit__(self, *_: object) -> None:
        self.end()

    def client(self, **headers: str) -> httpx.Client:
        """An HTTP client with the token."""
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"authorization": f"Bearer {TOKEN}", **headers},
            timeout=20,
            trust_env=False,
            # loading certificates takes longer than a request, and there is no TLS here
            verify=False,
        )

    def wait(self, timeout_s: float = 10) -> int:
        """The exit code, once it ended by itself."""
        return self.process.wait(timeout_s)

    def end(self) -> None:
        """End it, whatever state it is in."""
        for pid in [*self._tree(self.process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def _tree(self, pid: int) -> Iterator[int]:
        for child in children(pid):
            yield from self._tree(child)
            yield child

    def log(self) -> str:
        """What the log holds now."""
        path = self.user_data / "logs" / "backend.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def output_so_far(self) -> bytes:
        """What stands in stdout's pipe."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], 0)
        return os.read(self.process.stdout.fileno(), 65536) if ready else b""


def upload(client: httpx.Client, path: Path, *, replace: bool = False, name: str | None = None) -> httpx.Response:
    """POST the file as the page does."""
    with path.open("rb") as file:
        return client.post(
            "/api/documents",
            params={"replace": "true"} if replace else {},
            files={"file": (name or path.name, file, "application/pdf")},
        )


def settled(client: httpx.Client, document_id: str, timeout_s: float = 30) -> dict[str, Any]:
    """The document once its import is over."""

    def look() -> dict[str, Any] | None:
        document: dict[str, Any] = client.get(f"/api/documents/{document_id}").json()
        return document if document["state"] in ("imported", "failed") else None

    found: dict[str, Any] = wait_for(look, timeout_s)
    return found


def add(client: httpx.Client, path: Path, *, replace: bool = False) -> dict[str, Any]:
    """Upload and wait for the end of the import."""
    answer = upload(client, path, replace=replace)
    assert answer.status_code == 202, answer.text
    return settled(client, answer.json()["id"])
