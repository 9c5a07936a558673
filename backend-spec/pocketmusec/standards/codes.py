"""The codes of state standards, such as K.CN.1 (a standard) and K.CN.1.1 (an objective of it), and the headings above them."""

import re
from dataclasses import dataclass

GRADE = r"(?:PK|K|\d{1,2}(?:-\d{1,2})?|[A-Z]{1,2})"
BELOW = r"([A-Z]{2,3})\.(\d{1,2})(?:\.(\d{1,2}))?"
# no letter, digit or dot on either side, so that "K.CN.1" is not seen in "K.CN.1.1" or in "AK.CN.1"
BEFORE = r"(?<![A-Za-z0-9.])"
AFTER = r"(?![A-Za-z0-9]|\.\d)"
CODE = re.compile(rf"{BEFORE}({GRADE})\.{BELOW}{AFTER}")
# the separator that some states print after a code goes with it
# signs of lists
BULLET = r"[\s•▪◦·*–—-]*"
SEPARATOR = r"[.:)\]]?(?:\s*[–—-](?=\s))?\s*"
# at the beginning of a line or cell; without a grade where a heading gives it
LEADING = re.compile(rf"{BULLET}(?:({GRADE})\.)?{BELOW}{AFTER}{SEPARATOR}")
# where one cell holds several: at each line's beginning; without groups, which re.split would return as pieces
BETWEEN = re.compile(rf"\n(?={BULLET}(?:{GRADE}\.)?[A-Z]{{2,3}}\.\d{{1,2}}(?:\.\d{{1,2}})?{AFTER})")

# North Carolina's four strands; a heading in the document itself comes before these
STRAND_NAMES = {"CN": "Connect", "CR": "Create", "PR": "Present", "RE": "Respond"}
NAMED = re.compile(r"\b([A-Z][a-z]+(?: (?:and |& |to )?[A-Z][a-z]+){0,3}) ?\(([A-Z]{2,3})\)")
# "Connect (CN)" and nothing else but what stands before a dash: "Grade 3 – Connect (CN)"
STRAND_HEADING = re.compile(rf"(?:[^.]{{1,40}}[–—:|-] ?)?{NAMED.pattern}")

ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh", "Twelfth")
LEVELS = {"beginning": "BE", "intermediate": "IN", "accomplished": "AC", "advanced": "AD", "novice": "N", "developing": "D"}
# a heading ends there, or a separator follows: not "Grade 3 students sing"
HEADING_END = r"\s*(?=$|[–—:|(,]|- )"
GRADE_HEADING = re.compile(
    rf"\s*(?:(?P<pk>pre-?\s?k(?:indergarten)?)|(?P<k>kindergarten|grade k)|grades? (?P<number>\d{{1,2}}(?:\s?[-–]\s?\d{{1,2}})?)"
    rf"|(?P<nth>\d{{1,2}})(?:st|nd|rd|th) grade|(?P<ordinal>{'|'.join(ORDINALS)}) grade"
    rf"|(?:high school\s*[-–—:]?\s*)(?P<level>{'|'.join(LEVELS)})){HEADING_END}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Code:
    """A code in its parts."""

    grade: str
    strand: str
    standard: str
    objective: str | None = None

    @property
    def kind(self) -> str:
        """Which of the two it names."""
        return "objective" if self.objective else "standard"

    def __str__(self) -> str:
        parts = [self.grade, self.strand, self.standard, self.objective]
        return ".".join(part for part in parts if part)


def leading(text: str, grade: str = "") -> tuple[Code, str] | None:
    """The code at the beginning of `text`, and what follows it; one without a grade only where a heading gave `grade`."""
    found = LEADING.match(text)
    if found is None or not (found[1] or grade):
        return None
    return Code(found[1] or grade, found[2], found[3], found[4]), text[found.end() :]


def mentioned(text: str) -> list[str]:
    """All codes anywhere in `text`, in order, and those without a grade at the beginning of its lines."""
    found: list[str] = []
    for line in text.splitlines():
        first = LEADING.match(line)
        if first and not first[1]:
            found.append(str(Code("", first[2], first[3], first[4])))
        found += [str(Code(m[1], m[2], m[3], m[4])) for m in CODE.finditer(line)]
    return found


def strand_headings(text: str) -> dict[str, str]:
    """Strand names that the document gives, as in "Connect (CN)"."""
    return {match[2]: match[1] for match in NAMED.finditer(text)}


def grade_heading(text: str) -> str | None:
    """The grade that a heading such as "Grade 3 – Create (CR)" names, as it stands in codes."""
    found = GRADE_HEADING.match(text)
    if found is None:
        return None
    if found["pk"] or found["k"]:
        return "PK" if found["pk"] else "K"
    if found["ordinal"]:
        return str(ORDINALS.index(found["ordinal"].capitalize()) + 1)
    if found["level"]:
        return LEVELS[found["level"].lower()]
    number: str = found["number"] or found["nth"]
    return re.sub(r"\s?[-–]\s?", "-", number)


def is_grade(text: str) -> bool:
    """Whether it could stand as the grade in a code."""
    return re.fullmatch(GRADE, text) is not None


def is_heading(text: str) -> bool:
    """Whether a line or cell names a grade or a strand and says nothing else."""
    line = " ".join(text.split())
    return STRAND_HEADING.fullmatch(line) is not None or (grade_heading(line) is not None and "." not in line)
