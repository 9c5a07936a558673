"""Closes what the parent leaked: Electron hands its children up to 49 open files, a database lock among them."""

import contextlib
import os
import sys

FIRST_OWN = 3


def close_inherited() -> None:
    """Close every descriptor from 3 up. Call as the first act; under a debugger it does nothing, as it would cut its wire."""
    if sys.gettrace() is not None or "debugpy" in sys.modules or "pydevd" in sys.modules:
        return
    # asking which are open beats closing up to the limit, which can be a million
    try:
        numbers = [int(name) for name in os.listdir("/dev/fd")]  # noqa: PTH208
    except (OSError, ValueError):
        with contextlib.suppress(OSError):
            os.closerange(FIRST_OWN, 4096)
        return
    for number in numbers:
        if number >= FIRST_OWN:
            with contextlib.suppress(OSError):
                os.close(number)
