"""What stands on a lesson's page, in order; each format writes this and decides nothing itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pocketmusec.lessons.content import UNPRINTABLE
from pocketmusec.lessons.lesson import Lesson


@dataclass(frozen=True)
class Paragraphs:
    """Text; blank lines part paragraphs, single ones stay line breaks."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Standards:
    """Codes with what they say; the text is empty where nobody knows it."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """One activity; `heading` has its minutes."""

    heading: str
    text: str


@dataclass(frozen=True)
class Steps:
    """The activities in order."""

    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Picture:
    """An image for paper: PNG or JPEG."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Pictures:
    """The images in order."""

    pictures: tuple[Picture, ...]


Block = Paragraphs | Items | Standards | Steps | Pictures


@dataclass(frozen=True)
class Section:
    """A heading and what is below it."""

    heading: str
    block: Block


@dataclass(frozen=True)
class Sheet:
    """A whole lesson; `facts` is the line below the title."""

    title: str
    facts: str
    sections: tuple[Section, ...]


def of(lesson: Lesson, picture_of: Callable[[str], Picture]) -> Sheet:
    """The page of this lesson; what is empty is left out. `picture_of` gives an image by its id."""
    content = lesson.saved.content
    facts = [f"Grade {content['grade']}" if content["grade"] else "", minutes_text(lesson.minutes)]
    return Sheet(content["title"], " · ".join(fact for fact in facts if fact), tuple(_sections(lesson, picture_of)))


def minutes_text(minutes: int) -> str:
    """“5 minutes”, “1 minute”, or nothing."""
    return "" if minutes == 0 else "1 minute" if minutes == 1 else f"{minutes} minutes"


def paragraphs(text: str) -> list[list[str]]:
    """The lines of each paragraph of a text."""
    found: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            found[-1].append(line.strip())
        elif found[-1]:
            found.append([])
    return [lines for lines in found if lines]


def _sections(lesson: Lesson, picture_of: Callable[[str], Picture]) -> Iterator[Section]:
    content = lesson.saved.content
    if content["overview"].strip():
        yield Section("Overview", Paragraphs(content["overview"]))
    if lesson.standards:
        # PDFs may have held what no document may
        texts = tuple((standard.code, UNPRINTABLE.sub("", standard.text)) for standard in lesson.standards)
        yield Section("Standards", Standards(texts))
    for heading, key in (("Objectives", "objectives"), ("Materials", "materials")):
        items = tuple(item for item in content[key] if item.strip())
        if items:
            yield Section(heading, Items(items))
    steps = tuple(_steps(content["activities"]))
    if steps:
        yield Section("Activities", Steps(steps))
    if content["images"]:
        yield Section("Images", Pictures(tuple(picture_of(image) for image in content["images"])))
    if content["notes"].strip():
        yield Section("Notes", Paragraphs(content["notes"]))


def _steps(activities: list[dict[str, str | int]]) -> Iterator[Step]:
    for number, activity in enumerate(activities, start=1):
        title, text = str(activity["title"]) or f"Activity {number}", str(activity["text"])
        length = minutes_text(int(activity["minutes"]))
        yield Step(f"{title} ({length})" if length else title, text)
