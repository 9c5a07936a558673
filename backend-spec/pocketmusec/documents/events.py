"""Tells every connected page what happens to documents."""

import asyncio
from typing import Any

# a page that does not read this many events is gone or hung; it gets the whole state when it comes back
QUEUE_SIZE = 1000

Event = dict[str, Any]


class Events:
    """Fan-out within the event loop; None in a subscriber's queue means that it fell behind and must go."""

    def __init__(self) -> None:
        self._subscribers: set[asyncio.Queue[Event | None]] = set()

    def subscribe(self) -> asyncio.Queue[Event | None]:
        """A queue that gets all events from now on."""
        subscriber: asyncio.Queue[Event | None] = asyncio.Queue(QUEUE_SIZE)
        self._subscribers.add(subscriber)
        return subscriber

    def unsubscribe(self, subscriber: asyncio.Queue[Event | None]) -> None:
        """No more events for this one."""
        self._subscribers.discard(subscriber)

    def publish(self, event: Event) -> None:
        """Hand the event to all, waiting for none."""
        for subscriber in list(self._subscribers):
            if subscriber.full():
                self.unsubscribe(subscriber)
                subscriber.get_nowait()
                subscriber.put_nowait(None)
            else:
                subscriber.put_nowait(event)
