"""What Pillow says about an image: its type by its bytes, its size, and smaller pictures of it."""

import io
import threading
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pocketmusec.problems import ProblemError

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MAX_BYTES = 20 * 2**20
# a phone's largest photos; four bytes each are what one image may cost in memory
MAX_PIXELS = 50_000_000
# in one direction: what Pillow, browsers and DOCX still handle
MAX_SIDE = 16_000
THUMBNAIL_SIDE = 480
# on paper: 1600 pixels over the width of a page are about 240 a inch
PRINT_SIDE = 1600
SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}

NOT_IMAGE = ProblemError(
    415, "not-an-image", "This file is not a PNG, JPEG, GIF or WebP image. Save it as one of these, then add it."
)
BROKEN = ProblemError(
    422, "broken-image", "This image is damaged or cut off. Open it in another program, save it again, then add it."
)
TOO_MANY_PIXELS = ProblemError(
    413, "too-many-pixels", f"This image has more than {MAX_PIXELS // 10**6} million pixels. Make it smaller, then add it."
)

# one image at a time is whole in memory, however many are sent at once
_decoding = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """An image that was decoded once, and its thumbnail (WebP)."""

    type: str
    width: int
    height: int
    thumbnail: bytes


def inspect(content: bytes) -> Picture:
    """Decode `content` as what its bytes say it is. ProblemError 413, 415 or 422 where it is none that we take."""
    with _decoding, _opened(content) as image:
        kind = str(image.get_format_mimetype())
        width, height = image.size
        return Picture(kind, width, height, _shrunk(image, THUMBNAIL_SIDE, "WEBP", quality=82))


def thumbnail(content: bytes) -> bytes:
    """A small picture (WebP), upright."""
    with _decoding, _opened(content) as image:
        return _shrunk(image, THUMBNAIL_SIDE, "WEBP", quality=82)


def printable(content: bytes) -> bytes:
    """A picture for documents: upright, no larger than paper needs, without what cameras write into photos (places, names).

    PNG where it has transparency or few colours, else JPEG: DOCX and PDF take no WebP.
    """
    with _decoding, _opened(content) as image:
        if image.mode in ("P", "1", "LA", "RGBA") or "transparency" in image.info:
            return _shrunk(image, PRINT_SIDE, "PNG")
        return _shrunk(image, PRINT_SIDE, "JPEG", quality=88)


def _opened(content: bytes) -> "ImageFile":
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # its own limit warns only; ours below refuses, before anything is decoded
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "GIF", "WEBP"))
    except Image.DecompressionBombError as error:
        raise TOO_MANY_PIXELS from error
    except UnidentifiedImageError as error:
        raise NOT_IMAGE from error
    except (OSError, ValueError, SyntaxError) as error:
        raise BROKEN from error
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise TOO_MANY_PIXELS
    return image


def _shrunk(image: "Image", side: int, form: str, **options: int) -> bytes:
    from PIL import ImageOps

    try:
        # JPEGs are decoded at a fraction of their size already
        image.thumbnail((side, side))
        upright = ImageOps.exif_transpose(image)
        modes = {"JPEG": ("RGB", "L")}.get(form, ("RGB", "RGBA", "L"))
        if upright.mode not in modes:
            upright = upright.convert("RGB" if form == "JPEG" else "RGBA")
        out = io.BytesIO()
        upright.save(out, form, **options, exif=b"")
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise BROKEN from error
    return out.getvalue()
