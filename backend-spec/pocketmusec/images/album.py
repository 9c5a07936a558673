"""What a teacher does to images: add, list, show, remove; and the sweep at the start."""

import threading
from dataclasses import asdict, dataclass
from typing import Any

from pocketmusec.images import picture
from pocketmusec.images.storage import Storage, id_of
from pocketmusec.problems import ProblemError
from pocketmusec.store import Database, Image, images
from pocketmusec.times import ago, now

# what was added and is in no lesson yet may belong to a draft that is still being typed
UNUSED_S = 24 * 3600
TITLES_NAMED = 3

GONE = ProblemError(404, "not-found", "This image is not in the library any more.")


@dataclass(frozen=True)
class Added:
    """An image in the library; `is_new` says that it was not there before."""

    image: Image
    is_new: bool


class Album:
    """Rows and files together. The row is written last and removed first, so that no row is without its file."""

    def __init__(self, db: Database, storage: Storage) -> None:
        self._db = db
        self._storage = storage
        # an image that is added again while it is removed must keep its file
        self._changing = threading.Lock()

    def add(self, name: str, content: bytes) -> Added:
        """Keep the image, once however often it is added. ProblemError 413, 415, 422 or 507."""
        image_id = id_of(content)
        with self._db.reading() as reader:
            known = images.by_id(reader, image_id)
        if known is not None and self._storage.has(image_id, known.type):
            return Added(known, is_new=False)
        found = picture.inspect(content)
        image = Image(image_id, name, found.type, found.width, found.height, len(content), now())
        with self._changing:
            self._storage.keep(image_id, found.type, content, found.thumbnail)
            with self._db.writing() as writer:
                images.put(writer, image)
        return Added(image, is_new=True)

    def every(self) -> list[dict[str, Any]]:
        """All images, newest first, with the number of lessons that show each."""
        with self._db.reading() as reader:
            return [{**asdict(image), "lessons": lessons} for image, lessons in images.every(reader)]

    def find(self, image_id: str) -> Image:
        """The image's row; ProblemError 404 if there is none."""
        with self._db.reading() as reader:
            found = images.by_id(reader, image_id)
        if found is None:
            raise GONE
        return found

    def content(self, image_id: str) -> tuple[Image, bytes]:
        """The image and its bytes as they were added."""
        found = self.find(image_id)
        return found, self._storage.read(image_id, found.type)

    def thumbnail(self, image_id: str) -> bytes:
        """A small WebP of it; made again where its file is gone."""
        found = self.find(image_id)
        kept = self._storage.read_thumbnail(image_id)
        if kept is not None:
            return kept
        made = picture.thumbnail(self._storage.read(image_id, found.type))
        self._storage.keep_thumbnail(image_id, made)
        return made

    def remove(self, image_id: str) -> None:
        """Remove it; ProblemError 409 while a lesson or its draft shows it."""
        with self._changing:
            with self._db.writing() as writer:
                found = images.by_id(writer, image_id)
                if found is None:
                    raise GONE
                _refuse_shown(images.shown_in(writer, image_id))
                images.remove(writer, image_id)
            self._storage.remove(image_id, found.type)

    def sweep(self) -> int:
        """Remove images that no version and no draft of any lesson has shown for a day, and files without an image."""
        with self._changing:
            with self._db.writing() as writer:
                unused = images.remove_unused(writer, added_before=ago(UNUSED_S))
                known = images.ids(writer)
            for image in unused:
                self._storage.remove(image.id, image.type)
        return len(unused) + self._storage.sweep(known)


def _refuse_shown(titles: list[str]) -> None:
    if titles:
        named = ", ".join(f"“{title}”" for title in titles[:TITLES_NAMED])
        more = " and others" if len(titles) > TITLES_NAMED else ""
        raise ProblemError(
            409, "image-used", f"This image is in {named}{more}. Take it out there first, then remove it.", lessons=len(titles)
        )
