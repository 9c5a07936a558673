"""Takes one uploaded file to disk, chunk by chunk: counted, hashed and looked at on the way, never whole in memory."""

import contextlib
import hashlib
import os
import re
import secrets
import sys
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.requests import ClientDisconnect, Request

from pocketmusec.documents.document import Format
from pocketmusec.problems import ProblemError

MAX_SIZE = 100 * 2**20
# boundaries and part headers around the file
MULTIPART_OVERHEAD = 64 * 2**10
# a table of all standards of a state needs a tenth of it
MAX_TEXT_SIZE = 20 * 2**20
PDF_MARK = b"%PDF-"
# readers accept junk before the mark, as mail programs and old printers leave it
MARK_WITHIN = 1024
MAX_NAME = 255
# how long to go on reading what was refused: the client shows our answer only once it could send
LINGER_S = 10.0

# a PDF is known by its content; text can only be told from other text by name
FORMATS: dict[str, Format] = {".csv": "csv", ".tsv": "csv", ".tab": "csv", ".txt": "text", ".text": "text", ".md": "text"}

TOO_LARGE = ProblemError(413, "too-large", "This file is larger than 100 MB. Split the PDF into parts and add them one by one.")
TOO_LARGE_TEXT = ProblemError(413, "too-large", "This file is larger than 20 MB. Split it into parts and add them one by one.")
EMPTY = ProblemError(422, "empty-file", "This file is empty (0 bytes). Download or export it again, then add it.")
NOT_PDF = ProblemError(
    415, "not-a-pdf", "This file is neither a PDF nor a .csv or .txt file. Save or export it as one of these, then add that file."
)
NO_FILE = ProblemError(400, "no-file", "The request holds no file. Choose one and add it again.")


@dataclass(frozen=True)
class Upload:
    """A whole document on disk, at a path that we chose."""

    path: Path
    name: str
    format: Format
    size: int
    sha256: str


class _Sink:
    """Hears the multipart parser and writes the part `file`."""

    def __init__(self, out: BinaryIO) -> None:
        self.out = out
        self.size = 0
        self.name: str | None = None
        self.done = False
        self.hash = hashlib.sha256()
        self._head = b""
        self._marked = False
        self._field = b""
        self._value = b""
        self._disposition = b""
        self._writing = False

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._on_field,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers,
            "on_part_data": self._on_data,
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self._disposition = b""

    def _on_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field = self._value = b""

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._writing = options.get(b"name") == b"file" and b"filename" in options and not self.done
        if self._writing:
            self.name = safe_name(options[b"filename"].decode("utf-8", "replace"))

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if not self._writing:
            return
        chunk = data[start:end]
        self.size += len(chunk)
        if self.size > MAX_SIZE:
            raise TOO_LARGE
        if not self._marked and self._text_format is not None and self.size > MAX_TEXT_SIZE:
            raise TOO_LARGE_TEXT
        if not self._marked and len(self._head) < MARK_WITHIN:
            self._head += chunk[: MARK_WITHIN + len(PDF_MARK)]
            self._marked = PDF_MARK in self._head[:MARK_WITHIN]
            if not self._marked and self._text_format is None and len(self._head) >= MARK_WITHIN:
                raise NOT_PDF
        self.hash.update(chunk)
        self.out.write(chunk)

    def _end(self) -> None:
        if self._writing:
            self.done = True
            self._writing = False

    @property
    def _text_format(self) -> Format | None:
        return FORMATS.get(Path(self.name or "").suffix.lower())

    @property
    def format(self) -> Format:
        """By content first: a PDF is one whatever its name says."""
        return "pdf" if self._marked else self._text_format or "pdf"

    def verdict(self) -> None:
        if self.name is None:
            raise NO_FILE
        if self.size == 0:
            raise EMPTY
        if not self._marked and self._text_format is None:
            raise NOT_PDF
        if not self.done:
            raise ProblemError(400, "no-file", "The file did not arrive whole. Add it again.")


async def receive(request: Request, folder: Path) -> Upload:
    """Read the request's part `file` into `folder`. Raises ProblemError, and then leaves nothing there."""
    boundary = _boundary(request)
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > MAX_SIZE + MULTIPART_OVERHEAD:
        raise TOO_LARGE
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{os.getpid()}-{secrets.token_hex(16)}.upload"
    try:
        with path.open("xb") as out:
            sink = _Sink(out)
            parser = MultipartParser(boundary, sink.callbacks())  # type: ignore[arg-type]
            # closed at once, so that what is left of the body can be read afterwards
            async with contextlib.aclosing(body(request)) as chunks:
                async for chunk in chunks:
                    parser.write(chunk)
        sink.verdict()
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, FormParserError):
            raise NO_FILE from error
        if isinstance(error, OSError):
            raise ProblemError(
                507, "disk", "The disk is full or cannot be written. Make room, then add the file again."
            ) from error
        raise
    assert sink.name is not None  # noqa: S101
    return Upload(path, sink.name, sink.format, sink.size, sink.hash.hexdigest())


async def drain(request: Request) -> None:
    """Throw the rest of a refused body away for a while: closing at once would reset the connection under the answer."""
    if getattr(request.state, "body_is_read", False):
        return
    end = time.monotonic() + LINGER_S
    with contextlib.suppress(ClientDisconnect, RuntimeError):
        async for _chunk in body(request):
            if time.monotonic() > end:
                return


async def body(request: Request) -> AsyncGenerator[bytes, None]:
    """The request's body as it arrives; may be left and taken up again."""
    # not request.stream(): it cannot be taken up again after it was left
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        # noted before the chunk is looked at: if it is refused, there must be nothing more to wait for
        request.state.body_is_read = not message.get("more_body", False)
        yield message.get("body", b"")
        if request.state.body_is_read:
            return


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise NO_FILE
    return options[b"boundary"]


def safe_name(given: str) -> str:
    """The file's name for people to read. It never becomes a path."""
    last = re.split(r"[/\\]", given)[-1]
    clean = "".join(c for c in last if c.isprintable()).strip()[:MAX_NAME]
    return clean or "document.pdf"


def sweep(folder: Path) -> None:
    """Remove what killed backends left behind: files named as we name them, by a process that no longer runs."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            named = re.fullmatch(r"(\d+)-[0-9a-f]{32}\.upload", path.name)
            # a web version on the same database may be receiving one right now
            if named and not _runs(int(named[1])):
                path.unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    if sys.platform == "win32" or pid == os.getpid():
        return False  # there, signal 0 would end the process
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
