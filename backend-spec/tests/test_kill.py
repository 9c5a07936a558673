"""SIGKILL in the middle of writes: the library is whole, and nothing that was acknowledged is lost. KILLS=1000 for more."""

import contextlib
import os
import random
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from pocketmusec.store import open_database
from tests.backend_process import BackendProcess

KILLS = int(os.environ.get("KILLS", "50"))
SEED = int(os.environ.get("SEED", str(random.SystemRandom().randrange(2**32))))
LANES = 2
WRITERS = 3
LONGEST_S = 0.1


@dataclass
class Known:
    """What a writer was told: by id the newest version, its title and its draft; None is a lesson that was removed."""

    lessons: dict[str, tuple[int, str, str | None] | None] = field(default_factory=dict)
    # asked for and not answered: it may have come to be or not
    open: tuple[str, str] | None = None
    acknowledged: int = 0


def write(backend: BackendProcess, known: Known, seed: int, begun: threading.Event) -> None:
    """Create, save, draft, remove, until the backend is gone. Each answer is noted before the next request goes out."""
    chance = random.Random(seed)
    with contextlib.suppress(httpx.TransportError), backend.client() as client:
        while True:
            _one_write(client, known, chance)
            known.open = None
            known.acknowledged += 1
            begun.set()


def _one_write(client: httpx.Client, known: Known, chance: random.Random) -> None:
    title = f"{chance.randrange(2**64):x}"
    living = [id_ for id_, lesson in known.lessons.items() if lesson is not None]
    what = chance.choice(["create", "save", "save", "draft", "remove"]) if living else "create"
    id_ = chance.choice(living) if what != "create" else ""
    version, saved, _ = known.lessons.get(id_) or (0, "", None)
    body: dict[str, Any] = {"content": {"title": title, "overview": title * 50}, "base_version": version}
    known.open = (id_, title)
    match what:
        case "create":
            answer = _ok(client.post("/api/lessons", json=body["content"]))
            known.lessons[answer.json()["id"]] = (1, title, None)
        case "save":
            answer = _ok(client.put(f"/api/lessons/{id_}", json=body))
            known.lessons[id_] = (answer.json()["version"], title, None)
        case "draft":
            _ok(client.put(f"/api/lessons/{id_}/draft", json=body))
            known.lessons[id_] = (version, saved, title)
        case _:
            _ok(client.delete(f"/api/lessons/{id_}"))
            known.lessons[id_] = None


def _ok(answer: httpx.Response) -> httpx.Response:
    assert answer.is_success, answer.text
    return answer


def lost(path: Path, known: Known) -> list[str]:
    """Every acknowledged fact that the library does not have; what was in flight may be there in place of what was before."""
    found = []
    with contextlib.closing(sqlite3.connect(path)) as db:
        rows = {
            row[0]: row[1:]
            for row in db.execute(
                "SELECT l.id, l.newest, v.content ->> '$.title', d.content ->> '$.title' FROM lessons l"
                " JOIN lesson_versions v ON v.lesson = l.number AND v.version = l.newest"
                " LEFT JOIN lesson_drafts d ON d.lesson = l.number"
            )
        }
    for id_, expected in known.lessons.items():
        if rows.get(id_) == expected:
            continue
        in_flight, title = known.open or ("", "")
        there = rows.get(id_)
        if id_ == in_flight and (there is None or title in there):
            known.lessons[id_] = there
            continue
        found.append(f"{id_}: acknowledged {expected}, found {there}")
    return found


def is_whole(path: Path) -> None:
    """By SQLite's own word: pages, references, and the index against what it indexes."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.execute("INSERT INTO lessons_fts (lessons_fts) VALUES ('integrity-check')")


def lane(folder: Path, kills: int, seed: int) -> int:
    """Kill a backend on one library `kills` times; how many writes were acknowledged."""
    chance = random.Random(seed)
    known = [Known() for _ in range(WRITERS)]
    path = folder / "pocket_musec.db"
    for kill in range(kills):
        with BackendProcess(folder) as backend:
            begun = threading.Event()
            writers = [threading.Thread(target=write, args=(backend, one, chance.randrange(2**32), begun)) for one in known]
            for writer in writers:
                writer.start()
            assert begun.wait(20)
            time.sleep(chance.uniform(0, LONGEST_S))  # the moment is what is tried
            backend.process.kill()
            for writer in writers:
                writer.join()
        where = f"kill {kill} of SEED={seed}"
        is_whole(path)
        for one in known:
            assert lost(path, one) == [], where
            one.open = None
    return sum(one.acknowledged for one in known)


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Half of the kills each on two libraries, which go on with what the kill left."""
    seeds = [SEED + number for number in range(LANES)]
    with ThreadPoolExecutor(LANES) as pool:
        acknowledged = list(pool.map(lane, [tmp_path / str(seed) for seed in seeds], [KILLS // LANES] * LANES, seeds))
    print(f"{KILLS} kills, {sum(acknowledged)} writes acknowledged, SEED={SEED}")
    assert min(acknowledged) > KILLS // LANES


@pytest.mark.parametrize("spoil", ["lose", "corrupt"])
def test_the_judge_sees(tmp_path: Path, spoil: str) -> None:
    """A lost row, and a damaged page, planted."""
    path = tmp_path / "x.db"
    open_database(str(path)).close()
    known = Known({"a": (1, "title", None)})
    if spoil == "lose":
        assert lost(path, known) == ["a: acknowledged (1, 'title', None), found None"]
        known.open = ("a", "title")
        assert lost(path, known) == []
    else:
        content = bytearray(path.read_bytes())
        content[8192:12288] = b"\xff" * 4096
        path.write_bytes(content)
        with pytest.raises((sqlite3.DatabaseError, AssertionError)):
            is_whole(path)
