"""Makes the heavy imports cheaper; on a small machine they are most of what a teacher waits for at the start."""

import contextlib
import gc
import sys
import types
from collections.abc import Iterator


@contextlib.contextmanager
def heavy() -> Iterator[None]:
    """Wrap the import of FastAPI and the making of routes in this (measured: 12 % less)."""
    # the collector looks through all modules again and again while they load, and finds nothing
    gc.disable()
    # FastAPI asks for pydantic's old half at each route and takes its absence for an answer; we have no such models
    sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]
    try:
        yield
    finally:
        # what was loaded stays for good: later collections need not visit it
        gc.freeze()
        gc.enable()


def without_pdfium() -> None:
    """Give pdfplumber an empty pypdfium2: it asks for it at once to draw pages, which we never do, and so 7 MiB need not ship."""
    sys.modules.setdefault("pypdfium2", types.ModuleType("pypdfium2"))
