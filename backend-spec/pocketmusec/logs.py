"""Logging: in desktop mode to LOG_PATH only, in web mode to stdout; a log that cannot be written never ends the backend."""

import faulthandler
import io
import logging
import logging.handlers
import os
import signal
import sys
import time

SIGUSR1 = getattr(signal, "SIGUSR1", None)  # Windows has none


class IsoFormatter(logging.Formatter):
    """`2026-11-23T18:34:15.123Z INFO pocketmusec.server message`; the app's log reader sorts by the stamp."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002
        """UTC with milliseconds."""
        return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03d}Z"


class BackendLogHandler(logging.handlers.WatchedFileHandler):
    """Follows the app's rotation, and counts what it cannot write instead of failing."""

    dropped = 0

    def _open(self) -> io.TextIOWrapper:
        os.makedirs(os.path.dirname(self.baseFilename), exist_ok=True)  # noqa: PTH103, PTH120
        stream = super()._open()
        dump_stacks_to(stream)
        return stream

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record; a full disk or a folder without permission costs the line, not the process."""
        try:
            if self.stream is None:
                self.stream = self._open()
                self._statstream()
            super().emit(record)
        except OSError:
            self.dropped += 1


def dump_stacks_to(stream: io.TextIOWrapper | None = None) -> None:
    """SIGUSR1 writes all stacks to `stream` (stderr without one): the app asks for it before it kills a hung backend."""
    if SIGUSR1 is not None:
        faulthandler.register(SIGUSR1, file=stream or sys.stderr, all_threads=True)


def set_up(log_path: str, *, desktop: bool) -> None:
    """Send all records where the mode wants them."""
    logging.raiseExceptions = False
    handler: logging.Handler
    handler = BackendLogHandler(log_path, delay=True, encoding="utf-8") if desktop else logging.StreamHandler(sys.stdout)
    handler.setFormatter(IsoFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # every request of the app would be a line; the backend's own records say what matters
    for name in ("uvicorn", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
