"""Puts what stands on a page into reading order: columns are found by the white gutter between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

# narrower white is between words, not between columns; in points
GUTTER = 9.0
# how much must stand on both sides of a gutter, in points of height, before it divides columns
COLUMN_HEIGHT = 30.0
# beyond that many boxes (a page of a document has some hundred) columns are not looked for
MOST_BOXES = 1000


@dataclass(frozen=True)
class Box(Generic[T_co]):
    """Something at a place; points from the upper left corner."""

    x0: float
    top: float
    x1: float
    bottom: float
    thing: T_co
    # a table: whatever stands beside it is another column
    is_solid: bool = False


def in_flows(boxes: Sequence[Box[T]], may_divide: Callable[[Sequence[Box[T]]], bool] = lambda _left: True) -> list[list[Box[T]]]:
    """Boxes in reading order, one list for each stretch of a column. `may_divide` is asked about what stands left of a gutter."""
    if not boxes:
        return []
    gutter = _best_gutter(boxes, may_divide) if len(boxes) <= MOST_BOXES else None
    if gutter is None:
        return [sorted(boxes, key=lambda box: (box.top, box.x0))]
    x, first, last = gutter
    above = [box for box in boxes if _middle(box) < first]
    below = [box for box in boxes if _middle(box) > last]
    between = [box for box in boxes if first <= _middle(box) <= last]
    left = [box for box in between if box.x1 <= x]
    right = [box for box in between if box.x1 > x]
    return [flow for part in (above, left, right, below) for flow in in_flows(part, may_divide)]


def _middle(box: Box[T]) -> float:
    return (box.top + box.bottom) / 2


def _best_gutter(boxes: Sequence[Box[T]], may_divide: Callable[[Sequence[Box[T]]], bool]) -> tuple[float, float, float] | None:
    """(x, first, last): the gutter at x that divides the highest stretch of the page, from `first` to `last`."""
    best: tuple[float, float, float] | None = None
    height = 0.0
    for x in sorted({round(box.x1) + 1 for box in boxes}):
        for stretch in _uncrossed(boxes, x):
            left = [box for box in stretch if box.x1 <= x]
            right = [box for box in stretch if box.x1 > x]
            if not left or not right:
                continue
            first, last = max(_top(left), _top(right)), min(_bottom(left), _bottom(right))
            is_wide = min(box.x0 for box in right) - max(box.x1 for box in left) >= GUTTER
            is_high = last - first > (0 if any(box.is_solid for box in stretch) else COLUMN_HEIGHT)
            if is_wide and is_high and last - first > height and may_divide(left):
                height = last - first
                best = x, _top(stretch), _bottom(stretch)
    return best


def _uncrossed(boxes: Sequence[Box[T]], x: float) -> list[list[Box[T]]]:
    """The boxes that do not cross x, in stretches between those that do."""
    stretches: list[list[Box[T]]] = [[]]
    crossed_until = float("-inf")
    for box in sorted(boxes, key=lambda box: box.top):
        if box.x0 < x < box.x1:
            crossed_until = max(crossed_until, box.bottom)
            stretches.append([])
        elif _middle(box) > crossed_until:
            stretches[-1].append(box)
    return [stretch for stretch in stretches if stretch]


def _top(boxes: Sequence[Box[T]]) -> float:
    return min(box.top for box in boxes)


def _bottom(boxes: Sequence[Box[T]]) -> float:
    return max(box.bottom for box in boxes)
