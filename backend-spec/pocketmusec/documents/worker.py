"""The backend's side of the worker process that reads PDFs: start it, ask it, kill it."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

# one line holds up to 200 records
LINE_LIMIT = 16 * 2**20


class WorkerDiedError(Exception):
    """The worker ended, or said something that is not of the protocol."""


def command() -> list[str]:
    """How to start a worker of this very executable."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--worker"]
    return [sys.executable, "-m", "pocketmusec", "--worker"]


def environment() -> dict[str, str]:
    """Ours, plus where the package is, whatever folder we were started in."""
    package_root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [package_root, os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, "POCKETMUSEC_PARENT_PID": str(os.getpid())}


class Worker:
    """One worker process; reads one document at a time, and stays warm between them."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, argv: list[str]) -> "Worker":
        """Spawn it. From the event loop's thread, as the kernel ends it with the thread that spawned it."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, env=environment(), limit=LINE_LIMIT)
        return cls(process)

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended, as far as we heard."""
        return self._process.returncode is None

    async def read(self, path: Path, format_: str, page_s: float) -> AsyncGenerator[dict[str, Any], None]:
        """What the worker says about the document at `path`, line by line to the last.

        TimeoutError after `page_s` without a word, WorkerDiedError when it ends early.
        """
        assert self._process.stdin is not None  # noqa: S101
        assert self._process.stdout is not None  # noqa: S101
        try:
            self._process.stdin.write(json.dumps({"path": str(path), "format": format_}).encode() + b"\n")
            await self._process.stdin.drain()
            while True:
                async with asyncio.timeout(page_s):
                    line = await self._process.stdout.readline()
                if not line.endswith(b"\n"):
                    raise WorkerDiedError
                message = json.loads(line)
                yield message
                if message["type"] in ("done", "failed"):
                    return
        except (ConnectionError, ValueError, KeyError) as error:
            raise WorkerDiedError from error

    async def kill(self) -> None:
        """End it now and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
