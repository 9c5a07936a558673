"""Images in the database: their rows, and which lessons show them. The files are beside it (`images/storage.py`)."""

from dataclasses import astuple

from pocketmusec.store.database import Transaction
from pocketmusec.store.rows import Image

COLUMNS = "i.id, i.name, i.type, i.width, i.height, i.size, i.added_at"
# old versions count: restoring one should bring its images back
NEVER_SHOWN = """
NOT EXISTS (SELECT 1 FROM lesson_images l WHERE l.image = i.id)
AND NOT EXISTS (SELECT 1 FROM lesson_versions v, json_each(v.content, '$.images') e WHERE e.value = i.id)
"""


def every(tx: Transaction) -> list[tuple[Image, int]]:
    """All images, newest first, each with the number of lessons that show it."""
    rows = tx.execute(
        f"SELECT {COLUMNS}, (SELECT count(*) FROM lesson_images l WHERE l.image = i.id)"  # noqa: S608 # our own columns
        " FROM images i ORDER BY i.added_at DESC, i.rowid DESC"
    )
    return [(Image(*row[:-1]), row[-1]) for row in rows]


def by_id(tx: Transaction, image_id: str) -> Image | None:
    """The image with this id."""
    row = tx.execute(f"SELECT {COLUMNS} FROM images i WHERE i.id = ?", (image_id,)).fetchone()  # noqa: S608
    return Image(*row) if row else None


def put(tx: Transaction, image: Image) -> None:
    """Add the image; one with the same id stays as it is."""
    tx.execute("INSERT OR IGNORE INTO images VALUES (?, ?, ?, ?, ?, ?, ?)", astuple(image))


def ids(tx: Transaction) -> set[str]:
    """The ids of all images."""
    return {row[0] for row in tx.execute("SELECT id FROM images")}


def shown_in(tx: Transaction, image_id: str) -> list[str]:
    """Titles of the lessons whose newest version or draft shows the image."""
    rows = tx.execute(
        "SELECT v.content ->> '$.title' FROM lesson_images i JOIN lessons l ON l.number = i.lesson"
        " JOIN lesson_versions v ON v.lesson = l.number AND v.version = l.newest WHERE i.image = ? ORDER BY v.saved_at DESC",
        (image_id,),
    )
    return [row[0] for row in rows]


def remove(tx: Transaction, image_id: str) -> None:
    """Forget the image; the database refuses while a lesson shows it."""
    tx.execute("DELETE FROM images WHERE id = ?", (image_id,))


def remove_unused(tx: Transaction, added_before: str) -> list[Image]:
    """Forget the images that no lesson shows or ever showed, and return them."""
    unused = [
        Image(*row)
        for row in tx.execute(
            f"SELECT {COLUMNS} FROM images i WHERE i.added_at < ? AND {NEVER_SHOWN}",  # noqa: S608
            (added_before,),
        )
    ]
    for image in unused:
        remove(tx, image.id)
    return unused
