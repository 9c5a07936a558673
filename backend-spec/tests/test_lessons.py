"""Lessons over HTTP and in the store: written, versioned, found, and whole whatever becomes of their standards."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pocketmusec.lessons import editing, lesson
from pocketmusec.lessons.content import Content, DraftContent
from pocketmusec.problems import ProblemError
from pocketmusec.store import Database, documents, lessons, open_database
from pocketmusec.store.lessons import LessonQuery
from tests.backend_process import BackendProcess
from tests.test_contract import is_problem
from tests.test_store import TEXTS, document, record

LESSON = {"id", "version", "content", "standards", "minutes", "created_at", "updated_at", "draft"}
EMPTY: dict[str, Any] = {
    "grade": "",
    "overview": "",
    "standards": [],
    "objectives": [],
    "activities": [],
    "materials": [],
    "images": [],
    "notes": "",
}
WHOLE: dict[str, Any] = {
    "title": "Steady beat",
    "grade": "K",
    "overview": "Sing “Wir sind Kinder” with Dvořák.\nTwice.",
    "standards": ["K.CN.1", "X.YZ.9"],
    "objectives": ["I can keep a beat."],
    "activities": [{"title": "Warm-up", "minutes": 5, "text": "Clap."}, {"title": "Song", "minutes": 20, "text": ""}],
    "materials": ["drums"],
    "images": [],
    "notes": "Bring the pianicas.",
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A library with one document of standards."""
    found = open_database(str(tmp_path / "lessons.db"))
    documents.add(found, document(), [record(*row) for row in TEXTS])
    yield found
    found.close()


def made(db: Database, title: str = "Steady beat", **fields: Any) -> str:
    """The id of a new lesson."""
    return editing.create(db, Content(title=title, **fields)).saved.id


def titles(db: Database, q: str = "", **more: Any) -> list[str]:
    """Titles of the lessons found, in order."""
    return [found["title"] for found in lessons.find(db, LessonQuery(q, **more))["lessons"]]


def test_a_lesson_from_first_to_last(backend: BackendProcess) -> None:
    """Created, read, saved, drafted, restored, copied, removed, over HTTP, by the agreed members."""
    with backend.client() as client:
        answer = client.post("/api/lessons", json={"title": "  First \n try "})
        first = answer.json()
        assert (answer.status_code, set(first), first["version"], first["draft"]) == (201, LESSON, 1, None)
        assert first["content"] == {"title": "First   try", **EMPTY}
        url = f"/api/lessons/{first['id']}"
        assert client.get(url).json() == first

        saved = client.put(url, json={"content": WHOLE, "base_version": 1}).json()
        assert (saved["version"], saved["content"], saved["minutes"]) == (2, WHOLE, 25)
        assert saved["standards"][1] == {"code": "X.YZ.9", "text": "", "grade": "", "strand": "", "known": False}
        assert saved["updated_at"] > saved["created_at"] == first["created_at"]

        drafted = client.put(f"{url}/draft", json={"content": {"title": ""}, "base_version": 2})
        assert client.get(url).json()["draft"] == {
            "content": {"title": "", **EMPTY},
            "base_version": 2,
            "saved_at": drafted.json()["saved_at"],
        }
        listed = client.get("/api/lessons").json()
        assert listed == {
            "lessons": [
                {
                    "id": first["id"],
                    "title": "Steady beat",
                    "grade": "K",
                    "minutes": 25,
                    "standards": ["K.CN.1", "X.YZ.9"],
                    "version": 2,
                    "has_draft": True,
                    "updated_at": saved["updated_at"],
                }
            ],
            "total": 1,
        }
        assert client.delete(f"{url}/draft").status_code == client.delete(f"{url}/draft").status_code == 204
        assert client.get(url).json() == saved

        versions = client.get(f"{url}/versions").json()["versions"]
        assert [(v["version"], v["title"]) for v in versions] == [(2, "Steady beat"), (1, "First   try")]
        assert client.get(f"{url}/versions/1").json() == {
            "version": 1,
            "saved_at": first["updated_at"],
            "content": first["content"],
        }
        restored = client.post(f"{url}/versions/1/restore").json()
        assert (restored["version"], restored["content"]) == (3, first["content"])

        copy = client.post(f"{url}/duplicate")
        assert (copy.status_code, copy.json()["content"]["title"], copy.json()["version"]) == (201, "First   try (copy)", 1)
        assert client.delete(url).status_code == 204
        for gone in (client.get(url), client.delete(url), client.get(f"{url}/versions"), client.post(f"{url}/duplicate")):
            assert is_problem(gone, 404, "not-found")
        assert [found["id"] for found in client.get("/api/lessons").json()["lessons"]] == [copy.json()["id"]]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({}, "title"),
        ({"title": " \t\n "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": 1}, "title"),
        ({"title": "x", "owner": "me"}, "owner"),
        ({"title": "x", "notes": "x" * 20_001}, "notes"),
        ({"title": "x", "objectives": [""] * 201}, "objectives"),
        ({"title": "x", "objectives": "one"}, "objectives"),
        ({"title": "x", "activities": [{"minutes": "5"}]}, "activities.0.minutes"),
        ({"title": "x", "activities": [{"minutes": -1}]}, "activities.0.minutes"),
        ({"title": "x", "activities": [{"minutes": True}]}, "activities.0.minutes"),
        ({"title": "x", "images": ["../../etc/passwd"]}, "images.0"),
        ({"title": "x", "standards": [None]}, "standards.0"),
        ([], "body"),
    ],
)
def test_content_that_does_not_fit(shared: BackendProcess, content: Any, place: str) -> None:
    """Refused with the place, nothing made of it."""
    with shared.client() as client:
        answer = client.post("/api/lessons", json=content)
        assert is_problem(answer, 422, "invalid")
        assert place in answer.json()["detail"]
        assert client.get("/api/lessons").json()["total"] == 0


