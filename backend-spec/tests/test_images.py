"""Images: taken by content, bounded in size and pixels, kept under their hash, and removed with nothing left."""

import hashlib
import io
import os
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from pocketmusec.images import picture
from pocketmusec.images.album import Album
from pocketmusec.images.storage import Storage
from pocketmusec.lessons import editing
from pocketmusec.lessons.content import Content, DraftContent
from pocketmusec.problems import ProblemError
from pocketmusec.store import Database, open_database
from tests.backend_process import BackendProcess
from tests.test_contract import is_problem

MEMBERS = {"id", "name", "type", "width", "height", "size", "added_at"}
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}


def made(
    form: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", colour: Any = (200, 30, 30), **more: Any
) -> bytes:
    """An image as a file."""
    out = io.BytesIO()
    Image.new(mode, size, colour if mode == "RGB" else 0).save(out, form, **more)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few kilobytes that say they are an image of this size, and would be."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width + 7) // 8 + 1) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def send(client: httpx.Client, content: bytes, name: str = "drum.png", kind: str = "image/png") -> httpx.Response:
    """As the page does it."""
    return client.post("/api/images", files={"file": (name, content, kind)})


def files(backend: BackendProcess) -> list[str]:
    """What lies in the folder of images."""
    return sorted(path.name for path in (backend.user_data / "images").iterdir())


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    """Images in a library of their own."""
    db = open_database(str(tmp_path / "library.db"))
    yield Album(db, Storage(str(tmp_path / "images")))
    db.close()


def database(album: Album) -> Database:
    """The library below it."""
    return album._db


@pytest.mark.parametrize("form", list(TYPES))
def test_an_image_from_first_to_last(backend: BackendProcess, form: str) -> None:
    """Added, listed, shown, once however often it is sent, removed; its type comes of its bytes, whatever it is called."""
    content = made(form)
    with backend.client() as client:
        answer = send(client, content, "../../etc/passwd.exe", "text/html")
        image = answer.json()
        assert (answer.status_code, set(image)) == (201, MEMBERS)
        assert image["id"] == hashlib.sha256(content).hexdigest()[:32]
        assert (image["name"], image["type"]) == ("passwd.exe", TYPES[form])
        assert (image["width"], image["height"], image["size"]) == (40, 20, len(content))
        again = send(client, content, "other.png")
        assert (again.status_code, again.json()) == (200, image)
        assert client.get("/api/images").json() == {"images": [{**image, "lessons": 0}]}

        shown = client.get(f"/api/images/{image['id']}")
        assert (shown.content, shown.headers["content-type"]) == (content, TYPES[form])
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in shown.headers["content-security-policy"]
        small = client.get(f"/api/images/{image['id']}/thumbnail")
        assert (small.headers["content-type"], Image.open(io.BytesIO(small.content)).format) == ("image/webp", "WEBP")
        assert [name.rpartition(".")[0] for name in files(backend)] == [image["id"]] * 2

        assert client.delete(f"/api/images/{image['id']}").status_code == 204
        for gone in (client.get(f"/api/images/{image['id']}"), client.delete(f"/api/images/{image['id']}")):
            assert is_problem(gone, 404, "not-found")
        assert files(backend) == []


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"just text", 415, "not-an-image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 415, "not-an-image"),
        (b"%PDF-1.7", 415, "not-an-image"),
        (b"BM" + bytes(60), 415, "not-an-image"),
        (b"", 422, "empty-file"),
        (made("PNG", (300, 300))[:-60], 422, "broken-image"),
        (made("JPEG", (300, 300))[:-400], 422, "broken-image"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), 415, "not-an-image"),
        (huge_png(30_000, 30_000), 413, "too-many-pixels"),
        (huge_png(10_000, 6_000), 413, "too-many-pixels"),
        (huge_png(16_001, 1), 413, "too-many-pixels"),
        (b"\x89PNG\r\n\x1a\n" + bytes(picture.MAX_BYTES), 413, "too-large"),
    ],
    ids=["text", "svg", "pdf", "bmp", "empty", "png cut", "jpeg cut", "zeros", "bomb", "60 MP", "too wide", "21 MB"],
)
def test_what_is_no_image_of_ours(shared: BackendProcess, content: bytes, status: int, code: str) -> None:
    """Refused with the way out; nothing is left of it, and the name and type that it claims do not help."""
    with shared.client() as client:
        answer = send(client, content)
        assert is_problem(answer, status, code)
        assert client.get("/api/images").json() == {"images": []}
    assert files(shared) == []


