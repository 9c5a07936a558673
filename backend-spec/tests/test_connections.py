"""Clients that are slow, many, or speak no HTTP: bounded, and nobody else notices. The limits are those of `slow_backend`."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backend_process import TOKEN, BackendProcess
from tests.test_end import slow

HEAD_S, BODY_S, MAX_CONNECTIONS = 0.5, 1.0, 20


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackendProcess]:
    """A backend with little patience."""
    with slow(tmp_path_factory.mktemp("hasty")) as running:
        yield running


def saying(backend: BackendProcess, text: str) -> socket.socket:
    """A connection that sends `text` and then nothing."""
    client = socket.create_connection(("127.0.0.1", backend.port), timeout=10)
    client.sendall(text.encode())
    return client


def closed_after(client: socket.socket) -> float:
    """Seconds until the backend closes; whatever it says before is dropped."""
    begun = time.monotonic()
    try:
        while client.recv(4096):
            pass
    except ConnectionResetError:
        pass
    return time.monotonic() - begun


def head(backend: BackendProcess, line: str, *more: str) -> str:
    """A request's head."""
    return "\r\n".join([f"{line} HTTP/1.1", f"Host: 127.0.0.1:{backend.port}", f"Authorization: Bearer {TOKEN}", *more, "", ""])


def test_half_a_head(hasty: BackendProcess) -> None:
    """Nothing at all, or a part: HEAD_S; on a connection that was used before, too."""
    used = saying(hasty, head(hasty, "GET /health"))
    assert used.recv(4096).startswith(b"HTTP/1.1 200")
    used.sendall(b"GET /hea")
    for client in (saying(hasty, ""), saying(hasty, "GET /health HTTP/1.1\r\nHo"), used):
        assert closed_after(client) < HEAD_S + 1


def test_a_head_that_dribbles(hasty: BackendProcess) -> None:
    """Each byte in time, and yet no more time in all."""
    client = saying(hasty, "GET /health HTTP/1.1\r\nX: ")
    begun = time.monotonic()

    def dribble() -> None:
        while time.monotonic() - begun < 10:
            client.sendall(b"x")
            time.sleep(0.05)

    with pytest.raises(OSError, match=r"reset|[Bb]roken"):
        dribble()
    assert time.monotonic() - begun < HEAD_S + 1


def test_half_a_body(hasty: BackendProcess) -> None:
    """BODY_S without a byte; a body that comes slowly is not cut."""
    lesson = b'{"title": "slow"}'
    request = head(hasty, "POST /api/lessons", "Content-Type: application/json", f"Content-Length: {len(lesson)}")
    assert BODY_S - 0.2 < closed_after(saying(hasty, request + "{")) < BODY_S + 1
    patient = saying(hasty, request)
    for byte in lesson[:5]:
        patient.sendall(bytes([byte]))
        time.sleep(BODY_S / 3)  # together longer than BODY_S
    patient.sendall(lesson[5:])
    assert patient.recv(4096).startswith(b"HTTP/1.1 201")


def test_a_long_answer_is_not_cut(hasty: BackendProcess) -> None:
    """The limits are for the client's part of the work."""
    with hasty.client() as client:
        assert client.get("/in_loop?s=1.5").json() == {"slept": 1.5}


def test_more_connections_than_allowed(hasty: BackendProcess) -> None:
    """The longest silent one goes; whoever has something to ask is answered, and what is being answered stays."""
    busy = saying(hasty, head(hasty, "GET /stream?s=2"))
    # before that it is one that is waited for, and the longest
    said = busy.recv(4096)
    assert said.startswith(b"HTTP/1.1 200")
    crowd = [saying(hasty, "") for _ in range(3 * MAX_CONNECTIONS)]
    with hasty.client() as client:
        for _ in range(5):
            assert client.get("/health").status_code == 200
    crowd[0].settimeout(0.3)
    assert closed_after(crowd[0]) < 0.3
    while part := busy.recv(4096):
        said += part
        if b"end" in said:
            break
    assert said.count(b"part ") == 5
    for one in crowd:
        one.close()


@pytest.mark.parametrize("text", ["\0\1\2\r\n\r\n", "GET / HTTP/1.1\r\nbroken\r\n\r\n", "GET / HTTP/1.1\r\nX: " + "x" * 100_000])
def test_what_is_no_http(hasty: BackendProcess, text: str) -> None:
    """A problem document, like any error; a head of 100 kB is not read to its end."""
    client = saying(hasty, text)
    answer = b""
    while part := client.recv(4096):
        answer += part
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"content-type: application/problem+json" in answer
    assert b'"code": "refused"' in answer


def test_nothing_of_it_is_left(hasty: BackendProcess) -> None:
    """No descriptor more than before."""
    folder = Path(f"/proc/{hasty.process.pid}/fd")
    with hasty.client() as client:
        client.get("/health")
        before = len(list(folder.iterdir()))
        for one in [saying(hasty, "GET") for _ in range(15)]:
            assert closed_after(one) < HEAD_S + 1
        client.get("/health")
        assert len(list(folder.iterdir())) <= before + 1
