"""How the backend starts, or refuses to: exit codes, environment, log, descriptors."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pocketmusec.store import migrations
from tests.backend_process import SOURCE, TOKEN, BackendProcess, children, wait_for

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Z]+ [a-z_.]+ .+")


def refused(backend: BackendProcess) -> tuple[int, str, str]:
    """(exit code, stderr, stdout) of a start that fails."""
    backend.start()
    # not communicate(): it would end stdin, which is a wish to end
    backend.wait(20)
    out, err = backend.process.communicate()
    return backend.process.returncode, err.decode(), out.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--port",),
        ("--port", "0"),
        ("--port", "65536"),
        ("--port", "x"),
        ("--port", "-1"),
        ("--reload",),
        ("--port", "8000", "x"),
        ("--guard",),
    ],
)
def test_bad_arguments(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """78, saying what is allowed."""
    code, err, out = refused(BackendProcess(tmp_path, arguments=arguments))
    assert (code, out) == (78, "")
    assert err.startswith("pocketmusec: ")


@pytest.mark.parametrize(
    "environment",
    [{"POCKETMUSEC_TOKEN": "UNSET"}, {"POCKETMUSEC_TOKEN": " "}, {"DATABASE_PATH": "UNSET", "POCKETMUSEC_USER_DATA": "UNSET"}],
)
def test_bad_environment(tmp_path: Path, environment: dict[str, str]) -> None:
    """78, naming the variable."""
    code, err, _ = refused(BackendProcess(tmp_path, environment=environment))
    assert code == 78
    assert next(iter(environment)) in err


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("reuse", [False, True])
def test_a_taken_port(tmp_path: Path, address: str, reuse: bool) -> None:  # noqa: FBT001
    """98, whoever listens there and with whatever options, and before anything is written."""
    with socket.socket() as stranger:
        if reuse:
            stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind((address, 0))
        stranger.listen()
        code, err, _ = refused(BackendProcess(tmp_path / "new", port=stranger.getsockname()[1]))
    assert code == 98
    assert "taken" in err
    assert not (tmp_path / "new").exists()


def test_a_port_that_is_free_again(tmp_path: Path) -> None:
    """Connections of the former backend that linger do not make the port a taken one."""
    with BackendProcess(tmp_path) as first:
        port = first.port
        with first.client() as client:
            client.post("/api/shutdown")
        assert first.wait() == 0
    with BackendProcess(tmp_path, port=port):
        pass


def test_a_newer_database(tmp_path: Path) -> None:
    """65, on stderr and in the log, and the file as it was."""
    path = tmp_path / "pocket_musec.db"
    sqlite3.connect(path).execute("PRAGMA user_version = 7")
    before = path.read_bytes()
    backend = BackendProcess(tmp_path)
    code, err, _ = refused(backend)
    assert code == 65
    assert "newer version" in err
    assert "newer version" in backend.log()
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("*.db-*"))


def test_a_missing_package(tmp_path: Path) -> None:
    """1, with the traceback on stderr, where the app takes its evidence from, and one line in the log."""
    backend = BackendProcess(tmp_path, command=(sys.executable, "-S", "-m", "pocketmusec"))
    code, err, _ = refused(backend)
    assert code == 1
    assert "Traceback (most recent call last):" in err
    assert err.rstrip().splitlines()[-1].startswith("ModuleNotFoundError: No module named ")
    assert "the backend failed: ModuleNotFoundError" in backend.log()
    assert "Traceback" not in backend.log()


@pytest.mark.parametrize("variable", ["DATABASE_PATH", "IMAGE_STORAGE_PATH"])
def test_unwritable_folders(tmp_path: Path, variable: str) -> None:
    """73."""
    (tmp_path / "file").touch()
    code, err, _ = refused(BackendProcess(tmp_path, environment={variable: str(tmp_path / "file" / "x")}))
    assert code == 73
    assert "file" in err


def test_paths_default_to_user_data(tmp_path: Path) -> None:
    """Scenario: Database path in userData

    The folder is made, migrations have run, and only the owner can read it.
    """
    unset = dict.fromkeys(("DATABASE_PATH", "IMAGE_STORAGE_PATH", "LOG_PATH"), "UNSET")
    home = tmp_path / "user data" / "ünï"
    with BackendProcess(home, environment=unset) as backend, backend.client() as client:
        assert client.get("/health").json()["schema"] == migrations.known()[-1][0]
    assert sqlite3.connect(home / "pocket_musec.db").execute("SELECT count(*) FROM standards").fetchone() == (0,)
    assert (home / "images").is_dir()
    assert "serving" in backend.log()
    assert (home / "pocket_musec.db").stat().st_mode & 0o077 == 0


def test_environment(tmp_path: Path) -> None:
    """Scenario: Backend environment is isolated

    Database, images and log go where the environment says, nowhere else, and the token is in no log, argument or child.
    """
    elsewhere = tmp_path / "elsewhere"
    places = {
        "DATABASE_PATH": str(elsewhere / "db" / "x.db"),
        "IMAGE_STORAGE_PATH": str(elsewhere / "img"),
        "LOG_PATH": str(elsewhere / "log" / "b.log"),
    }
    with BackendProcess(tmp_path / "home", environment=places) as backend:
        with backend.client() as client:
            client.get("/api/documents", params={"x": "1"})
            client.post("/api/documents", files={"file": ("a.pdf", b"%PDF-")})
        assert TOKEN not in Path(f"/proc/{backend.process.pid}/cmdline").read_text()
        worker = wait_for(
            lambda: [p for p in Path("/proc").glob("[0-9]*/status") if f"PPid:\t{backend.process.pid}\n" in p.read_text()]
        )[0]
        assert TOKEN.encode() not in (worker.parent / "environ").read_bytes()
        backend.process.terminate()
        backend.wait()
    assert (elsewhere / "db" / "x.db").exists()
    assert (elsewhere / "img").is_dir()
    assert TOKEN not in (elsewhere / "log" / "b.log").read_text()
    assert not (tmp_path / "home").exists()


def test_log(tmp_path: Path) -> None:
    """Scenario: Backend detects Electron mode

    Records go to the file with time stamps, follow its rotation, and nothing comes on stdout.
    """
    with BackendProcess(tmp_path) as backend:
        log = tmp_path / "logs" / "backend.log"
        assert log.exists()
        log.rename(log.with_suffix(".1"))
        backend.process.terminate()
        assert backend.wait() == 0
        assert backend.output_so_far() == b""
    lines = backend.log().splitlines()
    assert lines
    assert all(LINE.fullmatch(line) for line in lines), lines


@pytest.mark.parametrize("path", ["file/log.txt", "/dev/full", "."])
def test_a_log_that_cannot_be_written(tmp_path: Path, path: str) -> None:
    """Costs the lines, not the backend."""
    (tmp_path / "file").touch()
    with BackendProcess(tmp_path / "home", environment={"LOG_PATH": str(tmp_path / path)}) as backend:
        with backend.client() as client:
            assert client.post("/api/shutdown").status_code == 200
        assert backend.wait() == 0


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no such signal")
def test_stacks_are_dumped_to_the_log(backend: BackendProcess) -> None:
    """Before a hung backend is killed the app asks where it hangs; a healthy one goes on."""
    backend.process.send_signal(signal.SIGUSR1)
    wait_for(lambda: ("Current thread" in backend.log() and "main_loop" in backend.log()) or "Thread 0x" in backend.log())
    with backend.client() as client:
        assert client.get("/health").status_code == 200


def test_leaked_descriptors_are_closed(tmp_path: Path) -> None:
    """Electron leaks its own into children; a lock or a socket among them must not live on in us."""
    with tempfile.TemporaryFile() as leaked, socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        port.listen()
        numbers = (leaked.fileno(), port.fileno())
        backend = BackendProcess(tmp_path)
        environment = {**os.environ, "ELECTRON_MODE": "true", "POCKETMUSEC_USER_DATA": str(tmp_path), "POCKETMUSEC_TOKEN": TOKEN}
        process = subprocess.Popen(
            (*SOURCE, "--port", str(backend.port)), cwd=backend.cwd, env=environment, stdin=subprocess.PIPE, pass_fds=numbers
        )
        try:
            wait_for(lambda: "serving" in backend.log())
            here = {str(Path(f"/proc/self/fd/{number}").readlink()) for number in numbers}
            there = {str(path.readlink()) for path in Path(f"/proc/{process.pid}/fd").iterdir() if path.is_symlink()}
            assert not here & there
        finally:
            process.terminate()
            assert process.wait(10) == 0


def test_nothing_watches_the_sources(backend: BackendProcess) -> None:
    """Scenario: Backend detects Electron mode

    No reloader above the backend or below it, no process but itself, and no watch on any file.
    """
    with backend.client() as client:
        assert client.get("/health").json()["pid"] == backend.process.pid
    assert children(backend.process.pid) == []
    opened = [str(path.readlink()) for path in Path(f"/proc/{backend.process.pid}/fd").iterdir() if path.is_symlink()]
    assert not [name for name in opened if "inotify" in name]


LOADED = """
import sys
from types import SimpleNamespace as Some
from pocketmusec import app, connections, server, unpacked
app.api(Some(settings=Some(token="x")))
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_nothing_heavy_is_loaded_at_the_start() -> None:
    """What reads PDFs, draws, writes files and calls other machines comes when it is first used: a start is mostly imports."""
    done = subprocess.run((sys.executable, "-c", LOADED), cwd=BackendProcess.cwd, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"fastapi", "pocketmusec"} <= loaded
    assert loaded & {"pdfplumber", "pdfminer", "PIL", "docx", "lxml", "reportlab", "httpx", "cryptography"} == set()