def test_a_bomb_is_not_decoded(shared: BackendProcess) -> None:
    """A hundred kilobytes that would be 900 million pixels: refused by their header, and memory stays as it was."""

    def peak_kib() -> int:
        lines = Path(f"/proc/{shared.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

    with shared.client() as client:
        send(client, huge_png(16_001, 1))
        before = peak_kib()
        assert is_problem(send(client, huge_png(30_000, 30_000)), 413, "too-many-pixels")
        assert peak_kib() - before < 20_000


@pytest.mark.parametrize(
    "body",
    [b"", b"--b\r\n\r\nx\r\n--b--\r\n", b"--b--\r\n", b'--b\r\ncontent-disposition: form-data; name="file"\r\n\r\nx\r\n--b--'],
)
def test_forms_without_a_file(shared: BackendProcess, body: bytes) -> None:
    """An answer, and not a crash."""
    headers = {"content-type": "multipart/form-data; boundary=b"}
    with shared.client() as client:
        assert is_problem(client.post("/api/images", content=body, headers=headers), 400, "no-file")


@pytest.mark.parametrize("given", ["..%2f..%2fpocket_musec.db", "%2e%2e", "x" * 65, "pocket_musec.db", "%00", "0" * 32])
def test_no_path_of_a_client(shared: BackendProcess, given: str) -> None:
    """An id is looked up among rows; it never becomes a path."""
    with shared.client() as client:
        for answer in (
            client.get(f"/api/images/{given}"),
            client.get(f"/api/images/{given}/thumbnail"),
            client.delete(f"/api/images/{given}"),
        ):
            assert answer.status_code in (404, 405, 422), answer.text


def test_an_image_in_a_lesson_stays(backend: BackendProcess) -> None:
    """Refused with the lesson's title while its newest version or its draft shows it; free again afterwards."""
    with backend.client() as client:
        image = send(client, made()).json()["id"]
        lesson = client.post("/api/lessons", json={"title": "Drums", "images": [image]}).json()
        url = f"/api/lessons/{lesson['id']}"
        refused = client.delete(f"/api/images/{image}")
        assert is_problem(refused, 409, "image-used")
        assert "“Drums”" in refused.json()["detail"]
        assert client.get("/api/images").json()["images"][0]["lessons"] == 1
        client.put(url, json={"content": {"title": "No drums"}, "base_version": 1})
        client.put(f"{url}/draft", json={"content": {"title": "Drums again", "images": [image]}, "base_version": 2})
        assert is_problem(client.delete(f"/api/images/{image}"), 409, "image-used")
        client.delete(f"{url}/draft")
        assert client.delete(f"/api/images/{image}").status_code == 204


def test_thumbnails_are_small_upright_and_made_again(album: Album, tmp_path: Path) -> None:
    """A photo taken sideways stands upright; one whose thumbnail was lost gets it back."""
    exif = Image.Exif()
    exif[0x0112] = 6
    image = album.add("photo.jpg", made("JPEG", (3000, 1000), exif=exif)).image
    assert (image.width, image.height) == (3000, 1000)
    small = Image.open(io.BytesIO(album.thumbnail(image.id)))
    assert small.size == (160, 480)
    (tmp_path / "images" / f"{image.id}.thumb").unlink()
    assert Image.open(io.BytesIO(album.thumbnail(image.id))).size == (160, 480)
    assert (tmp_path / "images" / f"{image.id}.thumb").exists()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_all_kinds_of_pixels(mode: str) -> None:
    """Of each a thumbnail and a printable picture."""
    content = made("PNG", (20, 10), mode)
    assert picture.inspect(content).type == "image/png"
    assert Image.open(io.BytesIO(picture.printable(content))).size == (20, 10)


def test_printable_pictures_say_nothing_of_the_camera() -> None:
    """No place, no name of its owner; no larger than paper needs; CMYK and WebP become what documents take."""
    exif = Image.Exif()
    exif[0x013B] = "Canary Owner"
    photo = made("JPEG", (4000, 2000), exif=exif)
    assert b"Canary" in photo
    small = picture.printable(photo)
    assert b"Canary" not in small
    assert Image.open(io.BytesIO(small)).size == (1600, 800)
    assert b"Canary" not in picture.inspect(photo).thumbnail
    for content in (made("JPEG", mode="CMYK"), made("WEBP"), made("GIF")):
        assert Image.open(io.BytesIO(picture.printable(content))).format in ("PNG", "JPEG")


def test_the_sweep(album: Album, tmp_path: Path) -> None:
    """Unused images go after a day, those of any version or draft stay; so do strange files and young ones."""
    db, folder = database(album), tmp_path / "images"
    shown, drafted, old, _unused, young = (album.add("x.png", made(colour=(n, 0, 0))).image.id for n in range(5))
    lesson = editing.create(db, Content(title="a", images=[old, shown])).saved.id
    editing.save(db, lesson, Content(title="a", images=[shown]), 1)
    editing.save_draft(db, lesson, DraftContent(images=[drafted]), 2)
    with db.writing() as tx:
        tx.execute("UPDATE images SET added_at = '2026-01-01T00:00:00Z' WHERE id != ?", (young,))
    past = time.time() - 7200
    for name in (f"{'a' * 32}.png", f"{'b' * 32}.thumb", f"{shown}.0123abcd.part", "holiday.png", f"{'c' * 32}.exe"):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (past, past))
    (folder / f"{'d' * 32}.png").write_bytes(b"x")
    assert album.sweep() == 4
    assert {image["id"] for image in album.every()} == {shown, drafted, old, young}
    left = {path.name for path in folder.iterdir()}
    assert left == {f"{id_}.{end}" for id_ in (shown, drafted, old, young) for end in ("png", "thumb")} | {
        "holiday.png",
        f"{'c' * 32}.exe",
        f"{'d' * 32}.png",
    }


