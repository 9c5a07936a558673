"""A lesson as the app sees it: one version, what its standards say, and the draft on top."""

from dataclasses import asdict, dataclass
from typing import Any

from pocketmusec.lessons.content import minutes
from pocketmusec.problems import ProblemError
from pocketmusec.store import Database, LessonDraft, LessonVersion, Linked, Transaction, lessons


@dataclass(frozen=True)
class Standard:
    """A linked standard; `known` says whether the library has its code now."""

    code: str
    text: str
    grade: str
    strand: str
    known: bool


@dataclass(frozen=True)
class Lesson:
    """One version of a lesson with the draft on top of it."""

    saved: LessonVersion
    standards: tuple[Standard, ...]
    draft: LessonDraft | None

    @property
    def minutes(self) -> int:
        """How long all activities take together."""
        return minutes(self.saved.content)

    def as_json(self) -> dict[str, Any]:
        """The contract's Lesson."""
        return {
            "id": self.saved.id,
            "version": self.saved.version,
            "content": self.saved.content,
            "standards": [asdict(standard) for standard in self.standards],
            "minutes": self.minutes,
            "created_at": self.saved.created_at,
            "updated_at": self.saved.saved_at,
            "draft": asdict(self.draft) if self.draft else None,
        }


def load(db: Database, lesson_id: str, version: int | None = None) -> Lesson:
    """This version of the lesson, or its newest; ProblemError 404 if there is none."""
    with db.reading() as reader:
        return read(reader, lesson_id, version)


def read(tx: Transaction, lesson_id: str, version: int | None = None) -> Lesson:
    """The same, within a transaction."""
    saved = found(tx, lesson_id, version)
    known = lessons.standards(tx, saved.content["standards"])
    return Lesson(saved, tuple(_standard(linked, known) for linked in saved.linked), lessons.draft(tx, saved))


def found(tx: Transaction, lesson_id: str, version: int | None = None) -> LessonVersion:
    """The saved version; ProblemError 404 if there is none."""
    saved = lessons.version(tx, lesson_id, version)
    if saved is not None:
        return saved
    if version is not None and lessons.version(tx, lesson_id) is not None:
        raise ProblemError(404, "not-found", f"This lesson has no version {version}.")
    raise gone()


def gone() -> ProblemError:
    """What is answered for a lesson that is not there."""
    return ProblemError(404, "not-found", "This lesson is not in the library any more.")


def _standard(linked: Linked, known: dict[str, Linked]) -> Standard:
    # the lesson was written to the text as it was when linked, whatever the library says about the code today
    says = linked if linked.text else known.get(linked.code, linked)
    return Standard(says.code, says.text, says.grade, says.strand, linked.code in known)
