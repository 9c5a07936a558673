"""The worker process: one JSON line in for each PDF, JSON lines out; ends when its backend does."""

import json
import logging
import os
import signal
import sys

from pocketmusec import lifetime


def main() -> None:
    """Serve until stdin ends. Libraries are loaded at once: the backend starts us as an upload begins."""
    lifetime.die_with_parent(lifetime.SIGKILL, os.environ.get("POCKETMUSEC_PARENT_PID", ""))
    # Ctrl-C in a terminal reaches the whole group; the backend decides when we end
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # pdfminer warns of every odd object; the teacher gets one verdict instead
    logging.disable(logging.CRITICAL)
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    # whatever a library prints must not get between our lines
    os.dup2(2, 1)
    from pocketmusec.standards import limits, read

    limits.apply()
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        for message in read.read(asked["path"], asked["format"]):
            out.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
