"""The HTTP contract, asked of a real process."""

import asyncio
import hashlib
import hmac
import json
import resource
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from pocketmusec.documents.uploads import safe_name
from pocketmusec.gate import Gate
from tests.backend_process import GENERATION, ORIGIN, TOKEN, BackendProcess, add, settled, upload
from tests.conftest import Sample

MEMBERS = {"id", "name", "format", "size", "state", "page", "pages", "standards", "objectives", "unread", "error", "added_at"}
HIT = {
    "code",
    "kind",
    "grade",
    "strand",
    "strand_name",
    "text",
    "segments",
    "document_id",
    "document_name",
    "document_format",
    "page",
}


def listen(backend: BackendProcess, **headers: str) -> ClientConnection:
    """The page's WebSocket."""
    return connect(
        f"ws://127.0.0.1:{backend.port}/api/events",
        additional_headers={"authorization": f"Bearer {TOKEN}", **headers},
        proxy=None,
    )


def heard(socket: ClientConnection) -> dict[str, Any]:
    """The next event."""
    found: dict[str, Any] = json.loads(socket.recv(timeout=10))
    return found


def is_problem(answer: httpx.Response, status: int, code: str) -> bool:
    """A problem document with all its members."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"].endswith(code)
    assert body["title"]
    assert body["detail"].endswith(".")
    return True


def test_health_proves_who_answers(shared: BackendProcess) -> None:
    """HMAC over nonce, port and the whole generation; none without a nonce, and no token needed."""
    with httpx.Client(base_url=f"http://127.0.0.1:{shared.port}", trust_env=False, verify=False) as client:
        plain = client.get("/health").json()
        proven = client.get("/health", params={"nonce": "c0ffee"}).json()
    expected = hmac.new(TOKEN.encode(), f"c0ffee|{shared.port}|{GENERATION}".encode(), hashlib.sha256).hexdigest()
    assert proven["proof"] == expected
    assert set(plain) == {"status", "version", "schema", "pid", "uptime_s", "busy"}
    assert (plain["status"], plain["busy"], plain["pid"]) == ("ok", False, shared.process.pid)


def test_answers_on_a_connection_that_is_kept(shared: BackendProcess) -> None:
    """Head and body leave at once: held back by Nagle's algorithm each answer would take 40 ms."""
    with shared.client() as client:
        client.get("/health")
        before = time.perf_counter()
        for _ in range(20):
            client.get("/health")
        assert time.perf_counter() - before < 20 * 0.025


@pytest.mark.parametrize("path", ["/api/documents", "/api/standards", "/openapi.json", "/docs", "/nothing"])
@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"bearer {TOKEN}", f"Bearer {TOKEN}x"])
def test_no_route_without_the_token(shared: BackendProcess, path: str, given: str | None) -> None:
    """Known routes and unknown ones alike."""
    headers = {} if given is None else {"authorization": given}
    with httpx.Client(base_url=f"http://127.0.0.1:{shared.port}", headers=headers, trust_env=False, verify=False) as client:
        assert is_problem(client.get(path), 401, "token")


