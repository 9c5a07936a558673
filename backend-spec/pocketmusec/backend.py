"""The parts of the running backend, as routes get them."""

import time
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from pocketmusec.documents.events import Events
from pocketmusec.documents.importer import Importer
from pocketmusec.documents.shelf import Shelf
from pocketmusec.images.album import Album
from pocketmusec.lifetime import Stopping
from pocketmusec.settings import Settings
from pocketmusec.store import Database


@dataclass(frozen=True)
class Backend:
    """Made once in `server`; one per process."""

    settings: Settings
    db: Database
    events: Events
    shelf: Shelf
    importer: Importer
    album: Album
    stopping: Stopping
    started_at: float = field(default_factory=time.monotonic)


def _of(connection: HTTPConnection) -> Backend:
    backend: Backend = connection.app.state.backend
    return backend


TheBackend = Annotated[Backend, Depends(_of)]
