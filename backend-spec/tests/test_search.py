"""Search against a naive reference over random libraries: the same hits, each once, in an order that can be said in words."""

import re
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pocketmusec.store import Database, ImportedDocument, Record, documents, open_database, search
from pocketmusec.store.search import Query, find

GRADES = ["K", "1", "9-12", "12", "BE"]
STRANDS = {"CN": "Connect", "CR": "Create", "ML": "Musical Literacy"}
WORDS = [
    "sing",
    "singing",
    "Song",
    "rhythm",
    "Dvořák",
    "dvorak",
    "beat",
    "steady",
    "call-and-response",
    "K",
    "connect",
    "the",
    "9",
    "12",
]
CODES = st.builds(
    lambda grade, strand, n, o: f"{grade}.{strand}.{n}" + (f".{o}" if o else ""),
    st.sampled_from(GRADES),
    st.sampled_from([*STRANDS]),
    st.integers(1, 12),
    st.integers(0, 3),
)


@st.composite
def libraries(draw: st.DrawFn) -> list[list[Record]]:
    """Up to three documents of up to eight records."""
    texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)

    def record(code: str) -> Record:
        grade, strand = code.split(".")[:2]
        kind = "objective" if code.count(".") == 3 else "standard"
        return Record(code, kind, grade, strand, STRANDS[strand], draw(texts), 1)

    lists = draw(st.lists(st.lists(CODES, max_size=8, unique=True), min_size=1, max_size=3))
    return [[record(code) for code in each] for each in lists]


def words_and_codes() -> st.SearchStrategy[str]:
    """What a person types: words, beginnings of words, codes, parts of codes, and signs."""
    piece = st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(WORDS).flatmap(lambda word: st.integers(1, len(word)).map(lambda n: word[:n])),
        CODES,
        CODES.map(lambda code: code.partition(".")[2]),
        CODES.map(lambda code: code.rpartition(".")[0]),
        st.sampled_from(['"', "*", "AND", "(", "K.", "facets", "g4B", "standard"]),
    )
    return st.lists(piece, max_size=3).map(" ".join)


def tokens(text: str) -> list[str]:
    """Letters and digits without accents, in lower case."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return re.findall(r"[a-z0-9]+", plain)


def holds(text: str, phrase: list[str], *, prefix: bool) -> bool:
    """Whether the phrase stands in the text, its last word in part if `prefix`."""
    found = tokens(text)
    for at in range(len(found) - len(phrase) + 1):
        *whole, last = zip(found[at : at + len(phrase)], phrase, strict=True)
        if all(a == b for a, b in whole) and (last[0].startswith(last[1]) if prefix else last[0] == last[1]):
            return True
    return False


def matches(record: Record, query: Query) -> bool:
    """The contract in words: every word is there, the last one as a prefix too; codes whole or in part; filters narrow."""
    given_words = [word for word in query.q.split() if any(c.isalnum() for c in word)]
    for at, word in enumerate(given_words):
        if search.CODE_PART.fullmatch(word):
            if not holds(record.code, tokens(word), prefix=True):
                return False
        elif not any(
            holds(text, tokens(word), prefix=at == len(given_words) - 1)
            for text in (record.code, record.text, record.strand_name)
        ):
            return False
    return query.grade in ("", record.grade) and query.strand in ("", record.strand) and query.kind in ("", record.kind)


def fill(folder: str, library: list[list[Record]]) -> Database:
    """A database with these documents, the last one newest."""
    db = open_database(str(Path(folder) / "library.db"))
    for number, records in enumerate(library):
        document = ImportedDocument(
            f"d{number}", f"{number}.pdf", "pdf", 1, f"s{number}", 1, (), f"2026-01-0{number + 1}T00:00:00Z"
        )
        documents.add(db, document, records)
    return db


def place(hit: dict[str, Any]) -> tuple[str, str]:
    """What tells a hit from all others."""
    return hit["document_id"], hit["code"]


@settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    libraries(),
    st.lists(
        st.builds(
            Query,
            words_and_codes(),
            st.sampled_from(["", *GRADES, "9"]),
            st.sampled_from(["", *STRANDS]),
            st.sampled_from(["", "standard", "objective"]),
            st.just(200),
        ),
        min_size=8,
        max_size=8,
    ),
)
def test_hits_are_those_of_a_naive_search(library: list[list[Record]], queries: list[Query]) -> None:
    """Also page by page, and with the highlights being the text."""
    reading_order = [(f"d{n}", r) for n, records in reversed([*enumerate(library)]) for r in records]
    with tempfile.TemporaryDirectory() as folder:
        db = fill(folder, library)
        for query in queries:
            found = find(db, query)
            expected = [(id_, record.code) for id_, record in reading_order if matches(record, query)]
            hits = [place(hit) for hit in found["hits"]]
            assert sorted(hits) == sorted(expected), query
            assert found["total"] == len(expected)
            if not query.q.strip():
                assert hits == expected
            in_order(query, hits, expected)
            pages = [find(db, Query(query.q, query.grade, query.strand, query.kind, 3, at)) for at in range(0, len(hits) + 1, 3)]
            assert [place(hit) for each in pages for hit in each["hits"]] == hits
            for hit in found["hits"]:
                assert "".join(piece["text"] for piece in hit["segments"]) == hit["text"]
            assert set(found["grades"]) == {record.grade for _, record in reading_order}
            assert found["strands"] == [{"code": s, "name": STRANDS[s]} for s in sorted({r.strand for _, r in reading_order})]
        db.close()


def in_order(query: Query, hits: list[tuple[str, str]], reading_order: list[tuple[str, str]]) -> None:
    """A code typed first: it, then those below it, then those that begin like it; codes alone in reading order within that."""
    typed = [word for word in query.q.split() if search.CODE_PART.fullmatch(word)]
    if not typed:
        return
    code = typed[0].upper().rstrip(".")

    def rank(hit: tuple[str, str]) -> int:
        return 0 if hit[1] == code else 1 if hit[1].startswith(f"{code}.") else 2 if hit[1].startswith(code) else 3

    ranks = [rank(hit) for hit in hits]
    assert ranks == sorted(ranks)
    if len(typed) == len(query.q.split()):
        assert hits == sorted(reading_order, key=rank)


def test_what_stands_everywhere_is_in_reading_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranking by words ends where they tell nothing; until then the fuller match comes first."""
    texts = ["sing a very long text about other things", "sing", "play"]
    records = [Record(f"K.CN.{n}", "standard", "K", "CN", "Connect", text, 1) for n, text in enumerate(texts, 1)]
    db = fill(str(tmp_path), [records])
    assert [hit["code"] for hit in find(db, Query("sing"))["hits"]] == ["K.CN.2", "K.CN.1"]
    monkeypatch.setattr(search, "RANKED_UP_TO", 1)
    assert [hit["code"] for hit in find(db, Query("sing"))["hits"]] == ["K.CN.1", "K.CN.2"]
    db.close()


def test_what_the_index_notes_for_filters_is_not_found_by_words(tmp_path: Path) -> None:
    """Nor does a filter narrow to a part of a grade."""
    db = fill(str(tmp_path), [[Record("9-12.CN.1", "standard", "9-12", "CN", "Connect", "sing", 1)]])
    for q in ("g392D3132", "s434E", "k7374616E64617264"):
        assert find(db, Query(q))["total"] == 0
    assert [find(db, Query(grade=grade))["total"] for grade in ("9-12", "9", "12")] == [1, 0, 0]
    db.close()
