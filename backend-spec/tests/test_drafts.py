"""Drafts: by the template always, by a model where one is set up; its mistakes become sentences."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pocketmusec.drafting import answer, model, template, upstream
from pocketmusec.drafting.model import Model
from pocketmusec.drafting.upstream import Patience
from pocketmusec.drafting.wish import Wish
from pocketmusec.lessons.content import Content
from pocketmusec.problems import ProblemError
from pocketmusec.store import Database, Linked, documents, open_database
from tests.backend_process import BackendProcess, free_port, wait_for
from tests.fake_model import PLAN, FakeModel, Talk, event
from tests.test_contract import is_problem
from tests.test_store import TEXTS, document, record

KEY = "sk-canary-7c1e55"
STANDARDS = [Linked("K.CN.1", "Sing folk songs of the community.", "K", "CN"), Linked("3.PR.2.4", "Read rhythm.", "3", "PR")]
WISH = Wish(standards=["K.CN.1", "3.PR.2.4"], minutes=30)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackendProcess]:
    """A backend whose library has a few standards."""
    folder = tmp_path_factory.mktemp("drafts")
    db = open_database(str(folder / "pocket_musec.db"))
    documents.add(db, document(), [record(*row) for row in TEXTS])
    db.close()
    with BackendProcess(folder) as running:
        yield running


@contextlib.contextmanager
def asking(backend: BackendProcess, fake: FakeModel, key: str = KEY) -> Iterator[httpx.Client]:
    """A client whose requests carry the key as the main process adds it, with the model set up."""
    with backend.client(**{"x-model-key": f"{fake.url.removesuffix('/v1')} {key}"}) as client:
        assert client.put("/api/model", json={"base_url": fake.url, "name": "tiny"}).status_code == 200
        yield client


def events(answered: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of a stream as they come."""
    name = ""
    for line in answered.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def draft(client: httpx.Client) -> list[tuple[str, dict[str, Any]]]:
    """All events of a draft."""
    with client.stream("POST", "/api/drafts/stream", json=WISH.model_dump()) as answered:
        assert answered.status_code == 200
        return list(events(answered))


def test_a_template_draft_without_a_model(library: BackendProcess) -> None:
    """Whole, saved as it is, with minutes that add up."""
    with library.client() as client:
        made = client.post("/api/drafts", json={"standards": ["K.CN.1", "3.PR.2.4", "no.such"], "minutes": 47}).json()["content"]
        assert (made["grade"], made["standards"]) == ("K", ["K.CN.1", "3.PR.2.4"])
        assert made["objectives"][0] == "Students can sing folk songs of the community."
        assert sum(activity["minutes"] for activity in made["activities"]) == 47
        saved = client.post("/api/lessons", json=made)
        assert (saved.status_code, saved.json()["content"]) == (201, made)
        assert is_problem(client.post("/api/drafts", json={"standards": ["no.such"]}), 422, "no-standards")
        assert is_problem(client.post("/api/drafts", json={"standards": []}), 422, "invalid")
        client.delete(f"/api/lessons/{saved.json()['id']}")


@given(st.integers(5, 240))
def test_minutes_add_up(minutes: int) -> None:
    """Whatever the length."""
    made = template.draft(Wish(standards=["K.CN.1"], minutes=minutes), STANDARDS)
    assert sum(activity["minutes"] for activity in made["activities"]) == minutes


