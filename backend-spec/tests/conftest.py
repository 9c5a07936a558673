"""Fixtures: PDFs with known content, a backend process; and the scenarios of the requirements in the junit report."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.backend_process import BackendProcess
from tests.fixtures.layouts import Known
from tests.fixtures.make_pdf import make


@pytest.fixture(autouse=True)
def _scenario(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> None:
    # a docstring that begins `Scenario: name` ties the test to that scenario; several lines tie it to several
    for name in re.findall(r"^\s*Scenario: (.+?)\s*$", request.function.__doc__ or "", re.MULTILINE):
        record_property("scenario", name)


@dataclass(frozen=True)
class Sample:
    """A made PDF and what is in it."""

    path: Path
    known: Known


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sample]:
    """One PDF a layout, of six pages, and `long` with 50."""
    folder = tmp_path_factory.mktemp("pdf")
    found = {}
    for layout in ("tables", "rows", "split", "text", "scan", "prose"):
        path = folder / f"{layout}.pdf"
        found[layout] = Sample(path, make(path, 6, layout))
    path = folder / "long.pdf"
    found["long"] = Sample(path, make(path, 50))
    for name, options in {"encrypted": {"encrypted": True}, "owner": {"owner_only": True}}.items():
        path = folder / f"{name}.pdf"
        found[name] = Sample(path, make(path, 3, "tables", **options))
    return found


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[BackendProcess]:
    """A backend of its own, ready."""
    with BackendProcess(tmp_path / "user data") as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackendProcess]:
    """A backend for tests that leave it as they found it."""
    with BackendProcess(tmp_path_factory.mktemp("shared")) as running:
        yield running
