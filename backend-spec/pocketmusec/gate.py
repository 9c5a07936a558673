"""Who may come in: Host, Origin, token and content type of every request and upgrade, before any route sees it."""

import hmac
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pocketmusec.problems import ProblemError

# of a page's WebSockets, since Chromium tells a page's process all their headers but this one; set for one request, never stored
TOKEN_COOKIE = "pocketmusec_token"  # noqa: S105
OPEN_PATHS = frozenset({"/health"})
CONTENT_TYPES = (b"application/json", b"multipart/form-data")
JSON = CONTENT_TYPES[0]
# held in memory whole; the largest lesson that anybody writes is a hundredth of it. Files are counted where they are received
MAX_JSON = 16 * 2**20
WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Gate:
    """ASGI middleware. `token` "" lets everybody in (web mode alone); `is_stopping` refuses what comes too late."""

    def __init__(self, app: ASGIApp, *, port: int, token: str, origin: str, is_stopping: Callable[[], bool]) -> None:
        self._app = app
        # a web page whose name was rebound to 127.0.0.1 gives itself away by its Host
        self._hosts = frozenset({f"127.0.0.1:{port}".encode(), f"localhost:{port}".encode()})
        own = {f"http://127.0.0.1:{port}", f"http://localhost:{port}"} if not token else set()
        self._origins = frozenset(o.encode() for o in {origin, *own} if o)
        self._authorization = f"Bearer {token}".encode() if token else b""
        self._cookie = f"{TOKEN_COOKIE}={token}".encode()
        self._is_stopping = is_stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with what is wrong."""
        if scope["type"] in ("http", "websocket"):
            problem = self._problem(scope)
            if problem is not None:
                await problem.send(scope, receive, send)
                return
            if _content_type(scope) == JSON:
                receive = _limited(receive)
        await self._app(scope, receive, send)

    def _problem(self, scope: Scope) -> ProblemError | None:
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.lower(), []).append(value)
        host, origins = headers.get(b"host", []), headers.get(b"origin", [])
        if len(host) != 1 or host[0] not in self._hosts:
            return ProblemError(403, "host", "This address is not one of PocketMusec's.")
        if any(value not in self._origins for value in origins):
            return ProblemError(403, "origin", "Other web pages may not use PocketMusec's backend.")
        if self._authorization and scope["path"] not in OPEN_PATHS and not self._may(scope["type"], headers):
            return ProblemError(401, "token", "Only the PocketMusec app may use its backend.")
        if self._is_stopping():
            return ProblemError(503, "stopping", "PocketMusec is closing. Start it again to go on.")
        return _content_problem(scope, headers)

    def _may(self, kind: str, headers: dict[bytes, list[bytes]]) -> bool:
        given, expected = headers.get(b"authorization", []), self._authorization
        if kind == "websocket" and not given:
            given, expected = headers.get(b"cookie", []), self._cookie
        # compare_digest on every one: neither length nor first difference may show in the time it takes
        return len(given) == 1 and hmac.compare_digest(given[0], expected)


def _content_problem(scope: Scope, headers: dict[bytes, list[bytes]]) -> ProblemError | None:
    if scope["type"] != "http" or scope["method"] not in WITH_BODY:
        return None
    given = headers.get(b"content-type", [])
    has_body = b"transfer-encoding" in headers or headers.get(b"content-length", [b"0"]) != [b"0"]
    if not given and not has_body:
        return None
    # what an HTML form can send without asking first (text/plain, urlencoded) is refused
    if len(given) == 1 and _content_type(scope) in CONTENT_TYPES:
        return None
    return ProblemError(403, "content-type", "The backend takes JSON and multipart forms only.")


def _content_type(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name.lower() == b"content-type":
            kind: bytes = value.split(b";")[0].strip().lower()
            return kind
    return b""


def _limited(receive: Receive) -> Receive:
    """Counts what comes, whatever Content-Length says, and ends the request when it is too much."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_JSON:
            # of this kind, since FastAPI takes all others for a body that cannot be read
            raise HTTPException(413)
        return message

    return counted
