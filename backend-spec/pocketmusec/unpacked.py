"""The single-file form unpacks itself into a folder `_MEI…` at each start; the next start removes what a killed one left."""

import contextlib
import os
import sys

LOCK = "pocketmusec.lock"
PREFIX = "_MEI"


def sweep() -> None:
    """Mark our folder as in use, and remove ours that are not any more. Nothing in the other forms, and on Windows."""
    here = str(getattr(sys, "_MEIPASS", ""))
    if not os.path.basename(here).startswith(PREFIX) or sys.platform == "win32":  # noqa: PTH119
        return
    with contextlib.suppress(OSError):
        _lock(os.path.join(here, LOCK))  # noqa: PTH118
        parent = os.path.dirname(here)  # noqa: PTH120
        for name in os.listdir(parent):  # noqa: PTH208
            folder = os.path.join(parent, name)  # noqa: PTH118
            if name.startswith(PREFIX) and folder != here:
                _remove_if_left(folder)


def _lock(path: str, *, create: bool = True) -> int:
    """Lock the file for as long as this process and its forks live; OSError when somebody has it."""
    import fcntl

    descriptor = os.open(path, os.O_RDWR | (os.O_CREAT if create else 0), 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _remove_if_left(folder: str) -> None:
    import shutil

    # without our file it is another program's, or one that is just being unpacked; locked, it is in use
    with contextlib.suppress(OSError):
        descriptor = _lock(os.path.join(folder, LOCK), create=False)  # noqa: PTH118
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)
