"""Asks an OpenAI-compatible server and gives its text on as it comes; leaving the iteration closes the connection."""

import asyncio
import contextlib
import importlib
import json
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pocketmusec.drafting.model import Model
from pocketmusec.problems import ProblemError

if TYPE_CHECKING:
    import httpx

MAX_TEXT = 200_000
# one event of the stream, or the whole of an answer that does not stream
MAX_EVENT_BYTES = 2 * 2**20


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds: for the connection; for the next sign of life (a model may have to be loaded first)."""

    connect_s: float = 10
    next_s: float = 120


async def models(model: Model, key: str, patience: Patience = Patience()) -> list[str]:
    """The names of the models that the server offers."""
    async with (
        _client(key, patience) as client,
        _heard(model),
        client.stream("GET", f"{model.base_url}/models") as response,
    ):
        _refuse(response.status_code, model)
        found = _json(await _body(response))
    listed = found.get("data")
    if not isinstance(listed, list):
        raise _strange()
    return sorted(str(item["id"]) for item in listed if isinstance(item, dict) and "id" in item)[:1000]


async def text(
    model: Model,
    key: str,
    messages: list[dict[str, str]],
    patience: Patience = Patience(),
) -> AsyncGenerator[str, None]:
    """The answer piece by piece. ProblemError says what went wrong, also in the middle of it."""
    asked = {"model": model.name, "messages": messages, "stream": True}
    length = 0
    async with (
        _client(key, patience) as client,
        _heard(model),
        client.stream("POST", f"{model.base_url}/chat/completions", json=asked) as response,
    ):
        _refuse(response.status_code, model)
        if response.headers.get("content-type", "").startswith("application/json"):
            # a server that does not stream
            pieces = _whole(response)
        else:
            pieces = _events(response)
        async for piece in pieces:
            length += len(piece)
            if length > MAX_TEXT:
                raise ProblemError(
                    502, "model-answer", "The language model does not come to an end. Try again, or another model."
                )
            yield piece
    if length == 0:
        raise ProblemError(502, "model-answer", "The language model sent an empty answer. Try again, or another model.")


@contextlib.asynccontextmanager
async def _client(key: str, patience: Patience) -> AsyncIterator["httpx.AsyncClient"]:
    # in a thread: health must answer while it is loaded for the first time
    httpx = await asyncio.to_thread(importlib.import_module, "httpx")
    timeout = httpx.Timeout(patience.next_s, connect=patience.connect_s)
    headers = {"authorization": f"Bearer {key}"} if key else {}
    # redirects are not followed: a key goes to the address that it was given for
    async with httpx.AsyncClient(timeout=timeout, headers=headers, follow_redirects=False) as client:
        yield client


@contextlib.asynccontextmanager
async def _heard(model: Model) -> AsyncIterator[None]:
    import httpx

    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise ProblemError(
            502,
            "model-unreachable",
            f"No language model answers at {model.base_url}. Check that it runs and that the address is right.",
        ) from error
    except httpx.TimeoutException as error:
        raise ProblemError(
            504, "model-slow", "The language model has not answered for too long. Try again, or a smaller model."
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeEncodeError) as error:
        raise ProblemError(502, "model-cut", "The connection to the language model broke. Try again.") from error


def _refuse(status: int, model: Model) -> None:
    if status in (401, 403):
        raise ProblemError(502, "model-key", "The language model refused the key. Check the key in the settings.")
    if status == 404:  # noqa: PLR2004
        raise ProblemError(
            502,
            "model-missing",
            f"{model.base_url} does not know “{model.name}”. Check the address and the model's name in the settings.",
        )
    if status == 429:  # noqa: PLR2004
        raise ProblemError(502, "model-busy", "The language model takes no more requests for now. Wait a while, then try again.")
    if status != 200:  # noqa: PLR2004
        raise ProblemError(502, "model-failed", f"The language model answered with an error ({status}). Try again later.")


async def _whole(response: "httpx.Response") -> AsyncIterator[str]:
    yield _piece(_json(await _body(response)), "message")


async def _body(response: "httpx.Response") -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_EVENT_BYTES:
            raise _strange()
    return bytes(body)


async def _events(response: "httpx.Response") -> AsyncIterator[str]:
    rest = b""
    async for chunk in response.aiter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > MAX_EVENT_BYTES:
            raise _strange()
        for line in lines:
            name, _, data = line.strip().partition(b":")
            if name == b"data" and data.strip() == b"[DONE]":
                return
            if name == b"data" and data.strip():
                yield _piece(_json(data), "delta")
            elif name not in (b"", b"data", b"event", b"id", b"retry"):
                raise _strange()


def _piece(event: dict[str, Any], member: str) -> str:
    if event.get("error"):
        raise ProblemError(502, "model-failed", "The language model stopped with an error. Try again.")
    choices = event.get("choices")
    if choices == []:
        return ""  # the bill at the end
    try:
        found = choices[0][member].get("content") if choices else None
    except (TypeError, KeyError, AttributeError, IndexError) as error:
        raise _strange() from error
    if choices is None or not isinstance(found, str | None):
        raise _strange()
    return found or ""


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _strange() from error
    if not isinstance(found, dict):
        raise _strange()
    return found


def _strange() -> ProblemError:
    return ProblemError(
        502,
        "model-answer",
        "What answers at the model's address is no OpenAI-compatible server. Check the address in the settings.",
    )
