"""Connections as uvicorn has them, bounded in time and number, so that clients that say half a request cannot keep others out."""

import asyncio
import contextlib

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from pocketmusec.problems import MEDIA_TYPE, ProblemError

# from the connection, or from the first byte of the next request, to the end of the request's head
HEAD_S = 10.0
# without a byte of a body that is not whole
BODY_S = 30.0
# the app uses a dozen; well below the usual limit of open files
MAX_CONNECTIONS = 256

NO_HTTP = ProblemError(400, "refused", "This is not a request that the backend can read.")


class Connection(H11Protocol):
    """One connection; `waiting_since` is when it began to wait for its client, in the loop's time, or None."""

    waiting_since: float | None = None
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client came; above the limit, the one that has been waited for longest goes."""
        super().connection_made(transport)
        self._wait(HEAD_S)
        if len(self.connections) > MAX_CONNECTIONS:
            waiting = [one for one in self.connections if isinstance(one, Connection) and one.waiting_since is not None]
            min(waiting, key=lambda one: one.waiting_since or 0).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone, by whatever way."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some of a request; what is not whole may take its time, but not for ever."""
        super().data_received(data)
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            self._wait(BODY_S)
        elif state is h11.IDLE and self.conn.our_state is h11.IDLE:
            # a head that dribbles in gets no more time by each byte
            if self.waiting_since is None:
                self._wait(HEAD_S)
        else:
            self._stop_waiting()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP as we answer everything."""
        del msg
        headers = [(b"content-type", MEDIA_TYPE.encode()), (b"connection", b"close")]
        # an answer may be half-way out already
        with contextlib.suppress(h11.LocalProtocolError):
            for event in (
                h11.Response(status_code=NO_HTTP.status, headers=headers),
                h11.Data(data=bytes(NO_HTTP.response().body)),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _wait(self, patience_s: float) -> None:
        self._stop_waiting()
        self.waiting_since = self.loop.time()
        self._patience = self.loop.call_later(patience_s, self._give_up, patience_s)

    def _stop_waiting(self) -> None:
        self.waiting_since = None
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self, patience_s: float) -> None:
        if self.flow.read_paused:
            # it is we who do not read
            self._wait(patience_s)
        else:
            self.transport.abort()