def test_a_model_draft_as_it_comes(library: BackendProcess) -> None:
    """The text in pieces, then the lesson; asked with the standards' texts and the key."""
    with FakeModel() as fake, asking(library, fake) as client:
        found = draft(client)
    assert found[0] == ("begin", {})
    texts = [data["text"] for name, data in found if name == "text"]
    assert len(texts) > 10
    assert "".join(texts) == PLAN
    name, last = found[-1]
    assert name == "draft"
    content = last["content"]
    assert (content["title"], content["grade"], content["standards"]) == ("Beat and echo", "K", ["K.CN.1", "3.PR.2.4"])
    assert content["objectives"] == ["Keep a steady beat", "Echo four beats"]
    assert [(a["title"], a["minutes"]) for a in content["activities"]] == [("Warm-up", 5), ("Echo game", 25)]
    assert (content["materials"], content["notes"]) == (["Drums"], "Watch the tempo.")
    asked = fake.asked[0]
    assert (asked["path"], asked["headers"]["authorization"]) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert (asked["body"]["model"], asked["body"]["stream"]) == ("tiny", True)
    assert TEXTS[0][2] in asked["body"]["messages"][-1]["content"]


def test_cancel_closes_the_connection_upstream(library: BackendProcess) -> None:
    """In the middle of the text, and before its first word."""

    def some(talk: Talk) -> None:
        talk.head(200, "text/event-stream")
        talk.write(event("# Be"))
        talk.wait_gone()

    for answering, until in ((some, "text"), (Talk.wait_gone, "begin")):
        with FakeModel(answering) as fake, asking(library, fake) as client:
            with client.stream("POST", "/api/drafts/stream", json=WISH.model_dump()) as answered:
                lines = answered.iter_lines()
                assert any(line == f"event: {until}" for line in lines)
                wait_for(lambda: fake.asked)
                assert not fake.gone.is_set()
            assert fake.gone.wait(10), until


def test_health_answers_while_a_model_thinks(library: BackendProcess) -> None:
    """And the library too."""
    with (
        FakeModel(Talk.wait_gone) as fake,
        asking(library, fake) as client,
        client.stream("POST", "/api/drafts/stream", json=WISH.model_dump()) as answered,
    ):
        lines = answered.iter_lines()
        assert next(lines) == "event: begin"
        with library.client() as other:
            assert other.get("/health", timeout=2).status_code == 200
            assert other.get("/api/standards").status_code == 200
        assert not fake.gone.is_set()


def cut(talk: Talk) -> None:
    """Leaves within the head of a body that was to be longer."""
    talk._handler.send_response(200)
    talk._handler.send_header("content-type", "text/event-stream")
    talk._handler.send_header("content-length", "5000")
    talk._handler.end_headers()
    talk.write(event("# Be"))


@pytest.mark.parametrize(
    ("answering", "code"),
    [
        (lambda talk: talk.say(401, b"{}"), "model-key"),
        (lambda talk: talk.say(403, b"{}"), "model-key"),
        (lambda talk: talk.say(404, b"{}"), "model-missing"),
        (lambda talk: talk.say(429, b"{}"), "model-busy"),
        (lambda talk: talk.say(500, b"oh"), "model-failed"),
        (lambda talk: talk.say(302, b""), "model-failed"),
        (lambda talk: talk.say(200, b"<html>hello</html>", "text/html"), "model-answer"),
        (lambda talk: talk.say(200, b"not json"), "model-answer"),
        (lambda talk: talk.say(200, b'{"choices": []}'), "model-answer"),
        (lambda talk: talk.say(200, b"data: {broken\n\n", "text/event-stream"), "model-answer"),
        (lambda talk: talk.say(200, b"data: [1]\n\n", "text/event-stream"), "model-answer"),
        (lambda talk: talk.say(200, b'data: {"choices": [{"delta": {"content": 5}}]}\n\n', "text/event-stream"), "model-answer"),
        (lambda talk: talk.say(200, b'data: {"error": {"message": "x"}}\n\n', "text/event-stream"), "model-failed"),
        (lambda talk: talk.say(200, b"data: [DONE]\n\n", "text/event-stream"), "model-answer"),
        (lambda talk: talk.say(200, b"x" * 3_000_000, "text/event-stream"), "model-answer"),
        (lambda talk: talk.stream("word " * 45_000), "model-answer"),
        (cut, "model-cut"),
    ],
)
def test_what_a_model_does_wrong(library: BackendProcess, answering: Callable[[Talk], None], code: str) -> None:
    """A stable code, and a whole sentence that names the way out and nothing that the server sent."""
    with FakeModel(answering) as fake, asking(library, fake) as client:
        name, problem = draft(client)[-1]
    assert (name, problem["code"]) == ("problem", code)
    assert problem["detail"].endswith(".")


