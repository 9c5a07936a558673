"""Tables (CSV) and texts: every spelling of the same content is read the same, and errors name the line."""

import codecs
import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pocketmusec.standards import limits, read
from tests.backend_process import BackendProcess, add, settled
from tests.curricula import GRADES, STRANDS, curricula
from tests.fixtures.curriculum import Standard
from tests.test_contract import is_problem

QUICK = settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
CODE_NAMES = ["code", "Standard Code", "ID", "STANDARD_ID", "Identifier"]
TEXT_NAMES = ["text", "Description", "Full Statement", "statement", "Standard text"]
# the delimiters that may stand in a text are quoted; a mark tells the encodings that have one
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


def read_all(content: bytes, format_: str) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """(records by code, last message)"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        records: dict[str, list[Any]] = {}
        last: dict[str, Any] = {}
        for last in read.read(str(path), format_):
            for record in last.get("records", []):
                records[record[0]] = record
    return records, last


def texts_of(standards: list[Standard]) -> dict[str, str]:
    """Code → text of all standards and objectives, in order."""
    return {code: text for each in standards for code, text in ((each.code, each.text), *each.objectives)}


def encoded(text: str, encoding: str) -> bytes:
    """What has no place in the encoding is replaced as an editor would."""
    return text.encode(encoding, "replace")


@QUICK
@given(
    curricula(),
    st.sampled_from(",;\t|"),
    st.sampled_from(ENCODINGS),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(CODE_NAMES),
    st.sampled_from(TEXT_NAMES),
    st.permutations(["code", "text", "grade", "strand", "notes"]),
    st.booleans(),
    st.booleans(),
)
def test_tables(
    standards: list[Standard],
    delimiter: str,
    encoding: str,
    line_end: str,
    code_name: str,
    text_name: str,
    columns: list[str],
    short_codes: bool,  # noqa: FBT001
    quoted: bool,  # noqa: FBT001
) -> None:
    """Any delimiter, encoding, line end, name and order of columns; codes whole or with their grade in a column."""
    expected = texts_of(standards)
    names = {"code": code_name, "text": text_name, "grade": "Grade Level", "strand": "Strand", "notes": "Notes"}
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    table.writerow([names[column] for column in columns])
    for code, text in expected.items():
        grade, strand, _ = code.split(".", 2)
        cells = {
            "code": code.partition(".")[2] if short_codes else code,
            "text": text,
            "grade": GRADES[grade],
            "strand": STRANDS[strand],
            "notes": "",
        }
        table.writerow([cells[column] for column in columns])
    records, last = read_all(encoded(out.getvalue(), encoding), "csv")
    assert {code: r[5] for code, r in records.items()} == expected
    assert all(r[4] == STRANDS[r[3]] for r in records.values())
    assert last == {"type": "done", "unread": []}


@QUICK
@given(curricula(), st.sampled_from(",;\t"), st.booleans())
def test_tables_without_names(standards: list[Standard], delimiter: str, text_first: bool) -> None:  # noqa: FBT001
    """What the columns hold tells them."""
    expected = texts_of(standards)
    out = io.StringIO()
    rows = [[text, code] if text_first else [code, text] for code, text in expected.items()]
    csv.writer(out, delimiter=delimiter).writerows(rows)
    records, last = read_all(out.getvalue().encode(), "csv")
    assert {code: r[5] for code, r in records.items()} == expected
    assert last["unread"] == []


@QUICK
@given(curricula(), st.sampled_from(ENCODINGS), st.sampled_from(["", "• ", "- ", "  "]), st.booleans(), st.integers(20, 200))
def test_texts(standards: list[Standard], encoding: str, bullet: str, short_codes: bool, width: int) -> None:  # noqa: FBT001
    """Wrapped at any width, with signs of lists or not, below headings that give the grade or with whole codes."""
    import textwrap

    lines: list[str] = []
    for standard in standards:
        lines += ["", f"{GRADES[standard.grade]} – {STRANDS[standard.strand]} ({standard.strand})", ""]
        for code, text in texts_of([standard]).items():
            shown = code.partition(".")[2] if short_codes else code
            lines += textwrap.wrap(f"{bullet}{shown} {text}", width, break_on_hyphens=False, break_long_words=False)
    text = "\n".join(lines)
    records, last = read_all(encoded(text, encoding), "text")
    assert {code: r[5] for code, r in records.items()} == texts_of(standards)
    assert last["unread"] == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('code,text\nK.CN.1,Sing\nK.CN.2,"Play\nK.CN.3,Read\n', ["Line 3", "never closed", '("")']),
        ('code,text\nK.CN.1,"Sing" loud\n', ["Line 2", "after a closing quotation mark", "delimiter"]),
        ("name,age\nAnna,7\n", ["Line 1", "“name”, “age”", "K.CN.1"]),
        ("code,text\nK.CN.1,\n", ["Line 2", "K.CN.1 without a text", "a text"]),
        ("code,text\nfirst,Sing\n", ["Line 2", "“first” in the column of codes", "K.CN.1"]),
        ("code,text\nK.CN.1,Si\x00ng\n", ["Line 2", "control character 0", "UTF-8"]),
        ("code,text\n" + "x,y\n" * 501 + "K.CN.1,Sing\n", ["Line 2", "“x”", "over 500 lines"]),
        (f"code,text\nK.CN.1,{'x' * 140_000}\n", ["Line 2", "131,072 characters"]),
    ],
)
def test_tables_that_are_refused(content: str, expected: list[str]) -> None:
    """The sentence says the line, what was found and what is allowed."""
    records, last = read_all(content.encode(), "csv")
    assert records == {}
    assert (last["type"], last["code"]) == ("failed", "bad-line")
    assert all(part in last["detail"] for part in expected), last["detail"]
    assert last["detail"].endswith(".")


@pytest.mark.parametrize("content", ["", "\n \n", "code,text\n", "just words"])
def test_tables_without_standards(content: str) -> None:
    """Says what it should hold."""
    _, last = read_all(content.encode(), "csv")
    assert (last["type"], last["code"]) in (("failed", "no-standards"), ("failed", "bad-line"))


def test_lines_that_could_not_be_read_are_listed() -> None:
    """The others are there; each of these says why; blank rows are nothing."""
    content = "code,text\nK.CN.1,Sing\n,No code\nK.CN.2,\n,\n\nK.CN.1,Play\nK.CN.1,Sing\nwhat?,Read\n"
    records, last = read_all(content.encode(), "csv")
    assert [*records] == ["K.CN.1"]
    assert records["K.CN.1"][6] == 2
    assert [(at, found) for at, found, _ in last["unread"]] == [
        (3, "no code"),
        (4, "K.CN.2 without a text"),
        (7, "K.CN.1 a second time (first in line 2)"),
        (9, "“what?” in the column of codes"),
    ]


def test_a_cell_over_several_lines() -> None:
    """Is one text; the line is that where the row begins."""
    records, _ = read_all(b'code,text\nK.CN.1,"Sing\nsongs"\nK.CN.2,Play', "csv")
    assert [(r[0], r[5], r[6]) for r in records.values()] == [("K.CN.1", "Sing songs", 2), ("K.CN.2", "Play", 4)]


def test_a_text_that_is_a_picture_or_none() -> None:
    """Binary content under a text's name is refused with its line; prose has no standards."""
    for content, code in ((b"a\nb\x01c", "bad-line"), (b"Meeting notes", "no-standards"), (b"\x89PNG\r\n\x1a\n\0\0", "bad-line")):
        _, last = read_all(content, "text")
        assert (last["type"], last["code"]) == ("failed", code)


