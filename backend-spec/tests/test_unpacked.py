"""What the single-file form leaves behind, removed by the next start, and nothing else."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pocketmusec import unpacked

HOLD = """
import sys
from pocketmusec import unpacked
sys._MEIPASS = sys.argv[1]
unpacked.sweep()
print("held", flush=True)
sys.stdin.read()
"""


def folder(parent: Path, name: str, *, marked: bool = True) -> Path:
    """An unpacked folder with something in it."""
    made = parent / name
    (made / "inner").mkdir(parents=True)
    (made / "inner" / "file").touch()
    if marked:
        (made / unpacked.LOCK).touch()
    return made


def test_what_killed_processes_left_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours that nobody uses. Ours in use, other programs', other names and files stay."""
    mine, left, used = (folder(tmp_path, f"_MEI{name}", marked=name != "mine") for name in ("mine", "left", "used"))
    stays = [mine, used, folder(tmp_path, "_MEIother", marked=False), folder(tmp_path, "other"), tmp_path / "_MEIfile"]
    stays[-1].touch()
    command = [sys.executable, "-c", HOLD, str(used)]
    holder = subprocess.Popen(command, cwd=Path(unpacked.__file__).parents[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    monkeypatch.setattr(sys, "_MEIPASS", str(mine), raising=False)
    unpacked.sweep()
    assert sorted(tmp_path.iterdir()) == sorted(stays)
    assert (used / "inner" / "file").exists()
    # killed outright: the system lets go of its lock
    holder.kill()
    holder.communicate()
    fcntl.flock(os.open(used / unpacked.LOCK, os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert not left.exists()


@pytest.mark.parametrize("name", ["", "_internal"])
def test_the_other_forms_sweep_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The source, and the folder form, whose files lie in `_internal`."""
    left = folder(tmp_path, "_MEIleft")
    if name:
        monkeypatch.setattr(sys, "_MEIPASS", str(folder(tmp_path, name, marked=False)), raising=False)
    unpacked.sweep()
    assert left.exists()
