"""The codes of state standards, such as K.CN.1 (a standard) and K.CN.1.1 (an objective of it)."""

import re
from dataclasses import dataclass

GRADE = r"(?:PK|K|\d{1,2}(?:-\d{1,2})?|[A-Z]{1,2})"
BODY = rf"({GRADE})\.([A-Z]{{2,3}})\.(\d{{1,2}})(?:\.(\d{{1,2}}))?"
# no letter, digit or dot on either side, so that "K.CN.1" is not seen in "K.CN.1.1" or in "AK.CN.1"
CODE = re.compile(rf"(?<![A-Za-z0-9.]){BODY}(?![A-Za-z0-9]|\.\d)")
# at the beginning of a line or cell; the separator that some states print after it goes with it
LEADING = re.compile(rf"\s*{BODY}(?![A-Za-z0-9]|\.\d)[.:)\]]?(?:\s*[–—-](?=\s))?\s*")

# where one cell holds several: at each line's beginning; without groups, which re.split would return as pieces
BETWEEN = re.compile(rf"\n(?=\s*{GRADE}\.[A-Z]{{2,3}}\.\d{{1,2}}(?:\.\d{{1,2}})?(?![A-Za-z0-9]|\.\d))")

# North Carolina's four strands; a heading in the document itself comes before these
STRAND_NAMES = {"CN": "Connect", "CR": "Create", "PR": "Present", "RE": "Respond"}
NAMED = re.compile(r"\b([A-Z][a-z]+(?: (?:and |& |to )?[A-Z][a-z]+){0,3}) ?\(([A-Z]{2,3})\)")


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


def leading(text: str) -> tuple[Code, str] | None:
    """The code at the beginning of `text`, and what follows it."""
    found = LEADING.match(text)
    if found is None:
        return None
    return Code(found[1], found[2], found[3], found[4]), text[found.end() :]


def mentioned(text: str) -> list[str]:
    """All codes anywhere in `text`, in order."""
    return [str(Code(m[1], m[2], m[3], m[4])) for m in CODE.finditer(text)]


def strand_headings(text: str) -> dict[str, str]:
    """Strand names that the document gives, as in "Connect (CN)"."""
    return {match[2]: match[1] for match in NAMED.finditer(text)}
