"""Turns the bytes of a text file into text: UTF-8, UTF-16 with or without its mark, or what Windows and old files write."""

import codecs
import re

from pocketmusec.standards.refused import bad_line
from pocketmusec.store.rows import Unread

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# every second byte of Latin letters in UTF-16 is 0: this share of them is enough
ZEROS = 0.4
# tab, line ends, and the form feed that old printers put between pages
BINARY = re.compile(r"[^\t\n\r\f\x20-\x7e\x80-\U0010ffff]")


def decode(content: bytes) -> str:
    """The text, with line ends as \\n. Raises RefusedError for what is no text, naming the line."""
    text = _decode(content).replace("\r\n", "\n").replace("\r", "\n")
    found = BINARY.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise bad_line(Unread(line, f"the control character {ord(found[0])}", "text in UTF-8, UTF-16 or Latin-1"))
    return text


def _decode(content: bytes) -> str:
    for mark, name in MARKS.items():
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    for name, zeros in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
        if zeros.count(0) > ZEROS * len(zeros):
            return content.decode(name, "replace")
    for name in ("utf-8", "cp1252"):
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
