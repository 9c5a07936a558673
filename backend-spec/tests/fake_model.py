"""An OpenAI-compatible server for tests: answers as it is told, remembers what it was asked, notices when its client leaves."""

import contextlib
import json
import select
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

PLAN = """# Beat and echo

## Overview
We keep a *steady beat* and echo rhythms.

## Objectives
- Keep a **steady** beat
- Echo four beats

## Activities
### Warm-up (5 minutes)
Sing a song that all know.

### Echo game (25 minutes)
Clap, the class claps back.

## Materials
- Drums

## Notes
Watch the tempo.
"""


def event(text: str) -> bytes:
    """A piece of the stream."""
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


class FakeModel:
    """Use as a context manager. `answer` writes the response; it may block on `wait_gone`."""

    def __init__(self, answer: Callable[["Talk"], None] | None = None) -> None:
        self.answer = answer or (lambda talk: talk.stream(PLAN))
        self.asked: list[dict[str, Any]] = []
        self.gone = threading.Event()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                fake._take(self)

            def do_POST(self) -> None:
                fake._take(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def _take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        self.asked.append({"path": handler.path, "headers": dict(handler.headers), "body": json.loads(body) if body else None})
        handler.close_connection = True
        with contextlib.suppress(OSError):
            self.answer(Talk(handler, self.gone))

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Talk:
    """One request, as the answering function sees it."""

    def __init__(self, handler: BaseHTTPRequestHandler, gone: threading.Event) -> None:
        self._handler = handler
        self._gone = gone

    def head(self, status: int, kind: str) -> None:
        """Status and content type."""
        self._handler.send_response(status)
        self._handler.send_header("content-type", kind)
        self._handler.send_header("connection", "close")
        self._handler.end_headers()

    def write(self, content: bytes) -> None:
        """A piece of the body."""
        self._handler.wfile.write(content)
        self._handler.wfile.flush()

    def say(self, status: int, content: bytes, kind: str = "application/json") -> None:
        """All of it."""
        self.head(status, kind)
        self.write(content)

    def stream(self, text: str, *, end: bool = True) -> None:
        """The text in pieces of seven letters, some cut within an event."""
        self.head(200, "text/event-stream")
        whole = b"".join(event(text[at : at + 7]) for at in range(0, len(text), 7)) + (b"data: [DONE]\n\n" if end else b"")
        for at in range(0, len(whole), 500):
            self.write(whole[at : at + 500])

    def wait_gone(self) -> None:
        """Until the client leaves, half a minute at most; sets `gone` then."""
        connection: socket.socket = self._handler.connection
        readable, _, _ = select.select([connection], [], [], 30)
        if readable and connection.recv(1) == b"":
            self._gone.set()
