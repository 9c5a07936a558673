"""Reads one document from beginning to end, whatever its format, and tells how it goes."""

from collections.abc import Generator, Iterator
from typing import Any

from pocketmusec.standards import delimited, limits, pdf, plain
from pocketmusec.standards.refused import TOO_COMPLEX, RefusedError, no_standards
from pocketmusec.store.rows import Record, Unread

Message = dict[str, Any]

RECORDS_A_LINE = 200


def read(path: str, format_: str = "pdf") -> Iterator[Message]:
    """Messages of type page, records, then done or failed. Never raises for what is in the file."""
    try:
        yield from _read(path, format_)
    except RefusedError as refused:
        yield {"type": "failed", "code": refused.code, "detail": refused.detail}
    except (MemoryError, RecursionError):
        # the latter: objects that contain themselves, or a tree as deep as the file is long
        yield {"type": "failed", "code": TOO_COMPLEX[0], "detail": TOO_COMPLEX[1]}


def _read(path: str, format_: str) -> Iterator[Message]:
    records, unread = yield from _content(path, format_)
    lengths = [len(record.text) + len(record.strand_name) for record in records]
    if max(lengths) > limits.MAX_TEXT or sum(lengths) > limits.MAX_TEXTS:
        raise RefusedError(*TOO_COMPLEX)
    for start in range(0, len(records), RECORDS_A_LINE):
        chunk = records[start : start + RECORDS_A_LINE]
        yield {
            "type": "records",
            "records": [[r.code, r.kind, r.grade, r.strand, r.strand_name, r.text, r.page] for r in chunk],
        }
    yield {"type": "done", "unread": [[each.at, each.found, each.allowed] for each in unread]}


def _content(path: str, format_: str) -> Generator[Message, None, tuple[list[Record], list[Unread]]]:
    if format_ == "csv":
        return (yield from delimited.read(path))
    parser = yield from (pdf.read(path) if format_ == "pdf" else plain.read(path))
    records = parser.records()
    if not records:
        raise no_standards(pdf.WITH_CODES if format_ == "pdf" else plain.WITH_CODES)
    return records, parser.unread()