def test_the_token_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hmac.compare_digest, and by nothing before it: neither length nor first letter may show in the time it takes."""
    compared: list[bytes] = []

    def spy(given: bytes, expected: bytes) -> bool:
        assert expected == b"Bearer " + TOKEN.encode()
        compared.append(given)
        return hmac.compare_digest(given, expected)

    monkeypatch.setattr("pocketmusec.gate.hmac", SimpleNamespace(compare_digest=spy))
    passed: list[bytes] = []

    async def inner(scope: Scope, _receive: Receive, _send: Send) -> None:
        passed.append(dict(scope["headers"])[b"authorization"])

    async def nothing(*_: object) -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    gate = Gate(inner, port=8000, token=TOKEN, origin=ORIGIN, is_stopping=lambda: False)
    tried = [b"", b"x", b"Bearer " + TOKEN[:-1].encode(), b"Bearer " + TOKEN.encode(), b"Bearer " + TOKEN.encode() + b"x" * 5000]
    for given in tried:
        headers = [(b"host", b"127.0.0.1:8000"), (b"authorization", given)]
        asyncio.run(gate({"type": "http", "method": "GET", "path": "/api/lessons", "headers": headers}, nothing, nothing))
    assert compared == tried
    assert passed == [b"Bearer " + TOKEN.encode()]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost", "127.0.0.1.evil.example:{port}", ""])
def test_foreign_hosts(shared: BackendProcess, host: str) -> None:
    """DNS rebinding: a page under another name has that name in its Host. Health is no exception."""
    with shared.client(host=host.format(port=shared.port)) as client:
        assert is_problem(client.get("/health"), 403, "host")


def test_own_hosts(shared: BackendProcess) -> None:
    """Both names of this machine."""
    for name in ("127.0.0.1", "localhost"):
        with shared.client(host=f"{name}:{shared.port}") as client:
            assert client.get("/api/documents").status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "app://other", "http://127.0.0.1:{port}", "app://bundle.evil"]
)
def test_foreign_origins(shared: BackendProcess, origin: str) -> None:
    """Only ours or none, on requests and upgrades."""
    value = origin.format(port=shared.port)
    with shared.client(origin=value) as client:
        assert is_problem(client.get("/api/documents"), 403, "origin")
    with pytest.raises(InvalidStatus) as refused:
        listen(shared, origin=value)
    assert refused.value.response.status_code == 403


def test_own_origin_gets_no_cors_headers(shared: BackendProcess) -> None:
    """Scenario: Backend detects Electron mode

    CORS is the main process's business; the backend never answers with its headers.
    """
    with shared.client(origin=ORIGIN) as client:
        answers = [client.get("/api/documents"), client.options("/api/documents"), client.get("/health")]
    assert answers[0].status_code == 200
    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/plain; x=application/json", ""])
def test_what_a_form_can_post(shared: BackendProcess, kind: str) -> None:
    """A web page's simple POST ends nothing, even with the token."""
    with shared.client() as client:
        answer = client.post("/api/shutdown", content=b"x", headers={"content-type": kind})
        assert is_problem(answer, 403, "content-type")
        assert client.get("/health").status_code == 200


def test_upgrade_without_the_token(shared: BackendProcess) -> None:
    """The WebSocket is behind the same gate."""
    for given in ("", "Bearer wrong"):
        with pytest.raises(InvalidStatus) as refused:
            connect(f"ws://127.0.0.1:{shared.port}/api/events", additional_headers={"authorization": given}, proxy=None)
        assert refused.value.response.status_code == 401


def test_the_token_as_a_cookie(shared: BackendProcess) -> None:
    """What the app gives a page's WebSockets; requests do not come in that way, nor does anything beside it."""
    url = f"ws://127.0.0.1:{shared.port}/api/events"
    with connect(url, additional_headers={"cookie": f"pocketmusec_token={TOKEN}"}, proxy=None) as socket:
        assert heard(socket)["type"] == "documents"
    for given in ("", "pocketmusec_token=", "pocketmusec_token=wrong", f"pocketmusec_token={TOKEN}; a=b", f"a={TOKEN}"):
        with pytest.raises(InvalidStatus) as refused:
            connect(url, additional_headers={"cookie": given}, proxy=None)
        assert refused.value.response.status_code == 401
    with httpx.Client(headers={"cookie": f"pocketmusec_token={TOKEN}"}, trust_env=False) as client:
        assert is_problem(client.get(f"http://127.0.0.1:{shared.port}/api/documents"), 401, "token")


def test_openapi_is_behind_the_token_and_there_are_no_pages(shared: BackendProcess) -> None:
    """The document lists the contract's routes."""
    with shared.client() as client:
        paths = client.get("/openapi.json").json()["paths"]
        assert is_problem(client.get("/docs"), 404, "not-found")
        assert is_problem(client.put("/api/standards", json={}), 405, "method-not-allowed")
    assert set(paths) == {
        "/health",
        "/api/shutdown",
        "/api/documents",
        "/api/documents/{document_id}",
        "/api/standards",
        "/api/drafts",
        "/api/drafts/stream",
        "/api/model",
        "/api/model/check",
        "/api/images",
        "/api/images/{image_id}",
        "/api/images/{image_id}/thumbnail",
        "/api/lessons",
        "/api/lessons/{lesson_id}",
        "/api/lessons/{lesson_id}/draft",
        "/api/lessons/{lesson_id}/duplicate",
        "/api/lessons/{lesson_id}/export",
        "/api/lessons/import",
        "/api/lessons/{lesson_id}/versions",
        "/api/lessons/{lesson_id}/versions/{version}",
        "/api/lessons/{lesson_id}/versions/{version}/restore",
    }


