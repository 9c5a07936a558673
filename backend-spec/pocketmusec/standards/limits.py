"""Bounds on what one document may cost: its worker may be killed, the teacher's machine must stay usable."""

import contextlib
import os
import sys

MAX_PAGES = 2000
MAX_RECORDS = 50_000
# letters in one text, and in all: what the worker hands over is kept in the backend until it is stored
MAX_TEXT = 20_000
MAX_TEXTS = 30_000_000
# on top of what the libraries take; a page of a real standards document needs below 100 MiB
MEMORY = 1536 * 2**20
# the app, the page and health come first
NICENESS = 5


def apply() -> None:
    """Bound this process's memory and lower its priority. Windows has neither call; there the time limit stands alone."""
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        # macOS accepts and ignores this one
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with contextlib.suppress(OSError, ValueError):
        # a crash in a PDF library must not fill the disk with a core file of the teacher's document
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