def test_a_code_without_a_text_is_listed() -> None:
    """By its line."""
    records, last = read_all(b"K.CN.1 Sing\n\nK.CN.2\n\nK.CN.3 Play", "text")
    assert [*records] == ["K.CN.1", "K.CN.3"]
    assert [(at, found) for at, found, _ in last["unread"]] == [(3, "K.CN.2 without a text")]


def test_a_text_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """One longer than any standard's, or more in all than the backend should keep, is too complex."""
    longest = limits.MAX_TEXT - len("Connect")
    for letters, last in ((longest, "done"), (longest + 1, "failed")):
        assert read_all(b"K.CN.1 " + b"x" * letters, "text")[1]["type"] == last
    monkeypatch.setattr(limits, "MAX_TEXTS", 1000)
    records, verdict = read_all(b"".join(b"K.CN.%d %b\n" % (n, b"x" * 400) for n in range(1, 4)), "text")
    assert (records, verdict["code"]) == ({}, "too-complex")


def test_over_http(shared: BackendProcess, tmp_path: Path) -> None:
    """A table and a text get in as a PDF does; a PDF is one under any name; junk is refused, and nothing is left of it."""
    with shared.client() as client:
        for name, content, format_ in (
            ("State.CSV", "code;text\nK.CN.1;Sing rounds", "csv"),
            ("Pasted text.txt", "K.CN.2 Clap rounds", "text"),
        ):
            path = tmp_path / name
            path.write_text(content, encoding="utf-16")
            document = add(client, path)
            assert (document["state"], document["format"], document["standards"]) == ("imported", format_, 1), document
        hits = client.get("/api/standards", params={"q": "rounds"}).json()["hits"]
        assert {(hit["document_format"], hit["page"]) for hit in hits} == {("csv", 2), ("text", 1)}
        junk = client.post("/api/documents", files={"file": ("notes.docx", b"PK\3\4", "text/plain")})
        assert is_problem(junk, 415, "not-a-pdf")
        fake = client.post("/api/documents", files={"file": ("standards.csv", b"%PDF-1.7 nothing", "text/csv")}).json()
        assert settled(client, fake["id"])["format"] == "pdf"
        large = client.post("/api/documents", files={"file": ("a.txt", b"x" * (20 * 2**20 + 1), "text/plain")})
        assert is_problem(large, 413, "too-large")
        for document in client.get("/api/documents").json()["documents"]:
            assert client.delete(f"/api/documents/{document['id']}").status_code == 204
    assert list((shared.user_data / "uploads").iterdir()) == []


def test_a_byte_order_mark_is_no_part_of_a_name() -> None:
    """As Excel writes it."""
    records, _ = read_all(codecs.BOM_UTF8 + b"code,text\nK.CN.1,Sing", "csv")
    assert [*records] == ["K.CN.1"]
