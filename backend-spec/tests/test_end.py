"""How the backend ends: asked, signalled, left alone; in order, in time, and with code 0."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.backend_process import HERE, SOURCE, BackendProcess, add, alive, children, wait_for
from tests.conftest import Sample
from tests.test_contract import is_problem, listen

SLOW = (sys.executable, "-m", "tests.slow_backend")
# RFC 6455: the end of the conversation, masked, without a reason
CLOSE_FRAME = b"\x88\x80\0\0\0\0"


def slow(tmp_path: Path) -> BackendProcess:
    """A backend with slow routes, ready."""
    return BackendProcess(tmp_path, command=SLOW)


def in_flight(backend: BackendProcess, path: str) -> tuple[threading.Thread, list[httpx.Response | Exception]]:
    """Send a request from a thread; returns once the route runs."""
    answers: list[httpx.Response | Exception] = []

    def ask() -> None:
        try:
            with backend.client() as client:
                answers.append(client.get(path))
        except httpx.HTTPError as error:
            answers.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    assert backend.process.stderr is not None
    assert backend.process.stderr.readline() == b"begun\n"
    return thread, answers


def asked(backend: BackendProcess) -> float:
    """POST /api/shutdown; the time of its answer."""
    with backend.client() as client:
        answer = client.post("/api/shutdown")
    assert (answer.status_code, answer.json()) == (200, {"status": "stopping"})
    return time.monotonic()


def test_shutdown_answers_then_ends(backend: BackendProcess, samples: dict[str, Sample]) -> None:
    """Scenario: Graceful shutdown endpoint

    200 first, code 0, the journal written back, within a second when nothing runs; and not without the token.
    """
    with backend.client() as client:
        add(client, samples["tables"].path)
    with httpx.Client(base_url=f"http://127.0.0.1:{backend.port}", trust_env=False, verify=False) as stranger:
        assert is_problem(stranger.post("/api/shutdown"), 401, "token")
    at = asked(backend)
    assert backend.wait() == 0
    assert time.monotonic() - at < 1
    left = {path.name for path in backend.user_data.iterdir()}
    assert left == {"pocket_musec.db", "images", "logs", "uploads"}
    assert sqlite3.connect(backend.user_data / "pocket_musec.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("path", ["/in_loop?s=1", "/in_thread?s=1", "/stream?s=1"])
def test_requests_in_flight_are_completed(tmp_path: Path, path: str) -> None:
    """Scenario: Graceful shutdown endpoint

    On the loop, in a thread, and streaming.
    """
    with slow(tmp_path) as backend:
        thread, answers = in_flight(backend, path)
        asked(backend)
        assert backend.wait() == 0
        thread.join()
        assert isinstance(answers[0], httpx.Response), answers
        assert answers[0].status_code == 200
        assert answers[0].text.endswith(("}", "end"))


def cut(folder: Path, path: str) -> tuple[str, float, bool]:
    """(path, how long the end took, whether the request got an answer all the same)"""
    with slow(folder) as backend:
        thread, answers = in_flight(backend, path)
        begun = time.monotonic()
        if path.startswith("/hang"):
            backend.process.terminate()
        else:
            begun = asked(backend)
        assert backend.wait() == 0, path
        took = time.monotonic() - begun
        thread.join()
        return path, took, isinstance(answers[0], httpx.Response)


def test_requests_that_never_end_are_cut(tmp_path: Path) -> None:
    """Scenario: Graceful shutdown endpoint

    After 3 s, well before the app's 5 s; even one that blocks the loop, for which SIGTERM stands in. Code 0.
    """
    paths = ["/in_loop?s=60", "/in_thread?s=60", "/stream?s=60", "/write?s=60", "/hang?s=60"]
    # at once: most of it is waiting
    with ThreadPoolExecutor(len(paths)) as pool:
        ends = list(pool.map(cut, [tmp_path / path[1:5] for path in paths], paths))
    for path, took, answered in ends:
        assert 2.5 <= took < 4.9, path
        # a stream has sent its head; what is cut is its end
        assert not answered, path


def test_a_mistake_of_ours_is_a_problem_document(tmp_path: Path) -> None:
    """500, without what went wrong; that is in the log, and the backend goes on."""
    with slow(tmp_path) as backend, backend.client() as client:
        answer = client.get("/crash")
        assert is_problem(answer, 500, "internal")
        assert "secret" not in answer.text
        assert client.get("/health").status_code == 200
        wait_for(lambda: "RuntimeError: a mistake with a secret in it" in backend.log())


def test_no_new_requests_while_ending(tmp_path: Path) -> None:
    """Scenario: Graceful shutdown endpoint

    New connections are refused by the system, and open ones are answered with 503 or closed.
    """
    with slow(tmp_path) as backend, backend.client() as client:
        client.get("/health")
        thread, _ = in_flight(backend, "/in_loop?s=1.5")
        asked(backend)

        def refused() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", backend.port)) != 0

        wait_for(refused, 1)
        with pytest.raises(httpx.TransportError):
            client.get("/api/documents")
        assert backend.process.poll() is None
        assert backend.wait() == 0
        thread.join()


def test_sockets_are_closed(backend: BackendProcess) -> None:
    """An open WebSocket neither delays the end nor is left hanging."""
    with listen(backend) as socket_:
        socket_.recv(timeout=5)
        at = asked(backend)
        assert backend.wait() == 0
        assert time.monotonic() - at < 1


def test_a_page_that_leaves_in_the_same_moment(tmp_path: Path) -> None:
    """Its socket is closing already when all sockets are closed: that is no failure of the end, and code 0."""
    with slow(tmp_path) as backend, listen(backend) as page:
        page.recv(timeout=5)
        thread, _ = in_flight(backend, "/hang?s=0.3")
        # while the loop is held up, both become due, and it meets them in one turn
        backend.process.terminate()
        page.socket.sendall(CLOSE_FRAME)
        assert backend.wait() == 0, backend.log()
        assert "Traceback" not in backend.log()
        thread.join()


@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT", "stdin"])
def test_other_ways_to_ask(backend: BackendProcess, how: str) -> None:
    """Signals and the end of stdin wind down the same way; the log says which."""
    if how == "stdin":
        assert backend.process.stdin is not None
        backend.process.stdin.close()
    else:
        backend.process.send_signal(signal.Signals[how])
    assert backend.wait() == 0
    assert f"stopped: {'stdin ended' if how == 'stdin' else how}" in backend.log()
    # communicate() in the fixture would trip over the closed pipe
    backend.process.stdin = None


@pytest.mark.parametrize("stop", [lambda p: p.terminate(), lambda p: p.stdin.close()], ids=["SIGTERM", "stdin"])
def test_an_end_while_starting(tmp_path: Path, stop: Callable[[subprocess.Popen[bytes]], None]) -> None:
    """From the moment it listens, half-way through the imports, the end is a clean one."""
    backend = BackendProcess(tmp_path).start()
    try:

        def listens() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", backend.port)) == 0

        while not listens():
            assert backend.process.poll() is None
        stop(backend.process)
        assert backend.wait() == 0
        backend.process.stdin = None
    finally:
        backend.end()


def test_sigterm_at_any_moment_of_the_start(tmp_path: Path) -> None:
    """Before Python runs our code the signal's default ends it; from then on it is code 0, and never anything else."""
    codes = []
    for delay_ms in (20, 60, 100, 150, 250, 400, 700):
        backend = BackendProcess(tmp_path).start()
        time.sleep(delay_ms / 1000)  # the moment is what is tried
        backend.process.terminate()
        codes.append(backend.wait())
        backend.end()
    assert set(codes) <= {0, -signal.SIGTERM}
    assert codes[-1] == 0