def test_it_listens_on_this_machine_only(backend: BackendProcess) -> None:
    """The address is read from the system."""
    rows = [line.split() for line in Path(f"/proc/{backend.process.pid}/net/tcp").read_text().splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{backend.port:04X}")]
    assert listening == [f"0100007F:{backend.port:04X}"]


def test_web_mode(tmp_path: Path) -> None:
    """Without Electron: log on stdout, no token needed, no way to end it over HTTP, stdin may end."""
    unset = dict.fromkeys(("ELECTRON_MODE", "POCKETMUSEC_TOKEN", "LOG_PATH"), "UNSET")
    backend = BackendProcess(tmp_path, environment=unset)
    backend.arguments = ("serve", "--port", str(backend.port))
    with backend, backend.client() as client:
        assert backend.process.stdin is not None
        backend.process.stdin.close()
        assert client.get("/api/documents").json() == {"documents": []}
        assert client.post("/api/shutdown").status_code == 404
        assert b"serving on port" in backend.output_so_far()
        assert not (tmp_path / "logs").exists()
        backend.process.stdin = None


@pytest.mark.skipif(sys.platform != "linux", reason="the warden is for Linux")
class TestWarden:
    """The process above the backend or a guest: transparent in all, and nothing survives it."""

    def test_it_passes_signals_and_codes_on(self, tmp_path: Path) -> None:
        """SIGTERM reaches the backend, its code comes back."""
        with BackendProcess(tmp_path, environment={"POCKETMUSEC_WARDEN": "1"}) as backend, backend.client() as client:
            assert client.get("/health").json()["pid"] != backend.process.pid
            backend.process.terminate()
            assert backend.wait() == 0
        assert "stopped: SIGTERM" in backend.log()

    def test_being_woken_is_no_reason_to_end(self, tmp_path: Path) -> None:
        """SIGCONT tells of the app's death, and may come from anybody."""
        with BackendProcess(tmp_path, environment={"POCKETMUSEC_WARDEN": "1"}) as backend, backend.client() as client:
            backend.process.send_signal(signal.SIGSTOP)
            backend.process.send_signal(signal.SIGCONT)
            assert client.get("/health").status_code == 200
            backend.process.terminate()
            assert backend.wait() == 0

    def test_a_dump_of_the_stacks_is_for_the_backend_alone(self, tmp_path: Path) -> None:
        """Its workers, which have no handler, would die of the signal."""
        note = tmp_path / "note"
        dump = f"trap 'echo dumped >> {note}' USR1 QUIT"
        script = f"{dump}; sleep 60 & echo $! >> {note}; wait; wait; kill -0 $! && echo unhurt >> {note}"
        guard = subprocess.Popen((*SOURCE, "--guard", "--", "bash", "-c", script), cwd=BackendProcess.cwd)
        for number, times in ((signal.SIGUSR1, 1), (signal.SIGQUIT, 2)):
            wait_for(lambda: note.exists() and note.read_text())
            guard.send_signal(number)
            wait_for(lambda times=times: note.read_text().count("dumped") == times)
        wait_for(lambda: "unhurt" in note.read_text())
        assert guard.wait(10) == 0

    def test_refusals_pass_through(self, tmp_path: Path) -> None:
        """Exit code and message are the backend's."""
        sqlite3.connect(tmp_path / "pocket_musec.db").execute("PRAGMA user_version = 7")
        code, err, _ = refused(BackendProcess(tmp_path, environment={"POCKETMUSEC_WARDEN": "1"}))
        assert code == 65
        assert "newer version" in err

    @pytest.mark.parametrize(("script", "code"), [("exit 7", 7), ("kill -KILL $$", -9), ("kill -TERM $$", -15), ("exit 0", 0)])
    def test_a_guest_is_mirrored(self, script: str, code: int) -> None:
        """The app sees what it would see without a warden."""
        done = subprocess.run((*SOURCE, "--guard", "--", "sh", "-c", script), cwd=BackendProcess.cwd, check=False)
        assert done.returncode == code

    def test_a_guest_that_is_missing(self) -> None:
        """Code 127 and a sentence."""
        done = subprocess.run(
            (*SOURCE, "--guard", "--", "/nothing/here"), cwd=BackendProcess.cwd, capture_output=True, text=True, check=False
        )
        assert (done.returncode, "cannot run /nothing/here" in done.stderr) == (127, True)

    def test_a_guest_gets_each_signal_once(self, tmp_path: Path) -> None:
        """Although the app signals groups: the guest and all its workers, as without a warden."""
        note = tmp_path / "note"
        worker = f"trap 'echo worker >> {note}; exit' TERM; echo up >> {note}; while :; do sleep 0.02; done"
        script = f"trap 'echo got >> {note}' TERM; ({worker}) & wait; wait"
        command = (*SOURCE, "--guard", "--", "bash", "-c", script)
        guard = subprocess.Popen(command, cwd=BackendProcess.cwd, start_new_session=True)
        wait_for(lambda: note.exists() and "up" in note.read_text())
        os.killpg(guard.pid, signal.SIGTERM)
        assert guard.wait(10) == 0
        assert sorted(note.read_text().split()) == ["got", "up", "worker"]

    def test_a_signal_after_the_guest_is_not_handed_on(self, tmp_path: Path) -> None:
        """Its number may be a stranger's by then, for as long as the sweep of what it left takes."""
        sweeping, killed = tmp_path / "sweeping", tmp_path / "killed"
        program = f"""
import os, time
from pathlib import Path
from pocketmusec import guard
os.killpg = lambda *_: Path({str(killed)!r}).touch()
def slow(_deadline):
    Path({str(sweeping)!r}).touch()
    time.sleep(0.3)
guard._sweep = slow
guard.run_guest(("sh", "-c", "exit 7"))
"""
        warden = subprocess.Popen((sys.executable, "-c", program), cwd=BackendProcess.cwd)
        wait_for(sweeping.exists)
        warden.terminate()
        assert warden.wait(10) == 7
        assert not killed.exists()

    @pytest.mark.parametrize("how", [signal.SIGUSR2, signal.SIGTERM])
    def test_no_descendant_survives(self, tmp_path: Path, how: signal.Signals) -> None:
        """Another session, another environment, orphaned: all gone with the guest."""
        note = tmp_path / "pid"
        script = f"env -i setsid sh -c '(sleep 60 & echo $! > {note}) & wait' & while :; do sleep 0.1; done"
        guard = subprocess.Popen((*SOURCE, "--guard", "--", "sh", "-c", script), cwd=BackendProcess.cwd)
        pid = int(wait_for(lambda: note.exists() and note.read_text().strip()))
        guard.send_signal(how)
        assert guard.wait(10) == (0 if how == signal.SIGUSR2 else -signal.SIGTERM)
        assert not Path(f"/proc/{pid}").exists()
