"""When the backend ends: signals, the end of stdin, the death of its parent; the first cause wins."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from pocketmusec import exits

PR_SET_PDEATHSIG = 1
SIGKILL = getattr(signal, "SIGKILL", 9)  # Windows has none
# the app waits 5 s for POST and exit together; a loop that is stuck must not use them up
LAST_RESORT_S = 4.5


class Stopping:
    """One wish to end. Before `attach` nothing is open and the process leaves at once; after it the server winds down."""

    def __init__(self) -> None:
        self.why = ""
        self._hook: Callable[[], None] | None = None

    def attach(self, hook: Callable[[], None]) -> None:
        """Call `hook` when the end is asked for; at once, if it already was."""
        self._hook = hook
        if self.why:
            hook()

    def request(self, why: str) -> None:
        """Ask for the end. Safe in a signal handler and from any thread; later calls change nothing."""
        if self.why:
            return
        self.why = why
        if self._hook is None:
            os._exit(exits.OK)
        last = threading.Timer(LAST_RESORT_S, os._exit, (exits.OK,))
        last.daemon = True
        last.start()
        self._hook()


def on_signals(stopping: Stopping) -> None:
    """Take SIGTERM and SIGINT; call this before heavy imports, so that an early SIGTERM still is a clean exit."""

    def handle(number: int, _frame: FrameType | None) -> None:
        stopping.request(signal.Signals(number).name)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)


def on_stdin_end(stopping: Stopping) -> None:
    """Watch stdin in a thread: the app holds it open for as long as it lives, on every platform."""

    def watch() -> None:
        try:
            while os.read(0, 4096):
                pass
        except OSError:
            pass  # a closed stdin is an ended one
        stopping.request("stdin ended")

    threading.Thread(target=watch, name="stdin", daemon=True).start()


def die_with_parent(signal_number: int, expected_parent: str) -> None:
    """Have the kernel end us when the parent dies (Linux, macOS). Exits ORPHANED if it died before we could ask."""
    if sys.platform == "darwin":
        _watch_parent(signal_number)
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if expected_parent and not _is_ours(os.getppid(), expected_parent):
        os._exit(exits.ORPHANED)


def _watch_parent(signal_number: int) -> None:
    # macOS has no PR_SET_PDEATHSIG: a thread waits, and the whole group goes, which we lead. Configured, not yet run.
    if sys.platform == "darwin":
        import select

        parent = os.getppid()
        queue = select.kqueue()
        try:
            queue.control([select.kevent(parent, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)], 0)
        except OSError:
            os._exit(exits.ORPHANED)
        if parent == 1:
            os._exit(exits.ORPHANED)

        def watch() -> None:
            queue.control([], 1)
            os.killpg(os.getpgrp(), signal_number)

        threading.Thread(target=watch, name="parent", daemon=True).start()


def _is_ours(parent: int, expected: str) -> bool:
    # PyInstaller's single-file form stands between: its bootloader is our parent, and the app is the bootloader's
    return str(parent) == expected or _parent_of(parent) == expected


def _parent_of(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[1]
    except (OSError, IndexError):
        return ""
