"""Lessons as files: each is read back by a program that is not ours, and holds what was typed."""

import base64
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pdfplumber
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from PIL import Image

from pocketmusec.exports import markdown, pdf, sheet, transfer, word
from pocketmusec.images.album import Album
from pocketmusec.images.storage import Storage
from pocketmusec.lessons import editing, lesson
from pocketmusec.lessons.content import Content
from pocketmusec.problems import ProblemError
from pocketmusec.routes.exports import file_name
from pocketmusec.store import Database, documents, open_database
from tests.backend_process import BackendProcess
from tests.test_contract import is_problem
from tests.test_images import made, send
from tests.test_lessons import WHOLE
from tests.test_store import TEXTS, document, record

LANGUAGES = (
    "Zpívej s Dvořákem, příliš žluťoučký kůň",
    "Τραγούδησε μαζί",
    "Пойте вместе, щёлкайте пальцами",
    "Hát cùng nhau, gõ nhịp đều",
    "日本語のうたをうたう",
    "一起唱民歌",
    "함께 노래해요",
    "F♯ and B♭ in ¾ time, ♩ = 96",
)
# what cannot be written in a word: surrogates, and what the contract takes out
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn"))
TEXT = st.text(LETTERS | st.sampled_from("\n\t*_#[]<>`-+1.) &\\|~"), max_size=120)
LINE = st.text(LETTERS, max_size=60)
LESSONS = st.fixed_dictionaries(
    {
        "title": LINE.filter(lambda text: text.strip() != ""),
        "grade": st.text(LETTERS, max_size=8),
        "overview": TEXT,
        "standards": st.lists(st.sampled_from(["K.CN.1", "K.CN.1.1", "3.PR.2.4", "X.1"]), max_size=3),
        "objectives": st.lists(TEXT, max_size=3),
        "activities": st.lists(st.fixed_dictionaries({"title": LINE, "minutes": st.integers(0, 90), "text": TEXT}), max_size=3),
        "materials": st.lists(TEXT, max_size=2),
        "notes": TEXT,
    }
)
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    """A library with standards and room for images."""
    db = open_database(str(tmp_path / "library.db"))
    documents.add(db, document(), [record(*row) for row in TEXTS])
    yield Album(db, Storage(str(tmp_path / "images")))
    db.close()


def library(album: Album) -> Database:
    """The database below it."""
    return album._db


def page(album: Album, **fields: Any) -> sheet.Sheet:
    """The page of a new lesson."""
    made_ = editing.create(library(album), Content(**{"title": "Steady beat", **fields}))
    return sheet.of(lesson.load(library(album), made_.saved.id), lambda _: sheet.Picture("drum.png", made()))


def words(*texts: str) -> set[str]:
    """The words of texts, as a reader would compare them."""
    return set(unicodedata.normalize("NFKC", " ".join(texts)).split())


def typed(fields: dict[str, Any]) -> set[str]:
    """All words of a lesson."""
    steps = [part for step in fields["activities"] for part in (step["title"], step["text"])]
    return words(fields["title"], fields["overview"], *fields["objectives"], *steps, *fields["materials"], fields["notes"])


def read_markdown(content: bytes) -> str:
    """Its text, by a CommonMark parser."""
    parts: list[str] = []
    for token in MarkdownIt("commonmark").parse(content.decode()):
        parts += ["\n" if child.type in ("softbreak", "hardbreak") else child.content for child in token.children or []]
        parts.append("\n")
        assert token.type not in ("html_block", "code_block", "fence", "hr", "blockquote_open"), token
    return "".join(parts)


def read_docx(content: bytes) -> list[str]:
    """Its paragraphs."""
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


def read_pdf(content: bytes) -> list[str]:
    """The text of each page."""
    with pdfplumber.open(io.BytesIO(content)) as document_:
        return [found.extract_text() for found in document_.pages]


@MANY
@given(fields=LESSONS)
def test_markdown_says_what_was_typed(album: Album, fields: dict[str, Any]) -> None:
    """Whatever the letters: nothing becomes a heading, a link, a tag or a list that was none, and no word is lost."""
    kept = editing.create(library(album), Content(**fields)).saved
    content = markdown.write(sheet.of(lesson.load(library(album), kept.id), lambda _: sheet.Picture("", b"")))
    assert typed(kept.content) <= words(read_markdown(content))
    headings = [token.tag for token in MarkdownIt("commonmark").parse(content.decode()) if token.type == "heading_open"]
    assert (headings.count("h1"), headings.count("h3")) == (1, len(fields["activities"]))


