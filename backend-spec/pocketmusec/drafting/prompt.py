"""What the model is told. It is asked for Markdown, which can be read while it comes, and which `answer` takes apart."""

from pocketmusec.drafting.wish import Wish, grade_of
from pocketmusec.store import Linked

ROLE = """You write lesson plans for school music teachers. Answer with the plan alone, in Markdown, exactly in this form:

# Title of the lesson

## Overview
One short paragraph.

## Objectives
- One objective a line.

## Activities
### Title of the activity (10 minutes)
What teacher and students do.

## Materials
- One thing a line.

## Notes
Hints for the teacher, if any.

Write plainly. The minutes of all activities together are the length of the lesson.
Name no standards that were not given to you."""


def messages(wish: Wish, standards: list[Linked]) -> list[dict[str, str]]:
    """The conversation so far, as chat completions take it."""
    lines = [f"Write a plan for a lesson of {wish.minutes} minutes."]
    grade = grade_of(wish, standards)
    if grade:
        lines.append(f"Grade: {grade}")
    lines.append("It works towards these standards:")
    lines += [f"- {standard.code}: {standard.text}" for standard in standards]
    if wish.wishes.strip():
        lines += ["The teacher adds:", wish.wishes.strip()]
    return [{"role": "system", "content": ROLE}, {"role": "user", "content": "\n".join(lines)}]
