"""A root folder with a frozen backend in it and hardly anything else: no Python, no shell, no libraries but the base system's."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

# what every Linux with this C library has (zlib, as its package manager needs it); all else must come with the backend
BASE = re.compile(r"^(ld-linux[\w-]*|lib(c|m|dl|pthread|rt|util|resolv|z))\.so(\.\d+)*$")
APP = "app"
DATA = "data"
# where paths that were not given would end up
NO_SUCH_PATH = {"PATH": "/nonexistent", "HOME": "/nonexistent"}


def make(root: Path, executable: Path, libraries_of: Path) -> tuple[str, ...]:
    """Fill `root`; returns the command that runs the backend there. `libraries_of`: the folder form, to see what both link to."""
    needed = _needed(libraries_of)
    foreign = {path.name for path in needed if not BASE.match(path.name)}
    assert not foreign, f"these libraries must come with the backend: {', '.join(sorted(foreign))}"
    if executable.parent == libraries_of:
        shutil.copytree(executable.parent, root / APP, symlinks=True)
    else:
        (root / APP).mkdir(parents=True)
        shutil.copy2(executable, root / APP)
    for path in needed:
        target = root / path.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path.resolve(), target)
    for name in ("dev", "tmp", DATA):
        (root / name).mkdir()
    _device(root / "dev" / "null")
    return (*enter(root), f"/{APP}/{executable.name}")


def enter(root: Path) -> tuple[str, ...]:
    """The command that runs another one in `root`; skips where nobody but root may, and we are not."""
    chroot, unshare = (shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") for name in ("chroot", "unshare"))
    if os.geteuid() == 0 and chroot:
        return (chroot, str(root))
    if unshare and subprocess.run((unshare, "--map-root-user", "true"), capture_output=True, check=False).returncode == 0:
        return (unshare, "--map-root-user", f"--root={root}")
    pytest.skip("not root, and this system lets nobody else change the root: that it runs without Python is not shown here")


def environment() -> dict[str, str]:
    """Paths as they are in there."""
    return {
        **NO_SUCH_PATH,
        "DATABASE_PATH": f"/{DATA}/pocket_musec.db",
        "IMAGE_STORAGE_PATH": f"/{DATA}/images",
        "LOG_PATH": f"/{DATA}/logs/backend.log",
        "POCKETMUSEC_USER_DATA": f"/{DATA}",
    }


def _needed(folder: Path) -> set[Path]:
    """Every library outside of `folder` that something in it links to, the loader included."""
    programs = [path for path in folder.rglob("*") if path.is_file() and path.read_bytes()[:4] == b"\x7fELF"]
    assert programs, f"no programs in {folder}"
    found: set[Path] = set()
    for program in programs:
        done = subprocess.run(
            ("ldd", str(program)),
            # the executable has only itself when it starts; it lets what it loads look in its folder
            env={"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": "" if program.parent == folder else str(folder / "_internal")},
            capture_output=True,
            text=True,
            check=False,
        )
        found |= {Path(path) for path in re.findall(r"(?:=> |^\s*)(/\S+) \(0x", done.stdout, re.MULTILINE)}
        missing = re.findall(r"(\S+) => not found", done.stdout)
        assert not missing, f"{program.name} needs {', '.join(missing)}"
    return {path for path in found if not path.is_relative_to(folder)}


def _device(path: Path) -> None:
    if sys.platform != "linux":
        return
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except OSError:
        # without the right to make devices a file has to do
        path.touch()