PARENT = """
import subprocess, sys, os, time
command = sys.argv[1:]
child = subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, "POCKETMUSEC_PARENT_PID": str(os.getpid())})
os.set_inheritable(child.stdin.fileno(), True)
print(child.pid, flush=True)
# somebody else holds the pipe open: only the kernel can tell of our death
holder = subprocess.Popen(["sleep", "60"], close_fds=False)
print(holder.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("stopped", ["none", "backend", "all"])
@pytest.mark.parametrize("warden", ["0", "1"])
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere stdin alone tells")
def test_nothing_outlives_a_killed_parent(tmp_path: Path, stopped: str, warden: str) -> None:
    """Though stdin stays open, and though the backend is stopped, or its warden with it."""
    backend = BackendProcess(tmp_path)
    environment = {
        "PATH": os.environ["PATH"],
        "ELECTRON_MODE": "true",
        "POCKETMUSEC_USER_DATA": str(tmp_path),
        "POCKETMUSEC_TOKEN": "canary-4f1d9a",
        "POCKETMUSEC_WARDEN": warden,
    }
    command = [sys.executable, "-c", PARENT, *SOURCE, "--port", str(backend.port)]
    parent = subprocess.Popen(command, cwd=HERE, env=environment, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    spawned, holder = int(parent.stdout.readline()), int(parent.stdout.readline())
    try:
        wait_for(lambda: "serving" in backend.log())
        pids = [spawned, *children(spawned)]
        assert len(pids) == 1 + int(warden)
        for pid in {"none": [], "backend": pids[-1:], "all": pids}[stopped]:
            os.kill(pid, signal.SIGSTOP)
        parent.kill()
        wait_for(lambda: not any(alive(pid) for pid in pids), 2)
    finally:
        os.kill(holder, signal.SIGKILL)
        parent.kill()
        parent.wait()


def test_an_orphan_at_birth_leaves(tmp_path: Path) -> None:
    """The parent died between fork and our first line."""
    backend = BackendProcess(tmp_path, environment={"POCKETMUSEC_PARENT_PID": "1"}).start()
    assert backend.wait() == 3
    backend.end()
