"""A draft without a model: the shape of a music lesson, filled with what the standards say."""

from typing import Any

from pocketmusec.drafting.wish import Wish, grade_of
from pocketmusec.lessons.content import MAX_TEXT, MAX_TITLE, Activity, DraftContent
from pocketmusec.store import Linked

# (title, share of the time in percent, what happens)
STEPS = (
    ("Warm-up", 10, "Gather the class with a song or a beat that everybody knows."),
    ("Listen and discover", 20, "Show or play an example. Ask what the students hear and see."),
    ("Practice", 40, "Work on it together, then in small groups. Go round and help."),
    ("Share", 20, "Groups present what they have practiced. The others listen for what the objectives name."),
    ("Look back", 10, "Each student says or shows one thing that went well and one to work on."),
)
MATERIALS = ("Voices, instruments or recordings for the example", "Room to move")


def draft(wish: Wish, standards: list[Linked]) -> dict[str, Any]:
    """Content that may be saved as it is; its minutes add up to what was asked for."""
    codes = [standard.code for standard in standards]
    overview = "In this lesson students work towards:\n\n" + "\n".join(f"{s.code}: {s.text}" for s in standards if s.text)
    return DraftContent(
        title=_title(codes),
        grade=grade_of(wish, standards),
        overview="\n\n".join(part for part in (overview, wish.wishes.strip()) if part)[:MAX_TEXT],
        standards=codes,
        objectives=[_objective(standard.text) for standard in standards if standard.text],
        activities=[
            Activity(title=title, minutes=minutes, text=text)
            for (title, _, text), minutes in zip(STEPS, shares(wish.minutes, [share for _, share, _ in STEPS]), strict=True)
        ],
        materials=list(MATERIALS),
    ).model_dump()


def shares(whole: int, percents: list[int]) -> list[int]:
    """`whole` in parts of these percents, in whole numbers that add up to it."""
    parts = [whole * percent // 100 for percent in percents]
    # what is left goes to the largest part, which notices it least
    parts[percents.index(max(percents))] += whole - sum(parts)
    return parts


def _title(codes: list[str]) -> str:
    return ("Lesson on " + ", ".join(codes))[:MAX_TITLE]


def _objective(text: str) -> str:
    # standards begin with a verb: “Sing …”; what begins with an abbreviation keeps its capitals
    lower = text[:1].lower() + text[1:] if text[1:2].islower() else text
    return f"Students can {lower}"[:MAX_TEXT]
