"""What a teacher does to lessons; each function is one transaction, and acknowledged only when it is on disk."""

import secrets
from collections.abc import Iterable
from typing import Any

from pocketmusec.lessons.content import MAX_TITLE, Content, DraftContent, searchable
from pocketmusec.lessons.lesson import Lesson, found, gone, read
from pocketmusec.problems import ProblemError
from pocketmusec.store import Database, LessonDraft, LessonVersion, Linked, Transaction, lessons
from pocketmusec.times import now

COPY = " (copy)"


def create(db: Database, content: Content, linked: Iterable[Linked] = ()) -> Lesson:
    """A new lesson. `linked` says what the standards said where the lesson comes from, if it was imported."""
    with db.writing() as tx:
        fields = content.model_dump()
        _refuse_missing_images(tx, fields)
        return _add(tx, fields, linked)


def duplicate(db: Database, lesson_id: str) -> Lesson:
    """A new lesson with the newest content of this one."""
    with db.writing() as tx:
        saved = found(tx, lesson_id)
        title = saved.content["title"][: MAX_TITLE - len(COPY)] + COPY
        return _add(tx, {**saved.content, "title": title}, saved.linked)


def save(db: Database, lesson_id: str, content: Content, base_version: int) -> Lesson:
    """A new version in place of the draft; ProblemError 409 if `base_version` is not the newest one.

    Content equal to the newest version's makes no new one.
    """
    with db.writing() as tx:
        saved = found(tx, lesson_id)
        if base_version != saved.version:
            raise ProblemError(
                409,
                "lesson-changed",
                "This lesson was saved elsewhere meanwhile. Look at the newest version, then save again or make a copy.",
                version=saved.version,
            )
        fields = content.model_dump()
        _refuse_missing_images(tx, fields)
        _add_version(tx, saved, fields, saved.linked)
        lessons.remove_draft(tx, saved.number)
        return read(tx, lesson_id)


def restore(db: Database, lesson_id: str, version: int) -> Lesson:
    """A new version with the content of an old one, without images that were removed since. The draft stays."""
    with db.writing() as tx:
        newest, old = found(tx, lesson_id), found(tx, lesson_id, version)
        there = lessons.known_images(tx, old.content["images"])
        fields = {**old.content, "images": [image for image in old.content["images"] if image in there]}
        _add_version(tx, newest, fields, old.linked)
        return read(tx, lesson_id)


def remove(db: Database, lesson_id: str) -> None:
    """Remove the lesson with its versions and draft."""
    with db.writing() as tx:
        if not lessons.remove(tx, lesson_id):
            raise gone()


def save_draft(db: Database, lesson_id: str, content: DraftContent, base_version: int) -> str:
    """Keep what is being typed; returns the time. A draft equal to the newest version is none.

    It may be on top of an older version: what was typed is kept first, and judged when it is saved.
    """
    with db.writing() as tx:
        saved = found(tx, lesson_id)
        if base_version > saved.version:
            raise ProblemError(422, "invalid", f"This lesson has no version {base_version}; its newest is {saved.version}.")
        draft = LessonDraft(base_version, now(), content.model_dump())
        if draft.content == saved.content:
            # an autosave that was overtaken by its own save must not bring the draft back
            lessons.remove_draft(tx, saved.number)
        else:
            lessons.put_draft(tx, saved.number, draft)
        return draft.saved_at


def remove_draft(db: Database, lesson_id: str) -> None:
    """Forget the draft; no error if there is none."""
    with db.writing() as tx:
        lessons.remove_draft(tx, found(tx, lesson_id).number)


def _add(tx: Transaction, fields: dict[str, Any], linked: Iterable[Linked]) -> Lesson:
    lesson_id, at = secrets.token_hex(8), now()
    _write(tx, lessons.add(tx, lesson_id, at), at, fields, linked)
    return read(tx, lesson_id)


def _add_version(tx: Transaction, newest: LessonVersion, fields: dict[str, Any], linked: Iterable[Linked]) -> None:
    if fields != newest.content:
        _write(tx, newest.number, now(), fields, linked)


def _write(tx: Transaction, number: int, at: str, fields: dict[str, Any], linked: Iterable[Linked]) -> None:
    # a code that was linked before keeps the text of then, a new one gets that of now
    before = {standard.code: standard for standard in linked if standard.text}
    texts = {**lessons.standards(tx, fields["standards"]), **before}
    standards = [texts.get(code, Linked(code)) for code in fields["standards"]]
    lessons.add_version(tx, number, at, fields, standards, searchable(fields, (standard.text for standard in standards)))


def _refuse_missing_images(tx: Transaction, fields: dict[str, Any]) -> None:
    missing = set(fields["images"]) - lessons.known_images(tx, fields["images"])
    if missing:
        names = ", ".join(sorted(missing))
        raise ProblemError(
            422, "image-missing", f"These images are not in the library: {names}. Add them again or take them out."
        )
