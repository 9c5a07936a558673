"""Problem documents (RFC 9457): every error says a stable code for programs and a whole sentence for the teacher."""

import http
import json
import logging
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

# for the OpenAPI document: whatever is not the answer hoped for is one of these
ANY: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem document (RFC 9457)",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail", "code"],
                    "properties": {
                        "type": {"type": "string", "pattern": "^urn:pocketmusec:problem:[a-z-]+$"},
                        "title": {"type": "string"},
                        "status": {"type": "integer", "minimum": 400, "maximum": 599},
                        "detail": {"type": "string", "pattern": r"\.$"},
                        "code": {"type": "string", "pattern": "^[a-z-]+$"},
                    },
                }
            }
        },
    }
}


class ProblemError(Exception):
    """An answer other than the one hoped for; `more` are extra members of the document."""

    def __init__(self, status: int, code: str, detail: str, **more: str | int) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.more = more

    def response(self) -> Response:
        """The document as a response."""
        body = {
            "type": f"urn:pocketmusec:problem:{self.code}",
            "title": http.HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.more,
        }
        return Response(json.dumps(body, ensure_ascii=False), self.status, media_type=MEDIA_TYPE)

    async def send(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a raw ASGI request or a WebSocket upgrade with the document."""
        if scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
            await self.response()(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})


async def on_problem(_request: Request, error: Exception) -> Response:
    """A route raised a problem."""
    assert isinstance(error, ProblemError)  # noqa: S101
    return error.response()


async def on_invalid(_request: Request, error: Exception) -> Response:
    """FastAPI found a parameter that does not fit; say which, without echoing what was sent."""
    places = [".".join(str(part) for part in item["loc"]) for item in getattr(error, "errors", list)()]
    return ProblemError(422, "invalid", f"The request does not fit: {', '.join(places) or 'body'}.").response()


UNREADABLE = ("refused", "The request cannot be read. The app and its backend may differ in version.")
STARLETTES = {
    404: ("not-found", "There is no such address. The app and its backend may differ in version."),
    405: ("method-not-allowed", "This address does not take that. The app and its backend may differ in version."),
    413: ("too-large", "This is more than the backend takes at once. Split it into smaller parts."),
}


async def on_http_error(_request: Request, error: Exception) -> Response:
    """Starlette's own errors: no such route, wrong method, a body beyond the limit."""
    status = getattr(error, "status_code", 500)
    code, detail = STARLETTES.get(status, UNREADABLE)
    problem = ProblemError(status, code, detail)
    response = problem.response()
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def on_busy(_request: Request, _error: Exception) -> Response:
    """Another process, such as the web version, holds the library for writing."""
    detail = "Another program is writing to the library right now. Try again in a moment."
    return ProblemError(503, "library-busy", detail).response()


async def on_full(_request: Request, error: Exception) -> Response:
    """The disk, not the request, is at fault."""
    log.error("the library cannot be written", exc_info=error)
    return ProblemError(507, "disk", "The disk is full or cannot be written. Make room, then try again.").response()


async def on_crash(request: Request, error: Exception) -> Response:
    """A mistake of ours: the log has the stack, the teacher a way on."""
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    detail = "Something went wrong in the backend. Try again; the log has the details."
    response = ProblemError(500, "internal", detail).response()
    # uvicorn closes after a crash in any case: said, the client does not send its next request into a closed connection
    response.headers["connection"] = "close"
    return response