def test_a_document_from_upload_to_search(backend: BackendProcess, samples: dict[str, Sample]) -> None:
    """Queued, imported, listed, found, removed; nothing is left in uploads."""
    sample = samples["tables"]
    with backend.client() as client:
        queued = upload(client, sample.path, name="../../Music – K–8.pdf")
        assert queued.status_code == 202
        assert set(queued.json()) == MEMBERS
        assert (queued.json()["state"], queued.json()["name"]) == ("queued", "Music – K–8.pdf")
        done = settled(client, queued.json()["id"])
        assert (done["state"], done["page"], done["pages"], done["unread"]) == ("imported", 6, 6, [])
        assert (done["standards"], done["objectives"]) == (len(sample.known.standards), len(sample.known.objectives))
        assert client.get("/api/documents").json() == {"documents": [done]}
        found: list[dict[str, Any]] = []
        for offset in range(0, 1000, 50):
            found += client.get("/api/standards", params={"limit": 50, "offset": offset}).json()["hits"]
        assert {hit["code"]: hit["text"] for hit in found} == {**sample.known.standards, **sample.known.objectives}
        assert all(set(hit) == HIT for hit in found)
        assert client.get("/api/standards", params={"q": "K.CN.1"}).json()["hits"][0]["code"] == "K.CN.1"
        assert list((backend.user_data / "uploads").iterdir()) == []
        assert client.delete(f"/api/documents/{done['id']}").status_code == 204
        assert is_problem(client.get(f"/api/documents/{done['id']}"), 404, "not-found")
        assert is_problem(client.delete(f"/api/documents/{done['id']}"), 404, "not-found")
        assert client.get("/api/standards").json() == {"total": 0, "hits": [], "grades": [], "strands": []}


def test_newest_first_and_there_after_a_restart(tmp_path: Path, samples: dict[str, Sample]) -> None:
    """Failed imports are forgotten, imported ones are not."""
    with BackendProcess(tmp_path) as first, first.client() as client:
        kept = [add(client, samples[name].path) for name in ("tables", "rows")]
        failed = add(client, samples["prose"].path)
        assert client.get("/api/documents").json()["documents"] == [failed, *reversed(kept)]
        client.post("/api/shutdown")
        assert first.wait() == 0
    with BackendProcess(tmp_path) as second, second.client() as client:
        assert client.get("/api/documents").json()["documents"] == list(reversed(kept))


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "empty-file"),
        (b"GIF89a", 415, "not-a-pdf"),
        (b"x" * 5000, 415, "not-a-pdf"),
        (b"x" * 1024 + b"%PDF-1.7", 415, "not-a-pdf"),
    ],
)
def test_files_that_are_refused(shared: BackendProcess, tmp_path: Path, content: bytes, status: int, code: str) -> None:
    """By content, whatever the name says; and nothing is left."""
    path = tmp_path / "standards.pdf"
    path.write_bytes(content)
    with shared.client() as client:
        assert is_problem(upload(client, path), status, code)
    assert list((shared.user_data / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../x.pdf", "x.pdf"),
        ("C:\\a\\b.pdf", "b.pdf"),
        ("a\x07\u202eb.pdf", "ab.pdf"),
        ("", "document.pdf"),
        ("é" * 300, "é" * 255),
    ],
)
def test_names_are_for_people(given: str, shown: str) -> None:
    """No folders, no control characters, no end."""
    assert safe_name(given) == shown


def test_requests_without_a_file(shared: BackendProcess) -> None:
    """No part, a part of another name, JSON, a body that breaks off."""
    with shared.client() as client:
        assert is_problem(client.post("/api/documents", files={"other": ("a.pdf", b"%PDF-")}), 400, "no-file")
        assert is_problem(client.post("/api/documents", json={}), 400, "no-file")
        assert is_problem(client.post("/api/documents"), 400, "no-file")
        form = {"content-type": "multipart/form-data; boundary=b"}
        for body in (
            b"junk",
            b"--b\r\nbad header\r\n\r\n",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n%PDF-',
        ):
            assert is_problem(client.post("/api/documents", content=body, headers=form), 400, "no-file")


