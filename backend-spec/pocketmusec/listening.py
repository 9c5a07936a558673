"""The listening socket, bound before anything heavy is imported: the kernel queues requests meanwhile."""

import errno
import socket
import sys

from pocketmusec.exits import BAD_CONFIGURATION, PORT_TAKEN, RefusalError

BACKLOG = 128


def listen(port: int) -> socket.socket:
    """Listen on 127.0.0.1:`port`, or raise RefusalError(PORT_TAKEN)."""
    # the protocol is named, since only then asyncio switches Nagle's algorithm off; with it each answer waits 40 ms
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":
            # there SO_REUSEADDR would let us steal a port that somebody listens on
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # connections of the former generation in TIME_WAIT must not look like a taken port; a listener still does
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", port))
        # a stranger that is bound but not yet listening shows only here
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise RefusalError(PORT_TAKEN, f"Port {port} is taken.") from error
        raise RefusalError(BAD_CONFIGURATION, f"Cannot listen on port {port}: {error.strerror}.") from error
    sock.setblocking(False)  # noqa: FBT003
    return sock