@pytest.mark.parametrize(
    "text",
    [
        "*bold* and **more** and _this_ and __that__",
        "`code` and ~~gone~~",
        "[a link](https://evil.example) and ![an image](https://evil.example/x.png)",
        "<b>bold</b> <script>alert(1)</script> <https://evil.example>",
        "fish &amp; chips &lt;",
        "a \\* backslash \\",
        "# heading",
        "- item",
        "1. first",
        "1) first",
        "> quote",
        "---",
        "===",
        "```",
        "    code",
        "[image-1]: https://evil.example",
    ],
)
def test_markdown_takes_no_text_for_markup(album: Album, text: str) -> None:
    """As typed, in every part of a lesson: plain letters and line ends, and nothing else."""
    content = markdown.write(page(album, title=text, overview=f"{text}\n{text}", objectives=[text], notes=text))
    tokens = [child for token in MarkdownIt("commonmark").parse(content.decode()) for child in token.children or []]
    assert {child.type for child in tokens} <= {"text", "text_special", "hardbreak"}
    assert read_markdown(content).count(text.strip()) == 5


@MANY
@given(fields=LESSONS)
def test_docx_says_what_was_typed(album: Album, fields: dict[str, Any]) -> None:
    """Word for word, and a document that python-docx opens."""
    kept = editing.create(library(album), Content(**fields)).saved
    content = word.write(sheet.of(lesson.load(library(album), kept.id), lambda _: sheet.Picture("", b"")))
    assert typed(kept.content) <= words(*read_docx(content))


@MANY
@given(fields=LESSONS)
def test_a_pdf_comes_of_anything(album: Album, fields: dict[str, Any]) -> None:
    """Whatever the letters, a PDF that can be read."""
    assert read_pdf(pdf.write(page(album, **fields)))


@MANY
@given(fields=LESSONS)
def test_json_comes_back_equal(album: Album, fields: dict[str, Any]) -> None:
    """Content and what the standards said, also in a library that has none of them."""
    first = editing.create(library(album), Content(**fields))
    content = transfer.write(first, album)
    documents.remove(library(album), "d1")
    try:
        again = transfer.read(library(album), album, content)
    finally:
        documents.add(library(album), document(), [record(*row) for row in TEXTS])
    assert again.saved.id != first.saved.id
    assert (again.saved.content, again.saved.linked) == (first.saved.content, first.saved.linked)
    assert transfer.write(again, album) == content


@pytest.mark.parametrize("text", LANGUAGES)
def test_letters_of_many_languages(album: Album, text: str) -> None:
    """In title, list and text of all three formats; the PDF brings its fonts, or names one that readers have."""
    sheet_ = page(album, title=text, overview=text, objectives=[text], activities=[{"title": text, "text": text}])
    found = pdf.write(sheet_)
    expected = unicodedata.normalize("NFKC", text.replace(" ", ""))
    for whole in (read_pdf(found), read_docx(word.write(sheet_)), [read_markdown(markdown.write(sheet_))]):
        flat = re.sub(r"\s", "", unicodedata.normalize("NFKC", "".join(whole)))
        assert flat.count(expected) == 5, whole
    with pdfplumber.open(io.BytesIO(found)) as document_:
        fonts = {char["fontname"].split("+")[-1] for found_ in document_.pages for char in found_.chars}
    # as reportlab writes the names of the three that readers have
    assert fonts <= {"DejaVuSans", "DejaVuSans-Bold", "HeiseKakuGo-W5", "HYSMyeongJo-Medium", "STSongStd-Light"}


def test_right_to_left_in_docx(album: Album) -> None:
    """Word is told that a paragraph runs from the right; the letters stay in the order in which they are read."""
    content = word.write(page(album, overview="שירו יחד\n\nSing together"))
    marked = [found.text for found in docx.Document(io.BytesIO(content)).paragraphs if "w:bidi" in found._p.xml]
    assert marked == ["שירו יחד"]


def test_long_texts(album: Album) -> None:
    """Twenty thousand letters, one of them a single word, over many pages: nothing is cut."""
    long = " ".join(f"word{n}" for n in range(2200))
    sheet_ = page(album, overview=long, notes="x" * 20_000, objectives=[long[:19_000]] * 3)
    pages = read_pdf(pdf.write(sheet_))
    assert len(pages) > 10
    assert {f"word{n}" for n in range(2200)} <= words(*pages)
    assert "".join(pages).count("x") >= 20_000
    assert words(long) <= words(*read_docx(word.write(sheet_)))


@pytest.mark.parametrize("size", [(40, 20), (20, 4000), (4000, 20), (3000, 3000)])
def test_images_fit_the_page(album: Album, size: tuple[int, int]) -> None:
    """In all formats, in their own proportions, small ones not blown up."""
    made_ = editing.create(library(album), Content(title="x", images=[album.add("a.png", made(size=size)).image.id]))
    sheet_ = sheet.of(made_, lambda id_: sheet.Picture("a.png", album.content(id_)[1]))
    with pdfplumber.open(io.BytesIO(pdf.write(sheet_))) as document_:
        images = [image for found in document_.pages for image in found.images]
        assert len(images) == 1
        assert images[0]["x1"] <= 612 - 60
        assert images[0]["height"] <= 7 * 72 + 1
        assert images[0]["width"] / images[0]["height"] == pytest.approx(size[0] / size[1], rel=0.02)
    opened = docx.Document(io.BytesIO(word.write(sheet_)))
    shape = opened.inline_shapes[0]
    assert shape.width / shape.height == pytest.approx(size[0] / size[1], rel=0.02)
    assert shape.width.inches <= 5.01
    data = re.search(r"^\[image-1\]: data:image/png;base64,(\S+)$", markdown.write(sheet_).decode(), re.MULTILINE)
    assert data is not None
    assert Image.open(io.BytesIO(base64.b64decode(data[1]))).size == size


