"""Every standard and objective of a document is found again, whatever its layout."""

from pathlib import Path
from typing import Any

import pytest

from pocketmusec.standards import codes, read
from pocketmusec.standards.page import Line, Page
from pocketmusec.standards.parse import Parser, clean
from tests.conftest import Sample
from tests.fixtures.make_pdf import make


def read_all(path: Path) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """(records by code, last message)"""
    records: dict[str, list[Any]] = {}
    last: dict[str, Any] = {}
    for last in read.read(str(path)):
        for record in last.get("records", []):
            records[record[0]] = record
    return records, last


@pytest.mark.parametrize("layout", ["tables", "rows", "split", "text", "owner"])
def test_all_records_of_a_layout(samples: dict[str, Sample], layout: str) -> None:
    """Codes, texts, kinds and pages are what was written."""
    known = samples[layout].known
    records, last = read_all(samples[layout].path)
    assert {code: r[5] for code, r in records.items() if r[1] == "standard"} == known.standards
    assert {code: r[5] for code, r in records.items() if r[1] == "objective"} == known.objectives
    assert {code: r[6] for code, r in records.items()} == known.pages
    assert last == {"type": "done", "unread": []}


def test_a_real_size_document(samples: dict[str, Sample]) -> None:
    """Fifty pages, 120 standards, 311 objectives."""
    known = samples["long"].known
    records, _ = read_all(samples["long"].path)
    assert len(known.standards) == 120
    assert len(known.objectives) == 311
    assert {code: r[5] for code, r in records.items()} == {**known.standards, **known.objectives}
    assert {r[4] for r in records.values()} == {"Connect", "Create", "Present", "Respond"}


@pytest.mark.parametrize(("name", "code"), [("encrypted", "encrypted"), ("prose", "no-standards"), ("scan", "no-standards")])
def test_documents_without_standards(samples: dict[str, Sample], name: str, code: str) -> None:
    """Each says why."""
    _, last = read_all(samples[name].path)
    assert (last["type"], last["code"]) == ("failed", code)


@pytest.mark.parametrize("keep", [9, 200, 0.5, 0.9])
def test_a_truncated_document_fails_or_says_what_is_missing(samples: dict[str, Sample], tmp_path: Path, keep: float) -> None:
    """Cut off at any place, it is broken, or what is left is read and the rest is listed."""
    content = samples["tables"].path.read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(content[: int(keep if keep > 1 else keep * len(content))])
    records, last = read_all(path)
    known = samples["tables"].known
    if last["type"] == "failed":
        assert last["code"] == "broken"
    else:
        assert {c: r[5] for c, r in records.items()}.items() <= {**known.standards, **known.objectives}.items()


def test_the_fixture_is_the_same_every_time(tmp_path: Path) -> None:
    """Same bytes: duplicates are found by content."""
    make(tmp_path / "a.pdf", 3)
    make(tmp_path / "b.pdf", 3)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("K.CN.1 Sing", ("K.CN.1", "Sing")),
        ("3.PR.2.4: Play", ("3.PR.2.4", "Play")),
        ("BE.CR.1. Make", ("BE.CR.1", "Make")),
        ("9-12.RE.1.2 – Listen", ("9-12.RE.1.2", "Listen")),
        ("Sing K.CN.1", None),
        ("K.CN.1.1.1 deeper", None),
        ("v1.2.3 of", None),
    ],
)
def test_codes(text: str, expected: tuple[str, str] | None) -> None:
    """What is a code at the beginning of a text, and what is not."""
    found = codes.leading(text)
    assert (found and (str(found[0]), found[1])) == expected


def test_a_cell_goes_on_in_the_next_row_and_page() -> None:
    """Text without a code belongs to the last record of its column; headers do not."""
    parser = Parser()
    parser.feed(Page(1, [[["Standard", "Objectives"], ["K.CN.1 One", "K.CN.1.1 Begin\nK.CN.1.2 Second be-"]]]))
    parser.feed(Page(2, [[["Standard", "Objectives"], ["", "gins here"], [None, "and ends."]]]))
    assert [(r.code, r.text) for r in parser.records()] == [
        ("K.CN.1", "One"),
        ("K.CN.1.1", "Begin"),
        ("K.CN.1.2", "Second be-gins here and ends."),
    ]


def test_lines_end_at_headings_and_footers() -> None:
    """A gap or another size ends a sentence."""
    parser = Parser()
    lines = [
        Line("K.CN.1 Sing", 10, 20, 10),
        Line("songs.", 22, 32, 10),
        Line("Heading", 34, 48, 14),
        Line("Page 1", 700, 710, 10),
    ]
    parser.feed(Page(1, lines=lines))
    assert [r.text for r in parser.records()] == ["Sing songs."]


def test_what_could_not_be_read_is_listed() -> None:
    """A code in no record, a page that is a picture."""
    parser = Parser()
    parser.feed(Page(1, [[["K.CN.1 Sing"]]], mentions=["K.CN.1"]))
    parser.feed(Page(2, mentions=["K.CN.1", "K.CN.9"]))
    parser.feed(Page(3, unreadable=True))
    assert parser.unread_pages() == [2, 3]


def test_strand_names_come_from_the_document() -> None:
    """A heading in the document wins over what we know."""
    parser = Parser()
    parser.feed(Page(1, [[["8.CR.1 Relate"]]], headings=codes.strand_headings("Contextual Relevancy (CR)")))
    assert parser.records()[0].strand_name == "Contextual Relevancy"


def test_texts_hold_no_control_characters() -> None:
    """Search marks highlights with control characters; a document cannot bring its own."""
    assert clean("a\x02b\x03 call-and-\nresponse sylla\u00ad\nble") == "a b call-and-response syllable"
