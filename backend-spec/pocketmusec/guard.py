"""The warden (Linux): a process above the backend, or above a guest, that takes every descendant along when the app dies.

It is a subreaper, so orphans of orphans come to it whatever their group, session or environment; the kernel tells it
of the app's death by a signal that wakes it even where it was stopped. SIGUSR2 from the app means the same: end the
whole tree at once.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from types import FrameType
from typing import NoReturn

from pocketmusec import exits, lifetime

PR_SET_CHILD_SUBREAPER = 36
NOT_RUNNABLE = 127
SWEEP_S = 5.0
POLL_S = 0.001
# to the backend and its workers, as they would get it without a warden
TO_GROUP = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# for a dump of the backend's stacks: its workers would die of it
TO_CHILD = (signal.SIGUSR1, signal.SIGQUIT)


def stand_guard(parent: str) -> str:
    """Fork: the parent becomes the warden, the child returns and goes on as the backend, with the warden's pid as parent.

    Must come before any thread is started. `parent` is the app's pid, or "" when it is not known.
    """
    if sys.platform != "linux":
        return parent
    _guarded(parent)
    return str(os.getppid())


def run_guest(command: tuple[str, ...]) -> NoReturn:
    """Run a command that knows nothing of us under a warden, and leave with its exit code or signal."""
    parent = os.environ.pop("POCKETMUSEC_PARENT_PID", "")
    _forget_frozen()
    if sys.platform == "linux":
        _guarded(parent)
        lifetime.die_with_parent(signal.SIGKILL, str(os.getppid()))
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError as error:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"pocketmusec: cannot run {command[0]}: {error.strerror}.\n")
        os._exit(NOT_RUNNABLE)


def _forget_frozen() -> None:
    """Take out of the environment what PyInstaller's start put there: with our libraries a guest may run wrongly."""
    for name in [name for name in os.environ if name.startswith(("_PYI_", "_MEIPASS"))]:
        del os.environ[name]
    former = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if former is not None:
        os.environ["LD_LIBRARY_PATH"] = former
    elif getattr(sys, "frozen", False):
        os.environ.pop("LD_LIBRARY_PATH", None)


def _guarded(parent: str) -> None:
    """Returns in the child only, which leads a group of its own: it gets each signal once, from the warden."""
    app = os.getppid()
    handled = (*TO_GROUP, *TO_CHILD, signal.SIGUSR2, signal.SIGCONT)
    # a signal between fork and the handlers below would hit a warden that does not know its child
    signal.pthread_sigmask(signal.SIG_BLOCK, handled)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    former = {number: signal.getsignal(number) for number in handled}
    signal.signal(signal.SIGUSR2, _end_all)

    def awake(number: int, frame: FrameType | None) -> None:
        # anybody may send it; the app is dead only if we have another parent
        if os.getppid() != app:
            _end_all(number, frame)

    signal.signal(signal.SIGCONT, awake)
    # of all signals this one alone reaches a warden that was stopped
    lifetime.die_with_parent(signal.SIGCONT, parent)
    child = os.fork()
    # in both: neither may go on before it is done, and who comes second is told that it was
    with contextlib.suppress(OSError):
        os.setpgid(child, 0)
    if child == 0:
        for number, handler in former.items():
            signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, handled)
        return

    def pass_on(number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if number in TO_GROUP else os.kill)(child, number)

    for number in (*TO_GROUP, *TO_CHILD):
        signal.signal(number, pass_on)
    _let_go_of_pipes()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, handled)
    _mirror(_wait_for(child))


def _wait_for(child: int) -> int:
    while True:
        # orphans that were given to us are reaped on the way
        pid, status = os.waitpid(-1, 0)
        if pid == child:
            # its number may be somebody else's from now on
            for number in (*TO_GROUP, *TO_CHILD):
                signal.signal(number, signal.SIG_IGN)
            _sweep(time.monotonic() + SWEEP_S)
            return status


def _mirror(status: int) -> NoReturn:
    """Leave as the child left, so that the app reads the same code or signal."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        # no second core file: the child wrote its own
        with contextlib.suppress(Exception):
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        time.sleep(1)
    os._exit(os.WEXITSTATUS(status))


def _let_go_of_pipes() -> None:
    # the app waits for the end of these; they must end with the child
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    os.close(null)


def _end_all(_number: int, _frame: FrameType | None) -> None:
    _sweep(time.monotonic() + SWEEP_S)
    os._exit(exits.OK)


def _sweep(deadline: float) -> None:
    """Kill all descendants, again and again until none is left: one may fork while we look."""
    while time.monotonic() < deadline:
        tree = _descendants(os.getpid())
        if not tree:
            return
        for pid in tree:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        _reap()
        time.sleep(POLL_S)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for child in _children(pid):
        found += [child, *_descendants(child)]
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    # a process that ends while we read it has none
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                found += [int(word) for word in file.read().split()]
    return found