@pytest.mark.parametrize("declared", [True, False])
def test_three_hundred_megabytes(shared: BackendProcess, declared: bool) -> None:  # noqa: FBT001
    """Refused up front by its length, or while counting; the client hears why, and health goes on."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7'
    chunk = b"\0" * 2**20
    headers = {"content-type": "multipart/form-data; boundary=b"}
    if declared:
        headers["content-length"] = str(len(head) + 300 * len(chunk))

    def body() -> Any:
        yield head
        for _ in range(300):
            yield chunk

    with shared.client() as client:
        assert is_problem(client.post("/api/documents", content=body(), headers=headers), 413, "too-large")
        assert client.get("/health").status_code == 200
    assert list((shared.user_data / "uploads").iterdir()) == []


@pytest.mark.parametrize(("name", "code"), [("encrypted", "encrypted"), ("prose", "no-standards"), ("cut", "broken")])
def test_imports_that_fail(shared: BackendProcess, samples: dict[str, Sample], tmp_path: Path, name: str, code: str) -> None:
    """Each with its reason; no standards of it; may be removed."""
    path = tmp_path / "cut.pdf"
    path.write_bytes(samples["tables"].path.read_bytes()[:300])
    with shared.client() as client:
        failed = add(client, path if name == "cut" else samples[name].path)
        assert (failed["state"], failed["error"]["code"], failed["standards"]) == ("failed", code, 0)
        assert failed["error"]["detail"].endswith(".")
        assert client.get("/api/standards").json()["total"] == 0
        assert client.delete(f"/api/documents/{failed['id']}").status_code == 204


def test_the_same_file_twice(backend: BackendProcess, samples: dict[str, Sample]) -> None:
    """Refused with what is there; while it is being imported too; replaced when asked for."""
    with backend.client() as client:
        running = upload(client, samples["long"].path).json()
        assert is_problem(upload(client, samples["long"].path), 409, "already-importing")
        assert is_problem(upload(client, samples["long"].path, replace=True), 409, "already-importing")
        first = settled(client, running["id"])
        again = upload(client, samples["long"].path, name="other.pdf")
        assert is_problem(again, 409, "already-imported")
        assert (again.json()["document_id"], again.json()["document_name"]) == (first["id"], "long.pdf")
        second = add(client, samples["long"].path, replace=True)
        assert second["id"] != first["id"]
        assert client.get("/api/documents").json()["documents"] == [second]
        assert client.get("/api/standards").json()["total"] == 431


def test_events(backend: BackendProcess, samples: dict[str, Sample]) -> None:
    """All documents first, then each change up to the end, at most ten a second between the states."""
    with backend.client() as client, listen(backend) as socket:
        assert heard(socket) == {"type": "documents", "documents": []}
        document = upload(client, samples["long"].path).json()
        seen: list[dict[str, Any]] = []
        while not seen or seen[-1]["state"] != "imported":
            event = heard(socket)
            assert event["type"] == "document"
            assert event["document"]["id"] == document["id"]
            seen.append(event["document"])
        assert [seen[0]["state"], seen[1]["state"]] == ["queued", "importing"]
        assert (seen[-1]["standards"], seen[-1]["objectives"], seen[-1]["page"]) == (120, 311, 50)
        progress = [document["page"] for document in seen[2:-1]]
        assert progress == sorted(progress)
        assert 1 <= len(progress) < 50
        client.delete(f"/api/documents/{document['id']}")
        assert heard(socket) == {"type": "removed", "id": document["id"]}


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "x"}, {"offset": "-1"}, {"kind": "lesson"}, {"q": "x" * 501}, {"limit": "10000"}]
)
def test_queries_that_do_not_fit(shared: BackendProcess, query: dict[str, str]) -> None:
    """Refused, naming the parameter and not echoing what was sent."""
    with shared.client() as client:
        answer = client.get("/api/standards", params=query)
    assert is_problem(answer, 422, "invalid")
    assert next(iter(query)) in answer.json()["detail"]


@pytest.mark.parametrize("declared", [True, False])
def test_json_without_end(shared: BackendProcess, declared: bool) -> None:  # noqa: FBT001
    """It would be held in memory whole: cut off at 16 MiB, and the client hears why."""
    chunk = b" " * 2**20
    headers = {"content-type": "application/json", **({"content-length": str(40 * len(chunk))} if declared else {})}
    before = resident_mib(shared.process.pid)
    with shared.client() as client:
        assert is_problem(client.post("/api/lessons", content=(chunk for _ in range(40)), headers=headers), 413, "too-large")
        assert client.get("/health").status_code == 200
    assert resident_mib(shared.process.pid) - before < 40


def resident_mib(pid: int) -> float:
    """Memory of a process that is in RAM."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
