"""What the parser needs to know of a page; plain data, so that the parser is tried without any PDF."""

from dataclasses import dataclass, field

# more space than this many line heights is between paragraphs: a sentence does not go on
PARAGRAPH_GAP = 0.9

# None where a cell of a row above, or beside, covers the place
Cells = list[str | None]


@dataclass(frozen=True)
class Line:
    """A line of running text; sizes and places in points, from the top of the page."""

    text: str
    top: float
    bottom: float
    size: float
    font: str = ""
    # near the upper or lower edge of the page, where running titles and page numbers stand
    in_margin: bool = False
    # its own number, where there are no pages
    at: int | None = None


@dataclass(frozen=True)
class Row:
    """A table row; `is_whole`: one cell over all columns."""

    cells: Cells
    is_whole: bool = False


@dataclass(frozen=True)
class Table:
    """A table; `edges` are the left edges of its columns and its right one, from the table's own left edge."""

    rows: list[Row]
    edges: tuple[float, ...] = ()


# what stands below one another: a page has one flow, or one for each column of its text
Flow = list[Line | Table]


@dataclass(frozen=True)
class Page:
    """`flows` in reading order; `mentions`: all codes that stand anywhere on the page."""

    number: int
    flows: list[Flow] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    # strand names by their codes
    headings: dict[str, str] = field(default_factory=dict)
    # why nothing can be read here: what was found, and what is needed instead
    unreadable: tuple[str, str] | None = None
