"""Reads one PDF from beginning to end and tells how it goes."""

from collections.abc import Iterator
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from pocketmusec.standards import extract, limits
from pocketmusec.standards.page import Page
from pocketmusec.standards.parse import Parser

Message = dict[str, Any]

ENCRYPTED = (
    "encrypted",
    "This PDF is protected with a password. Open it with the password, print it to a new PDF, and add that one.",
)
BROKEN = ("broken", "This PDF is damaged or was cut off. Download or export it again, then add it.")
NO_STANDARDS = (
    "no-standards",
    (
        "No standards were found in this PDF. It should hold codes such as K.CN.1 as text; a scanned document needs "
        "text recognition (OCR) first."
    ),
)
TOO_COMPLEX = (
    "too-complex",
    "This PDF is too complex to read within the limits of time and memory. Split it into smaller parts.",
)
RECORDS_A_LINE = 200


def read(path: str) -> Iterator[Message]:
    """Messages of type page, records, then done or failed. Never raises for what is in the file."""
    try:
        yield from _read(path)
    except MemoryError:
        yield _failed(TOO_COMPLEX)
    except RecursionError:
        # objects that contain themselves, or a tree as deep as the file is long
        yield _failed(TOO_COMPLEX)
    except Exception as error:  # noqa: BLE001 # pdfminer raises whatever it trips over
        yield _failed(ENCRYPTED if _is_encryption(error) else BROKEN)


def _read(path: str) -> Iterator[Message]:
    parser = Parser()
    damaged = 0
    with pdfplumber.open(path) as pdf:
        total = len(pdf.pages)
        if total > limits.MAX_PAGES:
            yield _failed(TOO_COMPLEX)
            return
        for number, page in enumerate(pdf.pages, 1):
            try:
                content = extract.read(page, number)
            except (MemoryError, RecursionError):
                raise
            except Exception:  # noqa: BLE001 # one bad page must not cost the teacher the other forty-nine
                content = Page(number, unreadable=True)
                damaged += 1
            finally:
                page.close()
            parser.feed(content)
            standards, objectives = parser.counts
            yield {"type": "page", "page": number, "pages": total, "standards": standards, "objectives": objectives}
            if standards + objectives > limits.MAX_RECORDS:
                yield _failed(TOO_COMPLEX)
                return
    records = parser.records()
    if not records:
        yield _failed(BROKEN if total == 0 or damaged else NO_STANDARDS)
        return
    for start in range(0, len(records), RECORDS_A_LINE):
        chunk = records[start : start + RECORDS_A_LINE]
        yield {
            "type": "records",
            "records": [[r.code, r.kind, r.grade, r.strand, r.strand_name, r.text, r.page] for r in chunk],
        }
    yield {"type": "done", "unread": parser.unread_pages()}


def _failed(failure: tuple[str, str]) -> Message:
    return {"type": "failed", "code": failure[0], "detail": failure[1]}


def _is_encryption(error: BaseException) -> bool:
    causes = [error, *error.args] if isinstance(error, PdfminerException) else [error]
    return any(isinstance(cause, (PDFPasswordIncorrect, PDFEncryptionError)) for cause in causes)
