"""Every standard and objective of generated documents is found again, word by word, and nothing else."""

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from pocketmusec.standards import read
from tests.curricula import GRADES, STRANDS, curricula, styles
from tests.fixtures.curriculum import Standard
from tests.fixtures.layouts import LAYOUTS, Known, Layout, Style, write

# pages are drawn and read for real, some ten a second: making a failure smaller would take minutes
PRINTED = settings(phases=[Phase.generate], deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_back(standards: list[Standard], style: Style) -> tuple[Known, dict[str, list[Any]], dict[str, Any]]:
    """(what was written, records by code, last message)"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "standards.pdf"
        known = write(path, standards, style, GRADES, STRANDS)
        records: dict[str, list[Any]] = {}
        last: dict[str, Any] = {}
        for last in read.read(str(path)):
            for record in last.get("records", []):
                assert record[0] not in records
                records[record[0]] = record
    return known, records, last


def check(standards: list[Standard], style: Style) -> None:
    """Codes, kinds, texts, strands, pages and order are what was written, and no page is listed as unread."""
    known, records, last = read_back(standards, style)
    assert {code: r[5] for code, r in records.items()} == {**known.standards, **known.objectives}
    assert {code for code, r in records.items() if r[1] == "objective"} == set(known.objectives)
    assert {code: r[6] for code, r in records.items()} == known.pages
    assert all((r[2], r[3], r[4]) == (code.split(".")[0], code.split(".")[1], STRANDS[r[3]]) for code, r in records.items())
    assert [*records] == [code for standard in standards for code in (standard.code, *dict(standard.objectives))]
    assert last == {"type": "done", "unread": []}


# EXAMPLES=300 tries that many a layout, others at each run; without it there are few, and always the same
EXAMPLES = os.environ.get("EXAMPLES")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout: Layout) -> None:
    """Each layout by itself, so that a failure names it."""

    @settings(PRINTED, max_examples=int(EXAMPLES or 10), derandomize=EXAMPLES is None, database=None)
    @given(curricula(), styles(layout))
    def inner(standards: list[Standard], style: Style) -> None:
        check(standards, style)

    inner()
