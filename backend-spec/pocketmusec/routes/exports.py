"""Lessons as files, and lessons out of files."""

import asyncio
import re
import urllib.parse
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import JSONResponse, Response

from pocketmusec.backend import Backend, TheBackend
from pocketmusec.exports import markdown, pdf, sheet, transfer, word
from pocketmusec.images import picture
from pocketmusec.lessons import lesson
from pocketmusec.problems import ProblemError
from pocketmusec.routes import answers
from pocketmusec.routes.answers import gives, gives_file
from pocketmusec.routes.uploading import FILE_FORM, RefusedUpload, receive

routes = APIRouter(prefix="/api/lessons")

Id = Annotated[str, Path(max_length=64)]
Form = Literal["md", "docx", "pdf", "json"]
TYPES: dict[Form, str] = {
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "json": "application/vnd.pocketmusec.lesson+json",
}
MAX_NAME = 80
# what Windows calls devices
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@routes.get("/{lesson_id}/export", **gives_file(*(kind.split(";")[0] for kind in TYPES.values())))
def export(lesson_id: Id, backend: TheBackend, form: Annotated[Form, Query(alias="format")]) -> Response:
    """The newest version as a file; in a thread, since writing one takes a while."""
    found = lesson.load(backend.db, lesson_id)
    content = _write(backend, found, form)
    name = f"{file_name(found.saved.content['title'])}.{form}"
    plain = re.sub(r"[^\w .()-]", "_", name, flags=re.ASCII)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{urllib.parse.quote(name, safe='')}"
    return Response(content, headers={"content-type": TYPES[form], "content-disposition": disposition})


@routes.post("/import", **gives(answers.Lesson, 201), openapi_extra=FILE_FORM)
async def take(request: Request, backend: TheBackend) -> Response:
    """A new lesson out of an exported JSON file."""
    try:
        file = await receive(request, transfer.MAX_BYTES, transfer.TOO_LARGE)
        made = await asyncio.to_thread(transfer.read, backend.db, backend.album, file.content)
    except ProblemError as problem:
        return RefusedUpload(problem, request)
    return JSONResponse(made.as_json(), 201)


def file_name(title: str) -> str:
    """A title as the name of a file on any system, without its ending."""
    clean = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]', " ", title)
    short = " ".join(clean.split())[:MAX_NAME].strip(" .")
    return f"Lesson {short}".strip() if not short or DEVICES.match(short) else short


def _write(backend: Backend, found: lesson.Lesson, form: Form) -> bytes:
    if form == "json":
        return transfer.write(found, backend.album)
    page = sheet.of(found, lambda image_id: _picture(backend, image_id))
    writers: dict[str, Any] = {"md": markdown.write, "docx": word.write, "pdf": pdf.write}
    written: bytes = writers[form](page)
    return written


def _picture(backend: Backend, image_id: str) -> sheet.Picture:
    image, content = backend.album.content(image_id)
    return sheet.Picture(image.name, picture.printable(content))