@pytest.mark.parametrize(
    "body", [b'{"title": "\\ud800"}', b'{"title": "x", "\\udfff": 1}', b'{"title": "x"', b"\xff", b"[" * 5000]
)
def test_bodies_that_are_no_text(shared: BackendProcess, body: bytes) -> None:
    """Half a character, half a document, no UTF-8, a nest without end: an answer, and not a crash."""
    with shared.client() as client:
        answer = client.post("/api/lessons", content=body, headers={"content-type": "application/json"})
        assert answer.status_code in (400, 422), answer.text
        assert answer.headers["content-type"] == "application/problem+json"


def test_what_cannot_be_printed_is_left_out(db: Database) -> None:
    """Control characters would break exports; all else stays as it was typed."""
    found = editing.create(db, Content(title="a\x00b", overview="1\r\n2\r3\t\x0b\ufffe\U0001f3b5 "))
    assert found.saved.content["title"] == "ab"
    assert found.saved.content["overview"] == "1\n2\n3\t\U0001f3b5 "


def test_the_newest_version_decides(db: Database) -> None:
    """A save on top of an older one is refused with the newest number, and changes nothing."""
    id_ = made(db)
    editing.save(db, id_, Content(title="Second"), 1)
    for base in (1, 3):
        with pytest.raises(ProblemError) as refused:
            editing.save(db, id_, Content(title="Third"), base)
        assert (refused.value.status, refused.value.code, refused.value.more) == (409, "lesson-changed", {"version": 2})
    assert lesson.load(db, id_).saved.content["title"] == "Second"


