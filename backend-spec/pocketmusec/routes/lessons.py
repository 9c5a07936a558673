"""Lessons, their versions and drafts. The functions run in threads, since SQLite blocks."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from pocketmusec.backend import TheBackend
from pocketmusec.lessons import editing, lesson
from pocketmusec.lessons.content import Content, DraftContent
from pocketmusec.routes import answers
from pocketmusec.routes.answers import gives
from pocketmusec.store import lessons as store

routes = APIRouter(prefix="/api/lessons")

MAX_VERSION = 2**53
Id = Annotated[str, Path(max_length=64)]
Version = Annotated[int, Path(ge=1, le=MAX_VERSION)]
BaseVersion = Annotated[int, Field(ge=1, le=MAX_VERSION)]


class Save(BaseModel):
    """A lesson and the version that it was made from."""

    model_config = ConfigDict(extra="forbid", strict=True)
    content: Content
    base_version: BaseVersion


class SaveDraft(BaseModel):
    """What is being typed and the version that it was made from."""

    model_config = ConfigDict(extra="forbid", strict=True)
    content: DraftContent
    base_version: BaseVersion


@routes.get("", **gives(answers.Lessons))
def find(
    backend: TheBackend,
    q: Annotated[str, Query(max_length=500)] = "",
    grade: Annotated[str, Query(max_length=20)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """Lessons with all words of `q` in title, text or linked standards; the last word may be half typed."""
    return store.find(backend.db, store.LessonQuery(q, grade, limit, offset))


@routes.post("", **gives(answers.Lesson, 201))
def create(content: Content, backend: TheBackend) -> dict[str, Any]:
    """A new lesson."""
    return editing.create(backend.db, content).as_json()


@routes.get("/{lesson_id}", **gives(answers.Lesson))
def one(lesson_id: Id, backend: TheBackend) -> dict[str, Any]:
    """The newest version, with the draft on top of it."""
    return lesson.load(backend.db, lesson_id).as_json()


@routes.put("/{lesson_id}", **gives(answers.Lesson))
def save(lesson_id: Id, body: Save, backend: TheBackend) -> dict[str, Any]:
    """A new version."""
    return editing.save(backend.db, lesson_id, body.content, body.base_version).as_json()


@routes.delete("/{lesson_id}", status_code=204)
def remove(lesson_id: Id, backend: TheBackend) -> None:
    """Gone with versions and draft."""
    editing.remove(backend.db, lesson_id)


@routes.post("/{lesson_id}/duplicate", **gives(answers.Lesson, 201))
def duplicate(lesson_id: Id, backend: TheBackend) -> dict[str, Any]:
    """A copy under a new id."""
    return editing.duplicate(backend.db, lesson_id).as_json()


@routes.put("/{lesson_id}/draft", **gives(answers.DraftSaved))
def save_draft(lesson_id: Id, body: SaveDraft, backend: TheBackend) -> dict[str, Any]:
    """Autosave."""
    return {"saved_at": editing.save_draft(backend.db, lesson_id, body.content, body.base_version)}


@routes.delete("/{lesson_id}/draft", status_code=204)
def remove_draft(lesson_id: Id, backend: TheBackend) -> None:
    """Back to what is saved."""
    editing.remove_draft(backend.db, lesson_id)


@routes.get("/{lesson_id}/versions", **gives(answers.Versions))
def versions(lesson_id: Id, backend: TheBackend) -> dict[str, Any]:
    """All versions, newest first."""
    with backend.db.reading() as reader:
        return {"versions": store.versions(reader, lesson.found(reader, lesson_id))}


@routes.get("/{lesson_id}/versions/{version}", **gives(answers.Version))
def version(lesson_id: Id, version: Version, backend: TheBackend) -> dict[str, Any]:
    """One version's content."""
    saved = lesson.load(backend.db, lesson_id, version).saved
    return {"version": saved.version, "saved_at": saved.saved_at, "content": saved.content}


@routes.post("/{lesson_id}/versions/{version}/restore", **gives(answers.Lesson))
def restore(lesson_id: Id, version: Version, backend: TheBackend) -> dict[str, Any]:
    """A new version with the content of an old one."""
    return editing.restore(backend.db, lesson_id, version).as_json()
