"""Small uploads: one file of a multipart form, held to a size while it arrives, and refused so that the page can read why."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pocketmusec.documents import uploads
from pocketmusec.problems import ProblemError

# boundaries and part headers around the file
MULTIPART_OVERHEAD = 64 * 2**10

FILE_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@dataclass(frozen=True)
class SmallFile:
    """A file that fits in memory; `name` is for people to read, never a path."""

    name: str
    content: bytes


class RefusedUpload(Response):
    """A problem document that goes out at once, while the rest of the upload is still read and thrown away."""

    def __init__(self, problem: ProblemError, request: Request) -> None:
        document = problem.response()
        super().__init__(document.body, document.status_code, media_type=document.media_type)
        self._request = request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the whole answer, then drain, then end it."""
        del scope, receive
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        await uploads.drain(self._request)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def receive(request: Request, max_bytes: int, too_large: ProblemError) -> SmallFile:
    """The request's part `file`. ProblemError `too_large`, 400 `no-file` or 422 `empty-file`; answer those by RefusedUpload."""
    declared = request.headers.get("content-length", "0")
    limit = max_bytes + MULTIPART_OVERHEAD
    if declared.isdigit() and int(declared) > limit:
        raise too_large
    try:
        form = await MultiPartParser(request.headers, _bounded(request, limit, too_large), max_files=1, max_fields=0).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise uploads.NO_FILE from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise uploads.NO_FILE
        content = await file.read()
    finally:
        await form.close()
    if len(content) > max_bytes:
        raise too_large
    if not content:
        raise uploads.EMPTY
    return SmallFile(uploads.safe_name(file.filename or ""), content)


async def _bounded(request: Request, limit: int, too_large: ProblemError) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in uploads.body(request):
        size += len(chunk)
        if size > limit:
            raise too_large
        yield chunk
