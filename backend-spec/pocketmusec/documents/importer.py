"""Imports uploaded PDFs one after the other in a worker process; all of a document gets into the library, or nothing."""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Any

from pocketmusec.documents import worker as workers
from pocketmusec.documents.document import Document, Failure
from pocketmusec.documents.shelf import Shelf
from pocketmusec.documents.uploads import Upload
from pocketmusec.documents.worker import Worker, WorkerDiedError
from pocketmusec.store import Database, ImportedDocument, Record, Unread, documents

log = logging.getLogger(__name__)

PROGRESS_EVERY_S = 0.1
TOO_COMPLEX = Failure(
    "too-complex", "This PDF is too complex to read within the limits of time and memory. Split it into smaller parts."
)
DIED = Failure("worker-died", "Reading this PDF ended unexpectedly. Add it again; if it ends again, print it to a new PDF first.")
CANCELLED = Failure("cancelled", "The import was cancelled.")
NOT_STORED = Failure("worker-died", "The library could not be written. Make room on the disk, then add the PDF again.")


@dataclass(frozen=True)
class Limits:
    """How long a page and a document may take, and how long an idle worker stays warm."""

    page_s: float = 60
    document_s: float = 900
    idle_s: float = 60


@dataclass
class Job:
    """An import that waits or runs."""

    document: Document
    upload: Upload
    committing: bool = False
    told_at: float = 0.0
    records: list[Record] = field(default_factory=list)


class ImportFailedError(Exception):
    """The worker could not make anything of the document."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code)
        self.failure = failure


class Importer:
    """Used from the event loop only."""

    def __init__(self, db: Database, shelf: Shelf, limits: Limits | None = None, argv: list[str] | None = None) -> None:
        self._db = db
        self._shelf = shelf
        self._limits = limits or Limits()
        self._argv = argv or workers.command()
        self._turn = asyncio.Lock()
        self._jobs: dict[str, tuple[Job, asyncio.Task[None]]] = {}
        self._worker: Worker | None = None
        self._starting = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._background: set[asyncio.Task[Any]] = set()

    def warm_up(self) -> None:
        """An upload has begun: have the worker load its libraries meanwhile."""
        self._in_background(self._ready_worker())

    def begin(self, document: Document, upload: Upload) -> None:
        """Queue the import of `upload`; its file is removed in the end, whatever comes."""
        self._shelf.put(document)
        job = Job(document, upload)
        self._jobs[document.id] = job, asyncio.create_task(self._run(job))

    async def cancel(self, document_id: str) -> None:
        """End the import of this document if there is one. One that is being committed is waited for instead."""
        if document_id not in self._jobs:
            return
        job, task = self._jobs[document_id]
        if not job.committing:
            task.cancel()
        await asyncio.wait([task])

    async def stop(self) -> None:
        """End all imports and the worker."""
        for document_id in list(self._jobs):
            await self.cancel(document_id)
        for task in self._background:
            task.cancel()
        await self._drop_worker()

    async def _run(self, job: Job) -> None:
        document = job.document
        try:
            async with self._turn:
                document.state = "importing"
                self._shelf.changed(document)
                await self._import(job)
        except asyncio.CancelledError:
            # whatever the worker was doing is worth nothing now
            self._fail(document, CANCELLED)
        except ImportFailedError as error:
            self._fail(document, error.failure)
        except Exception:
            log.exception("import of %s failed", document.id)
            self._fail(document, NOT_STORED if job.committing else DIED)
        finally:
            job.upload.path.unlink(missing_ok=True)
            del self._jobs[document.id]

    async def _import(self, job: Job) -> None:
        finished = None
        try:
            async with asyncio.timeout(self._limits.document_s):
                worker = await self._ready_worker()
                async for message in worker.read(job.upload.path, job.upload.format, self._limits.page_s):
                    finished = self._hear(job, message)
        except TimeoutError as error:
            raise ImportFailedError(TOO_COMPLEX) from error
        except WorkerDiedError as error:
            raise ImportFailedError(DIED) from error
        finally:
            if finished is None or finished["type"] == "failed":
                await self._drop_worker()
            else:
                self._keep_warm()
        if finished is None:
            raise ImportFailedError(DIED)
        if finished["type"] == "failed":
            raise ImportFailedError(Failure(finished["code"], finished["detail"]))
        await self._commit(job, tuple(Unread(*values) for values in finished["unread"]))

    def _hear(self, job: Job, message: dict[str, Any]) -> dict[str, Any] | None:
        document = job.document
        match message["type"]:
            case "page":
                document.page, document.pages = message["page"], message["pages"]
                document.standards, document.objectives = message["standards"], message["objectives"]
                if time.monotonic() - job.told_at >= PROGRESS_EVERY_S:
                    job.told_at = time.monotonic()
                    self._shelf.changed(document)
            case "records":
                job.records += [Record(*values) for values in message["records"]]
            case "done" | "failed":
                return message
        return None

    async def _commit(self, job: Job, unread: tuple[Unread, ...]) -> None:
        job.committing = True
        document = job.document
        row = ImportedDocument(
            document.id,
            document.name,
            document.format,
            document.size,
            document.sha256,
            document.pages or 0,
            unread,
            document.added_at,
        )
        replaced = await asyncio.to_thread(documents.add, self._db, row, job.records)
        document.standards = sum(record.kind == "standard" for record in job.records)
        document.objectives = len(job.records) - document.standards
        document.unread = unread
        document.state = "imported"
        self._shelf.stored(document, replaced)
        log.info("imported %s: %d pages, %d records", document.id, document.pages, len(job.records))

    def _fail(self, document: Document, failure: Failure) -> None:
        document.state, document.error = "failed", failure
        document.standards = document.objectives = 0
        self._shelf.changed(document)
        log.warning("import of %s failed: %s", document.id, failure.code)

    async def _ready_worker(self) -> Worker:
        async with self._starting:
            if self._idle is not None:
                self._idle.cancel()
                self._idle = None
            if self._worker is None or not self._worker.alive:
                self._worker = await Worker.start(self._argv)
            if not self._turn.locked():
                self._keep_warm()
            return self._worker

    def _keep_warm(self) -> None:
        loop = asyncio.get_running_loop()
        if self._idle is not None:
            self._idle.cancel()
        self._idle = loop.call_later(self._limits.idle_s, lambda: self._in_background(self._drop_worker()))

    async def _drop_worker(self) -> None:
        worker, self._worker = self._worker, None
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if worker is not None:
            await worker.kill()

    def _in_background(self, work: Any) -> None:  # noqa: ANN401
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