def test_whole_lessons_over_http(backend: BackendProcess) -> None:
    """Every format with the name, the type and the image; JSON is imported into another library, equal."""
    with backend.client() as client:
        image = send(client, made("WEBP", (300, 200)), "Drümmer.webp").json()["id"]
        title = 'Beat: "K/1" – Dvořák?'
        made_ = client.post("/api/lessons", json={**WHOLE, "title": title, "images": [image]}).json()
        url = f"/api/lessons/{made_['id']}/export"
        files = {form: client.get(url, params={"format": form}) for form in ("md", "docx", "pdf", "json")}
        for form, answer in files.items():
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-disposition"].endswith(
                f"filename*=UTF-8''Beat%20K%201%20%E2%80%93%20Dvo%C5%99%C3%A1k.{form}"
            )
        assert [files[form].headers["content-type"].split(";")[0].split("/")[1] for form in ("md", "pdf", "json")] == [
            "markdown",
            "pdf",
            "vnd.pocketmusec.lesson+json",
        ]
        assert zipfile.ZipFile(io.BytesIO(files["docx"].content)).testzip() is None
        for text in ("Warm-up (5 minutes)", "Grade K · 25 minutes", "I can keep a beat.", "Drümmer.webp"):
            assert text in "\n".join(read_pdf(files["pdf"].content))
            assert text in "\n".join(read_docx(files["docx"].content))
            assert text in read_markdown(files["md"].content)
        client.delete(f"/api/lessons/{made_['id']}")
        client.delete(f"/api/images/{image}")
        taken = client.post("/api/lessons/import", files={"file": ("x.json", files["json"].content)})
        assert (taken.status_code, taken.json()["content"], taken.json()["version"]) == (201, made_["content"], 1)
        assert client.get(f"/api/images/{image}").status_code == 200
        assert is_problem(client.get(url, params={"format": "pdf"}), 404, "not-found")
        assert is_problem(client.get(f"/api/lessons/{taken.json()['id']}/export", params={"format": "exe"}), 422, "invalid")


def exported(**changes: Any) -> bytes:
    """A lesson's file with something wrong in it."""
    return json.dumps({"format": "pocketmusec-lesson", "version": 1, "lesson": {"title": "x"}, **changes}).encode()


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"%PDF-1.7", 415, "not-a-lesson"),
        (b"[" * 100_000, 415, "not-a-lesson"),
        (b"{}", 415, "not-a-lesson"),
        (b"\xff\xfe", 415, "not-a-lesson"),
        (exported(version=2), 422, "newer-lesson"),
        (exported(lesson={"title": ""}), 422, "invalid"),
        (exported(lesson={"title": "x", "owner": 1}), 422, "invalid"),
        (exported(standards=[{"code": "x", "text": 1}]), 422, "invalid"),
        (exported(images=[{"id": "../../x", "name": "a", "content": ""}]), 422, "invalid"),
        (exported(images=[{"id": "0" * 32, "name": "a", "content": "%%%"}]), 422, "invalid"),
        (exported(images=[{"id": "0" * 32, "name": "a", "content": base64.b64encode(b"text").decode()}]), 415, "not-an-image"),
        (exported(lesson={"title": "x", "images": ["0" * 32]}), 422, "image-missing"),
    ],
)
def test_files_that_are_no_lesson(album: Album, content: bytes, status: int, code: str) -> None:
    """Refused with a sentence; nothing is made of them."""
    with pytest.raises(ProblemError) as refused:
        transfer.read(library(album), album, content)
    assert (refused.value.status, refused.value.code) == (status, code)
    with library(album).reading() as tx:
        assert tx.execute("SELECT count(*) FROM lessons").fetchone() == (0,)


def test_an_image_is_taken_by_its_content(album: Album) -> None:
    """A file that gives an image a wrong id cannot put it in the place of another."""
    raw = made(colour=(1, 2, 3))
    content = exported(
        lesson={"title": "x", "images": ["0" * 32]},
        images=[{"id": "0" * 32, "name": "a", "content": base64.b64encode(raw).decode()}],
    )
    found = transfer.read(library(album), album, content).saved.content["images"]
    assert found != ["0" * 32]
    assert album.content(found[0])[1] == raw


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Beat", "Beat"),
        ("../../etc/passwd", "etc passwd"),
        ('a\\b:c*d?"<>|e', "a b c d e"),
        ("...", "Lesson"),
        ("CON", "Lesson CON"),
        ("com1.x", "Lesson com1.x"),
        ("Lesson. ", "Lesson"),
        ("x" * 200, "x" * 80),
        ("音楽", "音楽"),
    ],
)
def test_titles_as_file_names(title: str, name: str) -> None:
    """A name that every system takes, and no path."""
    assert file_name(title) == name
