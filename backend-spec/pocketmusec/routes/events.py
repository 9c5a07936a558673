"""The WebSocket that tells a page what happens to documents."""

import asyncio

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from pocketmusec.backend import TheBackend
from pocketmusec.documents.events import Event

routes = APIRouter()

TRY_AGAIN_LATER = 1013


@routes.websocket("/api/events")
async def events(socket: WebSocket, backend: TheBackend) -> None:
    """First all documents, then each change."""
    await socket.accept()
    # subscribed before the list is read: a change meanwhile comes twice rather than not at all
    queue = backend.events.subscribe()
    gone = asyncio.create_task(_until_gone(socket))
    try:
        documents = await backend.shelf.all()
        await socket.send_json({"type": "documents", "documents": [document.as_json() for document in documents]})
        await _forward(queue, socket, gone)
    except WebSocketDisconnect:
        pass
    finally:
        backend.events.unsubscribe(queue)
        gone.cancel()


async def _forward(queue: asyncio.Queue[Event | None], socket: WebSocket, gone: asyncio.Task[None]) -> None:
    while True:
        following = asyncio.create_task(queue.get())
        await asyncio.wait([following, gone], return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            following.cancel()
            return
        event = following.result()
        if event is None:
            await socket.close(TRY_AGAIN_LATER, "too slow")
            return
        await socket.send_json(event)


async def _until_gone(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass  # pages have nothing to say here
