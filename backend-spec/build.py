"""Freezes the backend with PyInstaller into `main`: a folder by default, one file with --onefile.

    .venv/bin/python backend-spec/build.py --out .build/backend

The folder form gives OUT/main and OUT/_internal; both forms give OUT/build-manifest.json.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# what the requirements allow; the product aims at 80 MiB
MAX_BYTES = 200 * 10**6


def main() -> int:
    """Build, check the size, and put the result in place; 0 if all went well."""
    parser = argparse.ArgumentParser(description="Freeze the backend into `main`.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--onefile", action="store_true")
    asked = parser.parse_args()
    out: Path = asked.out.resolve()
    if out.exists() and any(out.iterdir()) and not (out / "build-manifest.json").exists():
        print(f"build.py: {out} holds something else than a former build; choose another folder", file=sys.stderr)
        return 1
    name = "main.exe" if sys.platform == "win32" else "main"
    with tempfile.TemporaryDirectory(prefix="pocketmusec-build-") as temporary:
        work = Path(temporary)
        print(f"[1/3] PyInstaller ({'single file' if asked.onefile else 'folder'}), about a minute", flush=True)
        if not _freeze(work, onefile=asked.onefile):
            return 1
        made = work / "dist" if asked.onefile else work / "dist" / "main"
        size = sum(path.lstat().st_size for path in made.rglob("*") if path.is_file())
        print(f"[2/3] {size / 2**20:.1f} MiB", flush=True)
        if size >= MAX_BYTES:
            print(f"build.py: {size} bytes are over the limit of {MAX_BYTES}: see EXCLUDED in main.spec", file=sys.stderr)
            return 1
        # the old one stays until the new one is whole
        shutil.rmtree(out, ignore_errors=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made, out)
    executable = out / name
    # the app refuses another executable than this one: whoever signs it has to do so before (configured, not yet run)
    manifest = {
        "form": "file" if asked.onefile else "folder",
        "executable": name,
        "size": executable.stat().st_size,
        "sha256": hashlib.sha256(executable.read_bytes()).hexdigest(),
        "total_size": size,
        "python": ".".join(str(part) for part in sys.version_info[:3]),
        "platform": sys.platform,
    }
    (out / "build-manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    print(f"[3/3] {executable}", flush=True)
    return 0


def _freeze(work: Path, *, onefile: bool) -> bool:
    log = work / "pyinstaller.log"
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN"]
    command += ["--distpath", str(work / "dist"), "--workpath", str(work / "work"), str(HERE / "main.spec")]
    environment = {
        **os.environ,
        "POCKETMUSEC_ONEFILE": "1" if onefile else "0",
        # reading beats unpacking at each start
        "PYINSTALLER_ZLIB_COMPRESSION_LEVEL": "0",
        "PYINSTALLER_CONFIG_DIR": str(work / "cache"),
        # same input, same bytes
        "PYTHONHASHSEED": "1",
        "SOURCE_DATE_EPOCH": "1767225600",
    }
    with log.open("wb") as out:
        done = subprocess.run(command, cwd=HERE, env=environment, stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        print(log.read_text(errors="replace")[-8000:], file=sys.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
