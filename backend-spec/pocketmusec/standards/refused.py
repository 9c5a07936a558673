"""Why nothing could be made of a document: a stable code, and a sentence with the way out."""

from pocketmusec.store.rows import Unread


class RefusedError(Exception):
    """Ends the reading; what was read so far is thrown away."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


TOO_COMPLEX = (
    "too-complex",
    "This file is too complex to read within the limits of time and memory. Split it into smaller parts.",
)
A_CODE = "a code such as K.CN.1 or K.CN.1.1"


def no_standards(why: str) -> RefusedError:
    """`why`: what the file should hold instead."""
    return RefusedError("no-standards", f"No standards were found in this file. {why}")


def bad_line(unread: Unread, more: str = "") -> RefusedError:
    """A line that makes the rest of the file unreadable too."""
    return RefusedError("bad-line", f"Line {unread.at}: found {unread.found}; allowed is {unread.allowed}.{more}")