def test_nobody_answers(library: BackendProcess) -> None:
    """Unreachable, for drafts and for the check."""
    with library.client() as client:
        client.put("/api/model", json={"base_url": f"http://127.0.0.1:{free_port()}/v1", "name": "tiny"})
        assert draft(client)[-1][1]["code"] == "model-unreachable"
        assert is_problem(client.post("/api/model/check"), 502, "model-unreachable")


def test_a_model_that_says_nothing_for_too_long() -> None:
    """The patience is an argument: here a moment, in the app two minutes."""

    async def ask(fake: FakeModel) -> None:
        async for _ in upstream.text(Model(base_url=fake.url, name="x"), "", [], Patience(next_s=0.2)):
            pass

    with FakeModel(Talk.wait_gone) as fake, pytest.raises(ProblemError) as slow:
        asyncio.run(ask(fake))
    assert (slow.value.status, slow.value.code) == (504, "model-slow")
    assert fake.gone.wait(10)


def test_a_server_that_does_not_stream(library: BackendProcess) -> None:
    """Its whole answer is taken as one piece."""
    whole = json.dumps({"choices": [{"message": {"role": "assistant", "content": PLAN}}]}).encode()
    with FakeModel(lambda talk: talk.say(200, whole)) as fake, asking(library, fake) as client:
        assert draft(client)[-1][1]["content"]["title"] == "Beat and echo"


def test_setting_up_a_model(library: BackendProcess) -> None:
    """Kept, checked by the list of its models, and taken away again."""
    listed = json.dumps({"data": [{"id": "b"}, {"id": "a"}, {}]}).encode()
    with FakeModel(lambda talk: talk.say(200, listed)) as fake, asking(library, fake) as client:
        assert client.post("/api/model/check").json() == {"models": ["a", "b"]}
        assert (fake.asked[0]["path"], fake.asked[0]["headers"]["authorization"]) == ("/v1/models", f"Bearer {KEY}")
        kept = client.put("/api/model", json={"base_url": f" {fake.url}/chat/completions ", "name": " tiny "}).json()
        assert kept == client.get("/api/model").json() == {"base_url": fake.url, "name": "tiny"}
        assert client.put("/api/model", json={"base_url": "", "name": ""}).status_code == 200
        for refused in (client.post("/api/model/check"), client.post("/api/drafts/stream", json=WISH.model_dump())):
            assert is_problem(refused, 409, "no-model")


@pytest.mark.parametrize(
    "address",
    [
        "localhost:11434",
        "ftp://localhost/v1",
        "http://",
        "file:///etc/passwd",
        "https://user:pass@example.com/v1",
        "https://example.com/v1?key=1",
        "https://example.com/v1#a",
        "http://example.com/v1",
        "http://localhost:99999/v1",
        "https://exa mple.com",
        "http://[::1",
    ],
)
def test_addresses_that_will_not_do(library: BackendProcess, address: str) -> None:
    """Each with what is wrong; the former one stays."""
    with library.client() as client:
        before = client.get("/api/model").json()
        assert is_problem(client.put("/api/model", json={"base_url": address, "name": "x"}), 422, "model-address")
        assert client.get("/api/model").json() == before


@pytest.mark.parametrize(
    "address", ["https://api.example.com/v1", "http://localhost:11434/v1", "http://192.168.1.5:1234/v1", "http://[::1]:1/v1"]
)
def test_addresses_that_will_do(library: BackendProcess, address: str) -> None:
    """The wide world by https; this computer and one's own network by http too."""
    with library.client() as client:
        assert client.put("/api/model", json={"base_url": f"{address}/", "name": "x"}).json()["base_url"] == address