def test_of_two_saves_at_once_one_wins(db: Database) -> None:
    """Eight threads on the same base: one version more, seven refusals."""
    id_ = made(db)
    outcomes: list[str] = []
    gate = threading.Barrier(8)

    def try_it(name: str) -> None:
        gate.wait()
        try:
            outcomes.append(editing.save(db, id_, Content(title=name), 1).saved.content["title"])
        except ProblemError as problem:
            outcomes.append(problem.code)

    threads = [threading.Thread(target=try_it, args=(f"title {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("lesson-changed") == 7
    newest = lesson.load(db, id_).saved
    assert (newest.version, newest.content["title"] in outcomes) == (2, True)


def test_equal_content_makes_no_version(db: Database) -> None:
    """But the draft is gone all the same."""
    id_ = made(db)
    editing.save_draft(db, id_, DraftContent(title="typed"), 1)
    same = editing.save(db, id_, Content(title="Steady beat"), 1)
    assert (same.saved.version, same.draft) == (1, None)
    assert editing.restore(db, id_, 1).saved.version == 1


def test_drafts(db: Database) -> None:
    """One a lesson, replaced by the next; on an older version too; never one that says what is saved anyway."""
    id_ = made(db)
    editing.save_draft(db, id_, DraftContent(title="one"), 1)
    editing.save_draft(db, id_, DraftContent(title="two"), 1)
    draft = lesson.load(db, id_).draft
    assert draft is not None
    assert (draft.content["title"], draft.base_version) == ("two", 1)
    editing.save(db, id_, Content(title="two"), 1)
    # the autosave was sent before the save and comes after it
    editing.save_draft(db, id_, DraftContent(title="two"), 1)
    assert lesson.load(db, id_).draft is None
    editing.save_draft(db, id_, DraftContent(title="another window"), 1)
    editing.restore(db, id_, 1)
    kept = lesson.load(db, id_).draft
    assert kept is not None
    assert kept.content["title"] == "another window"
    with pytest.raises(ProblemError) as refused:
        editing.save_draft(db, id_, DraftContent(title="x"), 4)
    assert (refused.value.status, refused.value.code) == (422, "invalid")


def test_standards_stay_as_they_were_when_linked(db: Database) -> None:
    """Removed with their document, read anew with other words, in old versions, in copies."""
    id_ = made(db, standards=["K.CN.1", "K.CN.1", "Z.9"])
    first, second = lesson.load(db, id_).standards
    assert (first.text, first.grade, first.strand, first.known) == (TEXTS[0][2], "K", "CN", True)
    assert (second.code, second.text, second.known) == ("Z.9", "", False)
    documents.remove(db, "d1")
    assert lesson.load(db, id_).standards[0].known is False
    documents.add(db, document("d2", "s2"), [record("K.CN.1", "standard", "Other words."), record("K.CN.10", "standard", "Ten.")])
    editing.save(db, id_, Content(title="More", standards=["K.CN.10", "K.CN.1"]), 1)
    for found in (lesson.load(db, id_), editing.duplicate(db, id_)):
        assert [(s.code, s.text, s.known) for s in found.standards] == [
            ("K.CN.10", "Ten.", True),
            ("K.CN.1", TEXTS[0][2], True),
        ]
    assert [s.code for s in lesson.load(db, id_, 1).standards] == ["K.CN.1", "Z.9"]


def test_a_standard_that_comes_later_gets_its_text(db: Database) -> None:
    """Linked by code before its document was imported."""
    id_ = made(db, standards=["3.CR.1"])
    documents.add(db, document("d2", "s2"), [record("3.CR.1", "standard", "Improvise.")])
    assert lesson.load(db, id_).standards[0].text == "Improvise."


def test_lessons_are_found_by_their_words(db: Database) -> None:
    """Title before text, prefixes, accents, codes whole and in part, and what their standards say."""
    made(db, "Rhythm", grade="3", overview="Tap the beat.", standards=["K.CN.10"])
    changed = made(db, "Beat", grade="K", activities=[{"title": "Sing", "minutes": 3, "text": "Crescendo"}])
    assert titles(db) == ["Beat", "Rhythm"]
    assert titles(db, "beat") == ["Beat", "Rhythm"]
    assert titles(db, "crescen") == titles(db, grade="K") == ["Beat"]
    assert titles(db, "dvorak") == titles(db, "k.cn.10") == titles(db, "K.CN") == ["Rhythm"]
    assert titles(db, '" OR title:') == titles(db, "beat", grade="9") == []
    editing.save(db, changed, Content(title="Pulse"), 1)
    assert titles(db, "crescendo") == []
    assert titles(db) == ["Pulse", "Rhythm"]
    editing.remove(db, changed)
    assert titles(db, "pulse") == []


def test_pages_of_lessons(db: Database) -> None:
    """No gap, no double, and the number of all."""
    for number in range(5):
        made(db, f"Lesson {number}")
    pages = [lessons.find(db, LessonQuery("lesson", limit=2, offset=at)) for at in (0, 2, 4, 6)]
    assert [found["title"] for page in pages for found in page["lessons"]] == [f"Lesson {n}" for n in (4, 3, 2, 1, 0)]
    assert {page["total"] for page in pages} == {5}


def test_a_long_title_is_cut_for_its_copy(db: Database) -> None:
    """The copy's title fits too."""
    copy = editing.duplicate(db, made(db, "x" * 200)).saved.content["title"]
    assert (len(copy), copy.endswith("x (copy)")) == (200, True)


def test_images_have_to_be_there(db: Database) -> None:
    """A save that shows an unknown one is refused; a draft keeps what was typed; restoring leaves out what was removed."""
    image = "0" * 32
    with db.writing() as tx:
        tx.execute("INSERT INTO images VALUES (?, 'a.png', 'image/png', 1, 1, 1, '')", (image,))
    id_ = made(db, images=[image])
    with pytest.raises(ProblemError) as refused:
        editing.save(db, id_, Content(title="x", images=["1" * 32]), 1)
    assert refused.value.code == "image-missing"
    editing.save_draft(db, id_, DraftContent(images=["1" * 32]), 1)
    editing.save(db, id_, Content(title="without"), 1)
    with db.writing() as tx:
        tx.execute("DELETE FROM images")
    assert editing.restore(db, id_, 1).saved.content["images"] == []


def test_versions_that_are_not_there(shared: BackendProcess) -> None:
    """404 says which; a number that is none is 422."""
    with shared.client() as client:
        made_ = client.post("/api/lessons", json={"title": "x"}).json()
        url = f"/api/lessons/{made_['id']}"
        answers: list[httpx.Response] = [client.get(f"{url}/versions/2"), client.post(f"{url}/versions/2/restore")]
        for answer in answers:
            assert is_problem(answer, 404, "not-found")
            assert "version 2" in answer.json()["detail"]
        for number in ("0", "x", str(2**64)):
            assert is_problem(client.get(f"{url}/versions/{number}"), 422, "invalid")
        client.delete(url)
