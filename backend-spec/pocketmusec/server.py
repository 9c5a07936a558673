"""Runs the application until it is told to stop, then ends it in order: requests, imports, database, process."""

import asyncio
import contextlib
import logging
import os
import socket
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pocketmusec import exits, imports
from pocketmusec.exits import RefusalError
from pocketmusec.lifetime import Stopping
from pocketmusec.settings import Settings
from pocketmusec.store import Database, open_database

if TYPE_CHECKING:
    from pocketmusec.images.album import Album

log = logging.getLogger(__name__)

GRACE_S = 3.0
POLL_S = 0.01


def run(settings: Settings, sock: socket.socket, stopping: Stopping) -> NoReturn:
    """Serve on `sock`; leaves the process with its exit code."""
    try:
        # before the heavy imports: a library that is refused is refused at once
        db = open_database(settings.database_path)
        _make_folder(settings.image_path)
    except RefusalError as refusal:
        log.error("%s", refusal.message)  # noqa: TRY400
        raise
    try:
        asyncio.run(_serve(settings, sock, stopping, db))
    except Exception as error:  # noqa: BLE001
        log.critical("the backend failed: %r", error)
        # the app keeps the tail of stderr as the evidence of a crash, and writes it to the same log
        with contextlib.suppress(OSError):
            traceback.print_exc()
    _leave(exits.FAILURE, db)


def _leave(code: int, db: Database) -> NoReturn:
    db.close()
    logging.shutdown()
    # threads with requests that overran the grace period are still there; returning would wait for them
    os._exit(code)


async def _serve(settings: Settings, sock: socket.socket, stopping: Stopping, db: Database) -> None:
    with imports.heavy():
        import uvicorn

        from pocketmusec import app
        from pocketmusec.backend import Backend
        from pocketmusec.connections import Connection
        from pocketmusec.documents import uploads
        from pocketmusec.documents.events import Events
        from pocketmusec.documents.importer import Importer
        from pocketmusec.documents.shelf import Shelf
        from pocketmusec.images.album import Album
        from pocketmusec.images.storage import Storage

    class Server(uvicorn.Server):
        """Uvicorn with our own end: by an event instead of ten ticks a second, and without raising signals again."""

        def __init__(self, config: uvicorn.Config) -> None:
            super().__init__(config)
            self.end = asyncio.Event()

        def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
            return contextlib.nullcontext()

        async def main_loop(self) -> None:
            await self.end.wait()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            log.info("stopping: %s", stopping.why)
            for listener in self.servers:
                listener.close()
            for listening in sockets or []:
                listening.close()
            for connection in list(self.server_state.connections):
                # a page that leaves in this very turn has said its goodbye; uvicorn would fail at a second one
                if not connection.transport.is_closing():
                    connection.shutdown()
            await backend.importer.stop()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GRACE_S):
                    while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 # uvicorn has no event
                        await asyncio.sleep(POLL_S)

    events = Events()
    shelf = Shelf(db, events)
    album = Album(db, Storage(settings.image_path))
    backend = Backend(settings, db, events, shelf, Importer(db, shelf), album, stopping)
    uploads.sweep(Path(settings.uploads_path))
    with imports.heavy():
        application = app.build(backend)
    config = uvicorn.Config(
        application,
        http=Connection,
        loop="asyncio",
        ws="wsproto",
        ws_max_size=64 * 1024,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
    )
    server = Server(config)
    loop = asyncio.get_running_loop()
    stopping.attach(lambda: _wake(loop, server.end))
    log.info("serving on port %d as process %d", settings.port, os.getpid())
    loop.run_in_executor(None, _sweep_images, album)
    await server.serve(sockets=[sock])
    log.info("stopped: %s", stopping.why)
    # from within the loop: its own end would cancel what overran, and uvicorn would answer that with 500
    _leave(exits.OK, db)


def _wake(loop: asyncio.AbstractEventLoop, end: asyncio.Event) -> None:
    # from a signal handler or a thread; a loop that is closed has ended already
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(end.set)


def _sweep_images(album: "Album") -> None:
    # in a thread, beside the first requests: nobody waits for it
    try:
        removed = album.sweep()
    except Exception:
        log.exception("the folder of images was not swept")
    else:
        log.info("swept %d images that nothing shows", removed)


def _make_folder(path: str) -> None:
    try:
        os.makedirs(path, exist_ok=True)  # noqa: PTH103
    except OSError as error:
        raise RefusalError(exits.CANNOT_WRITE, f"The folder {path} cannot be made: {error.strerror}.") from error