def test_a_key_goes_only_where_it_was_given_for(library: BackendProcess) -> None:
    """Whoever changes the address does not get the key of the former one; and no key is in a log."""
    with FakeModel() as other, FakeModel() as fake, asking(library, fake) as client:
        client.put("/api/model", json={"base_url": other.url, "name": "tiny"})
        assert draft(client)[-1][0] == "draft"
        assert "authorization" not in other.asked[0]["headers"]
    assert KEY not in library.log()
    assert model.key_for(Model(base_url="https://a.example/v1"), "https://a.example.evil k") == ""
    assert model.key_for(Model(base_url="https://a.example/v1"), "https://a.example k") == "k"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"title": "Lesson on K.CN.1, 3.PR.2.4"}),
        ("Just a sentence.", {"overview": "Just a sentence."}),
        ("<think>hm\n# No</think># Yes", {"title": "Yes"}),
        ("```markdown\n# In a fence\n```", {"title": "In a fence"}),
        ("# A\n## Learning Goals:\n1. One\n2) Two\n   more of two", {"title": "A", "objectives": ["One", "Two\nmore of two"]}),
        ("# A\n## Procedure\n- **Sing** – 10 min\n- Dance (5 mins)", {"activities": [("Sing", 10, ""), ("Dance", 5, "")]}),
        ("# A\n**Activities**\n### Sing [7 minutes]\n1. Do\n2. Re", {"activities": [("Sing", 7, "• Do\n• Re")]}),
        ("# A\n## Something else\nKept.", {"notes": "Something else\nKept."}),
        ("# A\n## Activities\n### Notes on the staff (9 min)\nx", {"activities": [("Notes on the staff", 9, "x")]}),
        ("# A\n## Activities\n### 99999 minutes\n", {"activities": [("99999 minutes", 0, "")]}),
    ],
)
def test_what_models_really_write(text: str, expected: dict[str, Any]) -> None:
    """Near the form or far from it."""
    made = answer.lesson(text, WISH, STANDARDS)
    made["activities"] = [(a["title"], a["minutes"], a["text"]) for a in made["activities"]]
    assert {key: made[key] for key in expected} == expected


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("#*-_ \n()1d0minutesAcv.:`<>"), max_size=300) | st.text(max_size=300))
def test_any_text_becomes_a_lesson(text: str) -> None:
    """That can be saved: no model can make one that the library refuses."""
    Content(**answer.lesson(text, WISH, STANDARDS))


@pytest.mark.parametrize(
    "line", ["# a{}b", "# a {}", "## Activities\n### {}", "## Activities\n- a{}b", "## Notes\n{}", "**{}", "{}x"]
)
@pytest.mark.parametrize("part", [" ", "(", "-", "*", "#", "_", "`", "1", "1 ", "1-", "1 - 1 ", "<think>", "9 min "])
def test_a_model_that_repeats_itself_costs_no_more_than_its_length(line: str, part: str) -> None:
    """The event loop takes the text apart, and health must answer meanwhile: no way to write may take quadratic time."""
    before = time.perf_counter()
    answer.lesson(line.format(part * (100_000 // len(part))), WISH, STANDARDS)
    assert time.perf_counter() - before < 2


def test_a_list_of_models_without_an_end(library: BackendProcess) -> None:
    """Is not kept in memory."""
    with FakeModel(lambda talk: talk.say(200, b'{"data": []}' + b" " * 3_000_000)) as fake, asking(library, fake) as client:
        assert is_problem(client.post("/api/model/check"), 502, "model-answer")


def test_choices_stay(tmp_path: Any) -> None:
    """Over a restart."""
    path = str(tmp_path / "library.db")
    db: Database = open_database(path)
    model.save(db, Model(base_url="http://localhost:1/v1", name="x"))
    db.close()
    db = open_database(path)
    assert model.load(db) == Model(base_url="http://localhost:1/v1", name="x")
    db.close()
