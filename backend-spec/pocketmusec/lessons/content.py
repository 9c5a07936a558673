"""What a lesson holds, with the limits of each part."""

import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

MAX_TITLE = 200
MAX_TEXT = 20_000
MAX_ITEMS = 200
DAY_MINUTES = 24 * 60
# what no XML, and so no DOCX, may hold, and what nobody means to paste; line ends become those of the web
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")


def _clean(value: object) -> object:
    return UNPRINTABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")) if isinstance(value, str) else value


def _one_line(value: object) -> object:
    cleaned = _clean(value)
    return cleaned.replace("\n", " ").replace("\t", " ").strip() if isinstance(cleaned, str) else cleaned


def _once_each(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


Text = Annotated[str, BeforeValidator(_clean), Field(max_length=MAX_TEXT)]
Line = Annotated[str, BeforeValidator(_one_line), Field(max_length=MAX_TITLE)]
Title = Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=MAX_TITLE, pattern=r"\S")]
Grade = Annotated[str, BeforeValidator(_one_line), Field(max_length=20)]
Code = Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=40)]
ImageId = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Minutes = Annotated[int, Field(ge=0, le=DAY_MINUTES)]


class _Part(BaseModel):
    # strict: "5" is no number and 1 is no truth; unknown keys are mistakes that would lose what was typed
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Activity(_Part):
    """One step of a lesson."""

    title: Line = ""
    minutes: Minutes = 0
    text: Text = ""


class _Body(_Part):
    grade: Grade = ""
    overview: Text = ""
    standards: Annotated[list[Code], Field(max_length=MAX_ITEMS), AfterValidator(_once_each)] = []
    objectives: Annotated[list[Text], Field(max_length=MAX_ITEMS)] = []
    activities: Annotated[list[Activity], Field(max_length=MAX_ITEMS)] = []
    materials: Annotated[list[Text], Field(max_length=MAX_ITEMS)] = []
    images: Annotated[list[ImageId], Field(max_length=MAX_ITEMS), AfterValidator(_once_each)] = []
    notes: Text = ""


class Content(_Body):
    """A lesson as it is saved."""

    title: Title


class DraftContent(_Body):
    """A lesson as it is typed: the title may still be missing."""

    title: Line = ""


def minutes(content: dict[str, Any]) -> int:
    """How long all activities take together."""
    return sum(activity["minutes"] for activity in content["activities"])


def searchable(content: dict[str, Any], standards: Iterable[str]) -> str:
    """All text of a lesson but title and codes, with the texts of its `standards`."""
    steps = (text for activity in content["activities"] for text in (activity["title"], activity["text"]))
    return "\n".join(
        [
            content["overview"],
            *content["objectives"],
            *steps,
            *content["materials"],
            content["notes"],
            *standards,
        ]
    )
