"""What the parser needs to know of a page; plain data, so that the parser is tried without any PDF."""

from dataclasses import dataclass, field

Row = list[str | None]


@dataclass(frozen=True)
class Line:
    """A line of running text; sizes and places in points, from the top of the page."""

    text: str
    top: float
    bottom: float
    size: float


@dataclass(frozen=True)
class Page:
    """`tables` row by row, `lines` outside of them, `mentions` all codes that stand anywhere on the page."""

    number: int
    tables: list[list[Row]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    # nothing could be read here: no text at all (a scan), or the page is damaged
    unreadable: bool = False
