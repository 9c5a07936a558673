"""Images for lessons: add, list, show, remove. All but receiving runs in threads, since disk, Pillow and SQLite block."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import JSONResponse, Response

from pocketmusec.backend import TheBackend
from pocketmusec.images.picture import MAX_BYTES, SUFFIXES
from pocketmusec.problems import ProblemError
from pocketmusec.routes import answers
from pocketmusec.routes.answers import gives, gives_file
from pocketmusec.routes.uploading import FILE_FORM, RefusedUpload, receive

routes = APIRouter(prefix="/api/images")

TOO_LARGE = ProblemError(413, "too-large", f"This image is larger than {MAX_BYTES // 2**20} MB. Make it smaller, then add it.")
Id = Annotated[str, Path(max_length=64)]
# whatever an image holds, a browser that opens it alone runs nothing of it and guesses nothing
HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    # the id is the hash of the content: it never changes
    "cache-control": "private, max-age=31536000, immutable",
}


@routes.post("", **gives(answers.Image, 201, 200), openapi_extra=FILE_FORM)
async def add(request: Request, backend: TheBackend) -> Response:
    """Take an image; 200 where the library has the same one already."""
    try:
        file = await receive(request, MAX_BYTES, TOO_LARGE)
        added = await asyncio.to_thread(backend.album.add, file.name, file.content)
    except ProblemError as problem:
        return RefusedUpload(problem, request)
    return JSONResponse(asdict(added.image), 201 if added.is_new else 200)


@routes.get("", **gives(answers.Images))
def every(backend: TheBackend) -> dict[str, Any]:
    """All images, newest first."""
    return {"images": backend.album.every()}


@routes.get("/{image_id}", **gives_file(*SUFFIXES))
def one(image_id: Id, backend: TheBackend) -> Response:
    """The image as it was added."""
    image, content = backend.album.content(image_id)
    return Response(content, media_type=image.type, headers=HEADERS)


@routes.get("/{image_id}/thumbnail", **gives_file("image/webp"))
def thumbnail(image_id: Id, backend: TheBackend) -> Response:
    """A small picture of it."""
    return Response(backend.album.thumbnail(image_id), media_type="image/webp", headers=HEADERS)


@routes.delete("/{image_id}", status_code=204)
def remove(image_id: Id, backend: TheBackend) -> None:
    """Gone, unless a lesson or its draft shows it."""
    backend.album.remove(image_id)
