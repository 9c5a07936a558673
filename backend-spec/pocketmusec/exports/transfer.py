"""A lesson as JSON, to keep or to take to another computer: all of it, with what its standards said and its images, and back."""

import base64
import binascii
import json
from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pocketmusec.images.album import Album
from pocketmusec.images.picture import MAX_BYTES as MAX_IMAGE_BYTES
from pocketmusec.lessons import editing
from pocketmusec.lessons.content import MAX_ITEMS, MAX_TEXT, Code, Content, Grade, ImageId, Line, Text
from pocketmusec.lessons.lesson import Lesson
from pocketmusec.problems import ProblemError
from pocketmusec.store import Database, Linked

MAX_BYTES = 128 * 2**20
TOO_LARGE = ProblemError(
    413,
    "too-large",
    f"This lesson is larger than {MAX_BYTES // 2**20} MB with its images. Take some of them out, then try again.",
)
NOT_LESSON = "This file is not a lesson of PocketMusec. Choose a file that was exported as JSON."


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Standard(_Part):
    code: Code
    text: Text = ""
    grade: Grade = ""
    strand: Line = ""


class _Image(_Part):
    id: ImageId
    name: Annotated[str, Field(max_length=255)]
    content: Annotated[str, Field(max_length=MAX_IMAGE_BYTES * 4 // 3 + 4)]


class _File(_Part):
    format: Literal["pocketmusec-lesson"]
    version: Literal[1]
    lesson: Content
    standards: Annotated[list[_Standard], Field(max_length=MAX_ITEMS)] = []
    images: Annotated[list[_Image], Field(max_length=MAX_ITEMS)] = []


def write(lesson: Lesson, album: Album) -> bytes:
    """The lesson's newest version; ProblemError 413 if its images are too much for one file."""
    images = []
    size = 0
    for image_id in lesson.saved.content["images"]:
        image, content = album.content(image_id)
        size += len(content) * 4 // 3
        if size > MAX_BYTES - 2 * 2**20:
            raise TOO_LARGE
        images.append({"id": image.id, "name": image.name, "content": base64.b64encode(content).decode()})
    known = [{**asdict(linked), "text": linked.text[:MAX_TEXT]} for linked in lesson.saved.linked if linked.text]
    whole = {"format": "pocketmusec-lesson", "version": 1, "lesson": lesson.saved.content, "standards": known, "images": images}
    return json.dumps(whole, ensure_ascii=False, indent=2).encode() + b"\n"


def read(db: Database, album: Album, content: bytes) -> Lesson:
    """A new lesson out of such a file. ProblemError 415 if it is none, 422 if something in it does not fit."""
    file = _parsed(content)
    renamed = {}
    for image in file.images:
        try:
            raw = base64.b64decode(image.content, validate=True)
        except binascii.Error as error:
            raise ProblemError(
                422, "invalid", f"The image “{image.name}” in this file is damaged. Export the lesson again."
            ) from error
        # by what it holds, whatever id the file gives it
        renamed[image.id] = album.add(image.name, raw).image.id
    fields = file.lesson.model_dump()
    fields["images"] = [renamed.get(image, image) for image in fields["images"]]
    return editing.create(db, Content(**fields), [Linked(**standard.model_dump()) for standard in file.standards])


def _parsed(content: bytes) -> _File:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ProblemError(415, "not-a-lesson", NOT_LESSON) from error
    if not isinstance(found, dict) or found.get("format") != "pocketmusec-lesson":
        raise ProblemError(415, "not-a-lesson", NOT_LESSON)
    if found.get("version") != 1:
        raise ProblemError(
            422, "newer-lesson", "This lesson was exported by a newer PocketMusec. Update this one, then import the lesson again."
        )
    try:
        return _File.model_validate(found)
    except ValidationError as error:
        places = ", ".join(".".join(str(part) for part in item["loc"]) for item in error.errors()[:3])
        raise ProblemError(422, "invalid", f"Something in this file does not fit: {places}. Export the lesson again.") from error
