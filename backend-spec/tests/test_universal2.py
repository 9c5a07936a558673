"""Which wheels have to be joined for both kinds of Mac. The joining itself needs macOS: configured, not yet run."""

import subprocess
import sys

import pytest

import universal2
from tests.backend_process import HERE

PURE = "fastapi-0.165.0-py3-none-any.whl"
WHOLE = "charset_normalizer-3.4.9-cp311-cp311-macosx_10_9_universal2.whl"
PAIR = ("lxml-6.1.1-cp311-cp311-macosx_11_0_arm64.whl", "lxml-6.1.1-cp311-cp311-macosx_10_12_x86_64.whl")
BUILD = ("pillow-12.3.0-1-cp311-cp311-macosx_11_0_arm64.whl", "Pillow-12.3.0-cp311-cp311-macosx_10_10_x86_64.whl")


def test_only_what_differs_is_joined() -> None:
    """Pure and universal2 wheels serve both; a build number and the case of a name make no other package."""
    found = universal2.plan([PURE, WHOLE, PAIR[0], BUILD[0]], [BUILD[1], PAIR[1], PURE, WHOLE.replace("universal2", "x86_64")])
    assert found == universal2.Plan((WHOLE, PURE), (PAIR, BUILD))


@pytest.mark.parametrize(
    ("arm64", "x86_64", "said"),
    [
        ([PURE, PAIR[0]], [PURE], "lxml 6.1.1"),
        ([PAIR[0]], [PAIR[1].replace("6.1.1", "6.1.2")], "lxml 6.1.1, lxml 6.1.2"),
        (["lxml-6.1.1.tar.gz"], [], "lxml-6.1.1.tar.gz is not the name of a wheel"),
    ],
)
def test_what_cannot_be_joined(arm64: list[str], x86_64: list[str], said: str) -> None:
    """Named, before anything is installed."""
    with pytest.raises(ValueError, match=said):
        universal2.plan(arm64, x86_64)


@pytest.mark.skipif(sys.platform == "darwin", reason="there it does its work")
def test_elsewhere_it_says_what_it_needs() -> None:
    """And touches nothing."""
    command = (sys.executable, str(HERE / "universal2.py"), "--wheels", "/nonexistent/wheels")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "needs macOS" in done.stderr) == (1, True)
