"""Reads the standards of one PDF, page by page."""

from collections.abc import Generator
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from pocketmusec.standards import extract, limits
from pocketmusec.standards.page import Page
from pocketmusec.standards.parse import Parser
from pocketmusec.standards.refused import TOO_COMPLEX, RefusedError, no_standards

ENCRYPTED = (
    "encrypted",
    "This PDF is protected with a password. Open it with the password, print it to a new PDF, and add that one.",
)
BROKEN = ("broken", "This PDF is damaged or was cut off. Download or export it again, then add it.")
WITH_CODES = "It should hold codes such as K.CN.1 as text; a scanned document needs text recognition (OCR) first."
EXHAUSTION = (MemoryError, RecursionError)
DAMAGED = ("a damaged page", "a whole one; download or export the PDF again")


def read(path: str) -> Generator[dict[str, Any], None, Parser]:
    """Tells of each page. Raises RefusedError, MemoryError or RecursionError, and nothing else for what is in the file."""
    try:
        return (yield from _read(path))
    except (RefusedError, MemoryError, RecursionError):
        raise
    except Exception as error:
        # pdfminer raises whatever it trips over
        if _is(error, *EXHAUSTION):
            raise RefusedError(*TOO_COMPLEX) from error
        is_encrypted = _is(error, PDFPasswordIncorrect, PDFEncryptionError)
        raise RefusedError(*(ENCRYPTED if is_encrypted else BROKEN)) from error


def _read(path: str) -> Generator[dict[str, Any], None, Parser]:
    parser = Parser()
    damaged = 0
    with pdfplumber.open(path) as pdf:
        total = len(pdf.pages)
        if total > limits.MAX_PAGES:
            raise RefusedError(*TOO_COMPLEX)
        for number, page in enumerate(pdf.pages, 1):
            try:
                content = extract.read(page, number)
            except Exception as error:
                # one bad page must not cost the teacher the other forty-nine
                if _is(error, *EXHAUSTION):
                    raise
                content = Page(number, unreadable=DAMAGED)
                damaged += 1
            finally:
                page.close()
            parser.feed(content)
            standards, objectives = parser.counts
            yield {"type": "page", "page": number, "pages": total, "standards": standards, "objectives": objectives}
            if standards + objectives > limits.MAX_RECORDS:
                raise RefusedError(*TOO_COMPLEX)
    if not parser.counts[0] + parser.counts[1]:
        raise RefusedError(*BROKEN) if total == 0 or damaged else no_standards(WITH_CODES)
    return parser


def _is(error: BaseException, *kinds: type[BaseException]) -> bool:
    """Whether it is of one of these kinds, or pdfplumber's wrapping of one."""
    causes = [error, *error.args] if isinstance(error, PdfminerException) else [error]
    return any(isinstance(cause, kinds) for cause in causes)
