"""Every standard and objective of a document is found again, whatever its layout."""

from pathlib import Path
from typing import Any

import pytest

from pocketmusec.standards import codes, read
from pocketmusec.standards.page import Cells, Line, Page, Row, Table
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


def table(*rows: Cells) -> Table:
    """A table without merged rows."""
    return Table([Row(cells) for cells in rows])


def page(number: int, *things: Line | Table, **more: Any) -> Page:
    """A page of one flow."""
    return Page(number, [[*things]], **more)


def test_a_cell_goes_on_in_the_next_row_and_page() -> None:
    """Text without a code belongs to the last record of its column; headers do not."""
    parser = Parser()
    parser.feed(page(1, table(["Standard", "Objectives"], ["K.CN.1 One", "K.CN.1.1 Begin\nK.CN.1.2 Second be-"])))
    parser.feed(page(2, table(["Standard", "Objectives"], ["", "gins here"], [None, "and ends."])))
    assert [(r.code, r.text) for r in parser.records()] == [
        ("K.CN.1", "One"),
        ("K.CN.1.1", "Begin"),
        ("K.CN.1.2", "Second be-gins here and ends."),
    ]


def test_another_table_does_not_go_on() -> None:
    """With other columns, below the first on the same page, or after a heading, a cell without a code belongs to nothing."""
    first = table(["K.CN.1 One", "K.CN.1.1 Begin"])
    for following in (
        [page(1, first, table(["", "Note"]))],
        [page(1, first), page(2, Table([Row(["", "Note"])], (0, 90, 200)))],
        [page(1, first), page(2, Line("Grade 1 – Create (CR)", 80, 90, 10), table(["", "Note"]))],
    ):
        parser = Parser()
        for each in following:
            parser.feed(each)
        assert [r.text for r in parser.records()][1:] in (["Begin"], [])
        assert not any("Note" in r.text for r in parser.records())


def test_a_row_that_names_a_grade_or_strand_is_no_text() -> None:
    """Whether it is merged or not; a code without a grade gets that of the heading."""
    parser = Parser()
    rows = [Row(["CN.1", "Sing"]), Row(["Connect (CN)", ""]), Row(["Grade 2", None], is_whole=True), Row(["CN.1", "Play"])]
    parser.feed(page(1, Table([Row(["Kindergarten – Connect (CN)", None], is_whole=True), *rows])))
    assert [(r.code, r.text) for r in parser.records()] == [("K.CN.1", "Sing"), ("2.CN.1", "Play")]


def test_a_text_may_come_on_the_page_after_its_code() -> None:
    """Where the row of the code is the last of a page."""
    parser = Parser()
    parser.feed(page(1, table(["K.CN.1", "Sing."], ["K.CN.2", ""])))
    parser.feed(page(2, table(["", "Play."], ["K.CN.3", "Read."])))
    assert [(r.code, r.text) for r in parser.records()] == [("K.CN.1", "Sing."), ("K.CN.2", "Play."), ("K.CN.3", "Read.")]


def test_codes_that_a_sentence_speaks_of_begin_nothing() -> None:
    """Though they stand at the beginning of a line; a list of codes is no text either."""
    parser = Parser()
    parser.feed(
        page(1, table(["K.CN.1 Sing songs as in\nK.CN.2 and (with\nK.CN.3) play.\nK.CN.2 Read."], ["K.CN.4 K.CN.1, K.CN.2"]))
    )
    assert [(r.code, r.text) for r in parser.records()] == [
        ("K.CN.1", "Sing songs as in K.CN.2 and (with K.CN.3) play."),
        ("K.CN.2", "Read."),
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
    parser.feed(page(1, *lines))
    assert [r.text for r in parser.records()] == ["Sing songs."]


def test_a_sentence_goes_on_in_the_next_column() -> None:
    """If it was not at its end, and what follows is of the same kind; what is in the margins comes between."""
    for last, following, expected in (
        ("Sing", Line("songs.", 80, 90, 10), "Sing songs."),
        ("Sing.", Line("Notes", 80, 90, 10), "Sing."),
        ("Sing", Line("Notes", 80, 94, 14), "Sing"),
    ):
        parser = Parser()
        footer = Line("Page 1", 770, 780, 10, in_margin=True)
        parser.feed(Page(1, [[Line(f"K.CN.1 {last}", 10, 20, 10), footer], [following]]))
        assert [r.text for r in parser.records()] == [expected]


def test_what_could_not_be_read_is_listed() -> None:
    """A code in no record, a page that is a picture; each says why."""
    parser = Parser()
    parser.feed(page(1, table(["K.CN.1 Sing"]), mentions=["K.CN.1"]))
    parser.feed(page(2, mentions=["K.CN.1", "K.CN.9"]))
    parser.feed(page(3, unreadable=("a picture of text", "text")))
    assert [(u.at, u.found) for u in parser.unread()] == [(2, "K.CN.9 without a text"), (3, "a picture of text")]


def test_a_scanned_page_among_others_is_listed(tmp_path: Path) -> None:
    """The rest is read; the picture, and a page that breaks the reader, are named with their reasons."""
    from reportlab.lib.pagesizes import letter
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "mixed.pdf"
    canvas = Canvas(str(path), pagesize=letter)
    canvas.drawString(54, 700, "K.CN.1 Sing songs.")
    canvas.showPage()
    canvas.drawInlineImage(_picture(), 0, 0, *letter)
    canvas.drawString(54, 20, "Page 2")
    canvas.showPage()
    canvas.drawString(54, 700, "K.CN.2 Play.")
    canvas.drawString(300, 400, "See K.CN.7.")
    canvas.showPage()
    canvas.save()
    records, last = read_all(path)
    assert [*records] == ["K.CN.1", "K.CN.2"]
    assert [(at, found) for at, found, _ in last["unread"]] == [(2, "a picture of text"), (3, "K.CN.7 without a text")]
    assert all(allowed for _, _, allowed in last["unread"])


def _picture() -> Any:
    from PIL import Image

    return Image.new("L", (64, 64), 200)


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("Kindergarten", "K"),
        ("Pre-Kindergarten – Create (CR)", "PK"),
        ("Grade 3: Connect", "3"),
        ("GRADES 9–12", "9-12"),
        ("Third Grade", "3"),
        ("11th grade", "11"),
        ("High School – Advanced", "AD"),
        ("Grade 3 students sing", None),
        ("Kindergarten through Grade 8", None),
        ("Sing in Grade 3", None),
    ],
)
def test_grades_in_headings(text: str, grade: str | None) -> None:
    """As the codes have them; a sentence that begins with a grade is no heading."""
    assert codes.grade_heading(text) == grade


def test_strand_names_come_from_the_document() -> None:
    """A heading in the document wins over what we know."""
    parser = Parser()
    parser.feed(page(1, table(["8.CR.1 Relate"]), headings=codes.strand_headings("Contextual Relevancy (CR)")))
    assert parser.records()[0].strand_name == "Contextual Relevancy"


def test_texts_hold_no_control_characters() -> None:
    """Search marks highlights with control characters; a document cannot bring its own."""
    assert clean("a\x02b\x03 call-and-\nresponse sylla\u00ad\nble") == "a b call-and-response syllable"
