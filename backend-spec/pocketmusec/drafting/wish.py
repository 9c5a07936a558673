"""What a draft is asked for, and the standards that it is to be written to."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from pocketmusec.lessons.content import Code, Grade, Text
from pocketmusec.problems import ProblemError
from pocketmusec.store import Database, Linked, lessons

MAX_STANDARDS = 20
MAX_WISHES = 2000


class Wish(BaseModel):
    """Which standards, for whom, how long, and what else the teacher has in mind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    standards: Annotated[list[Code], Field(min_length=1, max_length=MAX_STANDARDS)]
    grade: Grade = ""
    minutes: Annotated[int, Field(ge=5, le=240)] = 45
    wishes: Annotated[Text, Field(max_length=MAX_WISHES)] = ""


def standards_of(db: Database, wish: Wish) -> list[Linked]:
    """The wish's standards as the library has them, in order; ProblemError 422 where it has none of them."""
    with db.reading() as reader:
        known = lessons.standards(reader, wish.standards)
    found = [known[code] for code in dict.fromkeys(wish.standards) if code in known]
    if not found:
        raise ProblemError(422, "no-standards", "The library has none of these standards. Choose some of it, then draft again.")
    return found


def grade_of(wish: Wish, standards: list[Linked]) -> str:
    """The grade that was asked for, else that of the standards."""
    return wish.grade or standards[0].grade
