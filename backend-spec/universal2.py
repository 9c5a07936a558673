"""macOS: installs the backend's packages for both kinds of Mac at once, for a `universal2` executable. Configured, not yet run.

    .venv/bin/python backend-spec/universal2.py --wheels .build/wheels

Run it with python.org's Python, which is universal2 itself, in the environment that build.py freezes. A package that has no
universal2 wheel is taken for arm64 and for x86_64, each checked by its hash, and the two are joined.
"""

import argparse
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
# pip takes wheels for this and for every earlier macOS
OLDEST_MACOS = "macosx_14_0"
ARCHITECTURES = ("arm64", "x86_64")
WHEEL = re.compile(r"(?P<package>[^-]+)-(?P<version>[^-]+)(-\d[^-]*)?-(?P<python>[^-]+)-(?P<abi>[^-]+)-(?P<platform>[^-]+)\.whl")


@dataclass(frozen=True)
class Plan:
    """Wheels that serve both kinds of Mac as they are, and pairs (arm64, x86_64) to be joined."""

    whole: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


def plan(arm64: Iterable[str], x86_64: Iterable[str]) -> Plan:
    """What to do with the wheels that were found for each; ValueError for a package that only one of them has."""
    found = [{_package(name): name for name in names} for names in (arm64, x86_64)]
    ours, theirs = found
    lonely = sorted(set(ours) ^ set(theirs))
    if lonely:
        raise ValueError(f"these have a wheel for one kind of Mac only: {', '.join(lonely)}")
    # pip prefers a wheel made for the one kind where there is one for both, too
    serving = {key: next((name for name in (ours[key], theirs[key]) if _serves_both(name)), None) for key in ours}
    whole = tuple(sorted(name for name in serving.values() if name is not None))
    return Plan(whole, tuple((ours[key], theirs[key]) for key in sorted(ours) if serving[key] is None))


def _serves_both(name: str) -> bool:
    return name.endswith(("-any.whl", "_universal2.whl"))


def _package(name: str) -> str:
    match = WHEEL.fullmatch(name)
    if match is None:
        raise ValueError(f"{name} is not the name of a wheel")
    return f"{match['package'].lower()} {match['version']}"


def main() -> int:
    """Download, join, install; 0 if all went well."""
    parser = argparse.ArgumentParser(description="Install the backend's packages as universal2.")
    parser.add_argument("--wheels", type=Path, required=True, help="a folder of ours: it is made anew")
    wheels: Path = parser.parse_args().wheels.resolve()
    platform = sysconfig.get_platform()
    if not re.fullmatch("macosx-.*-universal2", platform):
        print(f"universal2.py: found {platform}; it needs macOS and python.org's universal2 Python", file=sys.stderr)
        return 1
    shutil.rmtree(wheels, ignore_errors=True)
    for architecture in ARCHITECTURES:
        download(architecture, wheels / architecture)
    todo = plan(*([path.name for path in (wheels / architecture).glob("*.whl")] for architecture in ARCHITECTURES))
    out = wheels / "universal2"
    out.mkdir()
    for name in todo.whole:
        shutil.copy2(next(wheels.glob(f"*/{name}")), out)
    for arm64, x86_64 in todo.pairs:
        print(f"joining {arm64} and {x86_64}", flush=True)
        _run("delocate-merge", str(wheels / "arm64" / arm64), str(wheels / "x86_64" / x86_64), "-w", str(out))
    _run(sys.executable, *PIP, "install", "--force-reinstall", "--no-deps", "--no-index", *map(str, sorted(out.glob("*.whl"))))
    print(f"{len(todo.whole)} packages as they are, {len(todo.pairs)} joined", flush=True)
    return 0


PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")


def download(architecture: str, folder: Path) -> None:
    """Every pinned package of the runtime, for one kind of Mac, checked by hash; pins for macOS alone count there alone."""
    _run(
        *(sys.executable, *PIP, "download", "--quiet", "--require-hashes", "--no-deps", "--only-binary=:all:"),
        *("--platform", f"{OLDEST_MACOS}_{architecture}", "--python-version", f"{sys.version_info[0]}.{sys.version_info[1]}"),
        *("--dest", str(folder), "--requirement", str(HERE / "requirements.txt")),
    )


def _run(program: str, *arguments: str) -> None:
    # where it is looked for first: beside the Python that runs this
    beside = Path(sys.executable).parent / program
    subprocess.run((str(beside) if beside.exists() else program, *arguments), check=True)


if __name__ == "__main__":
    sys.exit(main())
