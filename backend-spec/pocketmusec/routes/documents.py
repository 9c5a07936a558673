"""Documents: add, list, remove."""

import secrets
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from pocketmusec.backend import Backend, TheBackend
from pocketmusec.documents import uploads
from pocketmusec.documents.document import Document
from pocketmusec.documents.uploads import Upload
from pocketmusec.problems import ProblemError
from pocketmusec.routes import answers
from pocketmusec.routes.answers import gives
from pocketmusec.routes.uploading import FILE_FORM, RefusedUpload

routes = APIRouter(prefix="/api/documents")


@routes.post("", **gives(answers.Document, 202), openapi_extra=FILE_FORM)
async def add(request: Request, backend: TheBackend, *, replace: bool = False) -> Response:
    """Take a PDF, a table (CSV) or a text and queue its import."""
    backend.importer.warm_up()
    try:
        upload = await uploads.receive(request, Path(backend.settings.uploads_path))
    except ProblemError as problem:
        return RefusedUpload(problem, request)
    try:
        document = await _queue(backend, upload, replace=replace)
    except BaseException:
        upload.path.unlink(missing_ok=True)
        raise
    return JSONResponse(document.as_json(), 202)


async def _queue(backend: Backend, upload: Upload, *, replace: bool) -> Document:
    known = None if replace else await backend.shelf.imported_as(upload.sha256)
    # asked last, with no await between it and `begin`: two equal uploads at once must not both get in
    if backend.shelf.on_its_way(upload.sha256):
        raise ProblemError(409, "already-importing", "This file is being imported right now. Wait until it is done.")
    if known is not None:
        detail = f"This file is in your library already, as “{known.name}”. Replace it to read it again."
        raise ProblemError(409, "already-imported", detail, document_id=known.id, document_name=known.name)
    document = Document(secrets.token_hex(8), upload.name, upload.format, upload.size, upload.sha256)
    backend.importer.begin(document, upload)
    return document


@routes.get("", **gives(answers.Documents))
async def every(backend: TheBackend) -> dict[str, Any]:
    """All documents, newest first."""
    return {"documents": [document.as_json() for document in await backend.shelf.all()]}


@routes.get("/{document_id}", **gives(answers.Document))
async def one(document_id: str, backend: TheBackend) -> dict[str, Any]:
    """One document."""
    document = await backend.shelf.find(document_id)
    if document is None:
        raise _not_found()
    return document.as_json()


@routes.delete("/{document_id}", status_code=204)
async def remove(document_id: str, backend: TheBackend) -> None:
    """Cancel the import if it runs, and remove the document with all that came of it."""
    await backend.importer.cancel(document_id)
    if not await backend.shelf.remove(document_id):
        raise _not_found()


def _not_found() -> ProblemError:
    return ProblemError(404, "not-found", "This document is not in the library any more.")
