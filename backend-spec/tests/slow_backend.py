"""The backend with a few slow routes, to see what its end does to requests in flight: `python -m tests.slow_backend`."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp

from pocketmusec import app, connections, start
from pocketmusec.backend import Backend
from pocketmusec.gate import Gate
from pocketmusec.store import database

usual = app.build


def build(backend: Backend) -> ASGIApp:
    """The usual application and the slow routes, behind the same gate."""
    gate = usual(backend)
    assert isinstance(gate, Gate)
    routes = gate._app
    assert isinstance(routes, FastAPI)

    def begun() -> None:
        # the test must know that the request is in flight; it has no other way to see that
        os.write(2, b"begun\n")

    async def in_loop(s: float) -> dict[str, float]:
        begun()
        await asyncio.sleep(s)
        return {"slept": s}

    def in_thread(s: float) -> dict[str, float]:
        begun()
        time.sleep(s)
        return {"slept": s}

    async def stream(s: float) -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            begun()
            for _ in range(5):
                yield b"part "
                await asyncio.sleep(s / 5)
            yield b"end"

        return StreamingResponse(parts())

    def write(s: float) -> None:
        with backend.db.writing():
            begun()
            time.sleep(s)

    async def hang(s: float) -> None:
        begun()
        time.sleep(s)  # noqa: ASYNC251 # that is the point

    async def crash() -> None:
        raise RuntimeError("a mistake with a secret in it")

    for route in (in_loop, in_thread, stream, write, hang, crash):
        routes.add_api_route(f"/{route.__name__}", route, response_model=None)
    return gate


app.build = build
# as they are, only sooner
connections.HEAD_S, connections.BODY_S, connections.MAX_CONNECTIONS = 0.5, 1.0, 20
database.BUSY_TIMEOUT_MS = 300

if __name__ == "__main__":
    start.main(sys.argv[1:])
