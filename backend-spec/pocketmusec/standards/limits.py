"""Bounds on what one PDF may cost: its worker may be killed, the teacher's machine must stay usable."""

import contextlib
import os
import sys

MAX_PAGES = 2000
MAX_RECORDS = 50_000
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
