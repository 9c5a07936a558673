"""Takes a model's Markdown apart into a lesson. Models keep to a form only roughly: what fits nowhere goes to the notes."""

import re
from collections.abc import Iterable
from typing import Any

from pocketmusec.drafting.wish import Wish, grade_of
from pocketmusec.lessons.content import DAY_MINUTES, MAX_ITEMS, MAX_TEXT, MAX_TITLE, Activity, DraftContent
from pocketmusec.store import Linked

# each takes time in proportion to the text, whatever a model writes: no part is tried at every length from every place
HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
BOLD_HEADING = re.compile(r"^\*\*([^*]+)\*\*:?$")
BULLET = re.compile(r"^\s{0,3}(?:[-*+•]|\d{1,3}[.)])\s+(?=\S)")
MINUTES = re.compile(r"(?<!\d)(\d{1,3})\s*(?:-\s*\d{1,3}\s*)?(?:minutes?|mins?\.?|\u2019|')\s*[)\]]?", re.IGNORECASE)
BEFORE_MINUTES = "([–—:,-"
# reasoning models think aloud first
THOUGHT = re.compile(r"<think>.*?(</think>|$)", re.DOTALL)
FENCE = re.compile(r"^```\w*\s*$")
SECTIONS = {
    "overview": ("overview", "summary", "introduction", "description"),
    "objectives": ("objective", "goal", "outcome"),
    "activities": ("activit", "procedure", "steps", "plan", "sequence"),
    "materials": ("material", "resource", "equipment", "supplies"),
    "notes": ("note", "hint", "tip", "assessment", "differentiation", "extension"),
}


def lesson(text: str, wish: Wish, standards: list[Linked]) -> dict[str, Any]:
    """Content of a draft; the standards are those that were asked for, whatever the model names."""
    parts = _Parts()
    for line in THOUGHT.sub("", text).split("\n"):
        if not FENCE.match(line):
            parts.take(line.rstrip())
    codes = [standard.code for standard in standards]
    return DraftContent(
        title=_plain(parts.title)[:MAX_TITLE] or f"Lesson on {', '.join(codes)}"[:MAX_TITLE],
        grade=grade_of(wish, standards),
        overview=_text(parts.lines["overview"]),
        standards=codes,
        objectives=_items(parts.lines["objectives"]),
        activities=parts.activities()[:MAX_ITEMS],
        materials=_items(parts.lines["materials"]),
        notes=_text(parts.lines["notes"]),
    ).model_dump()


class _Parts:
    """The lines by section, as they come."""

    def __init__(self) -> None:
        self.title = ""
        self.lines: dict[str, list[str]] = {name: [] for name in SECTIONS}
        self._steps: list[tuple[str, list[str]]] = []
        # what comes before the first heading is the overview of a model that forgot it
        self._section = "overview"

    def take(self, line: str) -> None:
        found = HEADING.match(line) or BOLD_HEADING.match(line)
        if found is None:
            self._add(line)
            return
        heading = found[found.lastindex or 1].rstrip("#").rstrip()
        level = len(found[1]) if found.re is HEADING else 3
        named = _section(heading)
        if level == 1 and not self.title and named is None:
            self.title = heading
        elif named is not None and not (self._section == "activities" and level > 2):  # noqa: PLR2004
            self._section = named
        elif self._section == "activities" and level > 2:  # noqa: PLR2004
            self._steps.append((heading, []))
        else:
            self._section = "notes"
            self._add(heading)

    def activities(self) -> list[Activity]:
        """The steps; of a list without headings, each item is one."""
        steps = self._steps
        if not steps:
            steps = [(item, []) for item in _items(self.lines["activities"])]
        return [_activity(heading, lines) for heading, lines in steps]

    def _add(self, line: str) -> None:
        if self._section == "activities" and self._steps:
            self._steps[-1][1].append(line)
        else:
            self.lines[self._section].append(line)


def _section(heading: str) -> str | None:
    low = _plain(heading).lower()
    return next((name for name, words in SECTIONS.items() if any(word in low for word in words)), None)


def _activity(heading: str, lines: list[str]) -> Activity:
    found = MINUTES.search(heading)
    rest = heading[: found.start()].rstrip().rstrip(BEFORE_MINUTES) + heading[found.end() :] if found else heading
    title = _plain(rest).strip(" :–—-")
    minutes = min(int(found[1]), DAY_MINUTES) if found else 0
    if len(title) > MAX_TITLE:
        # an item that is a whole sentence is what happens, not what it is called
        return Activity(title="", minutes=minutes, text=_text([title, *lines]))
    return Activity(title=title, minutes=minutes, text=_text(lines))


def _items(lines: Iterable[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        if not line.strip():
            continue
        bullet = BULLET.match(line)
        if bullet is None and items and line.startswith((" ", "\t")):
            items[-1] += "\n" + line.strip()
        else:
            items.append(line[bullet.end() :] if bullet else line.strip())
    return [_plain(item)[:MAX_TEXT] for item in items][:MAX_ITEMS]


def _text(lines: Iterable[str]) -> str:
    text = "\n".join(_plain(BULLET.sub("• ", line)) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()[:MAX_TEXT]


def _plain(text: str) -> str:
    return re.sub(r"(\*\*|__|`)(.+?)\1", r"\2", text).strip()