def test_a_full_disk_keeps_nothing(album: Album, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """507 with the way out, no row, no half file."""

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProblemError) as refused:
        album.add("a.png", made())
    assert (refused.value.status, refused.value.code) == (507, "disk")
    assert album.every() == []
    assert list((tmp_path / "images").iterdir()) == []


def test_a_file_that_is_gone_is_said_and_comes_back(album: Album, tmp_path: Path) -> None:
    """Somebody emptied the folder: 404 says so; adding the same image again mends it."""
    image = album.add("a.png", made()).image
    for path in (tmp_path / "images").iterdir():
        path.unlink()
    with pytest.raises(ProblemError) as lost:
        album.content(image.id)
    assert lost.value.code == "image-lost"
    album.add("a.png", made())
    assert album.content(image.id)[1] == made()


def test_added_and_removed_at_once(album: Album) -> None:
    """Whatever the order: a row has its file, and a file has its row."""
    content = made()
    id_ = album.add("a.png", content).image.id

    refusals = set()

    def remove() -> None:
        for _ in range(40):
            try:
                album.remove(id_)
            except ProblemError as problem:
                refusals.add(problem.code)

    thread = threading.Thread(target=remove)
    thread.start()
    for _ in range(40):
        album.add("a.png", content)
    thread.join()
    assert refusals <= {"not-found"}
    for image in album.every():
        assert album.content(image["id"])[1] == content
