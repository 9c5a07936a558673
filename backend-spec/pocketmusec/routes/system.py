"""The supervisor's routes: health with proof, shutdown."""

import os
import time
from typing import Any

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse

from pocketmusec import __version__
from pocketmusec.backend import TheBackend
from pocketmusec.identity import proof
from pocketmusec.routes import answers
from pocketmusec.routes.answers import gives

health_routes = APIRouter()
shutdown_routes = APIRouter()


@health_routes.get("/health", **gives(answers.Health))
async def health(backend: TheBackend, nonce: str = "") -> dict[str, Any]:
    """Whether the backend serves; on the event loop and without the database, so that nothing can delay it."""
    settings = backend.settings
    answer: dict[str, Any] = {
        "status": "ok",
        "version": __version__,
        "schema": backend.db.schema,
        "pid": os.getpid(),
        "uptime_s": round(time.monotonic() - backend.started_at, 3),
        "busy": backend.shelf.running() > 0,
    }
    if nonce and settings.token:
        answer["proof"] = proof(settings.token, nonce, settings.port, settings.generation)
    return answer


@shutdown_routes.post("/api/shutdown", **gives(answers.Stopping))
async def shutdown(backend: TheBackend) -> JSONResponse:
    """Answer first, then end: the background task runs when the answer is out."""

    async def stop() -> None:
        backend.stopping.request("asked by the app")

    return JSONResponse({"status": "stopping"}, headers={"connection": "close"}, background=BackgroundTask(stop))
