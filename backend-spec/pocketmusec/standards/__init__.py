"""Reading standards out of PDFs; everything here runs in the worker process only."""

from pocketmusec.imports import without_pdfium

without_pdfium()
