"""The application as a value: routes, error documents, and the gate around them."""

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from pocketmusec import __version__, problems
from pocketmusec.backend import Backend
from pocketmusec.gate import Gate
from pocketmusec.routes import answers, documents, drafts, events, exports, images, lessons, standards, system
from pocketmusec.store import LibraryBusyError, LibraryFullError


def build(backend: Backend) -> ASGIApp:
    """Everything that answers requests. No CORS: in the app the main process sees to it, in web mode there is one origin."""
    settings = backend.settings
    return Gate(
        api(backend),
        port=settings.port,
        token=settings.token,
        origin=settings.origin,
        is_stopping=lambda: bool(backend.stopping.why),
    )


class Api(FastAPI):
    """FastAPI whose document has the shapes of our answers; they are made when it is first asked for."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        if self.openapi_schema is None:
            answers.add_shapes(super().openapi())
        return super().openapi()


def api(backend: Backend) -> FastAPI:
    """The routes alone, without the gate."""
    app = Api(
        title="PocketMusec",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=problems.ANY,
        # nothing leaves this machine, whatever FASTAPI_OTEL_AUTO_CONFIGURE says; without these each request pays for spans
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
        exception_handlers={
            problems.ProblemError: problems.on_problem,
            RequestValidationError: problems.on_invalid,
            HTTPException: problems.on_http_error,
            LibraryBusyError: problems.on_busy,
            LibraryFullError: problems.on_full,
            Exception: problems.on_crash,
        },
    )
    app.state.backend = backend
    app.include_router(system.health_routes)
    if backend.settings.token:
        # without a token anybody on this machine could end the web version
        app.include_router(system.shutdown_routes)
    app.include_router(documents.routes)
    app.include_router(standards.routes)
    app.include_router(exports.routes)
    app.include_router(lessons.routes)
    app.include_router(images.routes)
    app.include_router(drafts.routes)
    app.include_router(events.routes)
    return app
