"""The files of IMAGE_STORAGE_PATH. Their names are a content hash and an ending from our list: nobody else's text is in them."""

import contextlib
import hashlib
import os
import re
import secrets
import time
from pathlib import Path

from pocketmusec.images.picture import SUFFIXES
from pocketmusec.problems import ProblemError

ID_LENGTH = 32
OURS = re.compile(rf"([0-9a-f]{{{ID_LENGTH}}})\.(?:{'|'.join(SUFFIXES.values())}|thumb|[0-9a-f]{{8}}\.part)")
# a web version on the same library may be between writing a file and its row
YOUNG_S = 3600.0

LOST = ProblemError(
    404, "image-lost", "The file of this image is gone from the folder of images. Remove the image and add it again."
)


def id_of(content: bytes) -> str:
    """The image's name everywhere: the first half of its SHA-256, so that the same image is kept once."""
    return hashlib.sha256(content).hexdigest()[:ID_LENGTH]


class Storage:
    """Reads, writes and removes the files; blocks, so call it from threads."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def keep(self, image_id: str, kind: str, content: bytes, thumbnail: bytes) -> None:
        """Write both files whole or not at all. ProblemError 507 if the disk does not take them."""
        try:
            self._write(self._thumbnail(image_id), image_id, thumbnail)
            self._write(self._original(image_id, kind), image_id, content)
        except OSError as error:
            raise ProblemError(
                507, "disk", "The disk is full or cannot be written. Make room, then add the image again."
            ) from error

    def read(self, image_id: str, kind: str) -> bytes:
        """The image as it was added; ProblemError 404 if its file is gone."""
        try:
            return self._original(image_id, kind).read_bytes()
        except OSError as error:
            raise LOST from error

    def has(self, image_id: str, kind: str) -> bool:
        """Whether the image's file is there."""
        return self._original(image_id, kind).is_file()

    def read_thumbnail(self, image_id: str) -> bytes | None:
        """The thumbnail, if it is there."""
        try:
            return self._thumbnail(image_id).read_bytes()
        except OSError:
            return None

    def keep_thumbnail(self, image_id: str, thumbnail: bytes) -> None:
        """Write it anew; without room it is made again the next time."""
        with contextlib.suppress(OSError):
            self._write(self._thumbnail(image_id), image_id, thumbnail)

    def remove(self, image_id: str, kind: str) -> None:
        """Both files; those that are gone already do not matter, and the sweep gets those that cannot be removed now."""
        for path in (self._original(image_id, kind), self._thumbnail(image_id)):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def sweep(self, known: set[str], *, older_than_s: float = YOUNG_S) -> int:
        """Remove files named as ours that no row knows, and halves of killed writes; returns how many."""
        removed = 0
        before = time.time() - older_than_s
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                named = OURS.fullmatch(path.name)
                if named is None or (named[1] in known and not path.name.endswith(".part")):
                    continue
                with contextlib.suppress(OSError):
                    if path.lstat().st_mtime < before:
                        path.unlink()
                        removed += 1
        return removed

    def _original(self, image_id: str, kind: str) -> Path:
        return self._folder / f"{image_id}.{SUFFIXES[kind]}"

    def _thumbnail(self, image_id: str) -> Path:
        return self._folder / f"{image_id}.thumb"

    def _write(self, path: Path, image_id: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        half = self._folder / f"{image_id}.{secrets.token_hex(4)}.part"
        try:
            with half.open("xb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            half.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                half.unlink(missing_ok=True)
            raise
