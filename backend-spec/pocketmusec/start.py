"""The order of starting: descriptors, signals, guard, socket, database, and only then the heavy imports."""

import os
import sys

from pocketmusec import command, exits, job, settings
from pocketmusec.descriptors import close_inherited
from pocketmusec.exits import RefusalError
from pocketmusec.lifetime import SIGKILL, Stopping, die_with_parent, on_signals, on_stdin_end


def main(argv: list[str]) -> None:
    """Run what `argv` asks for; never returns."""
    close_inherited()
    try:
        asked = command.parse(argv)
        if asked.mode == "guard":
            from pocketmusec import guard

            guard.run_guest(asked.guest)
        elif asked.mode == "worker":
            from pocketmusec.standards import worker

            worker.main()
        else:
            _serve(asked)
    except RefusalError as refusal:
        _say(refusal.message)
        _leave(refusal.code)
    _leave(exits.OK)


def _serve(asked: command.Command) -> None:
    desktop = asked.mode == "desktop" and os.environ.get("ELECTRON_MODE", "").lower() == "true"
    stopping = Stopping()
    on_signals(stopping)
    found = settings.read(os.environ, asked.port, desktop=desktop)
    if desktop:
        # what a teacher's library holds is nobody else's business on a shared machine
        os.umask(0o077)
        parent = os.environ.pop("POCKETMUSEC_PARENT_PID", "")
        if os.environ.pop("POCKETMUSEC_WARDEN", "") == "1":
            from pocketmusec import guard

            parent = guard.stand_guard(parent)
        die_with_parent(SIGKILL, parent)
        job.take_descendants_along()
        on_stdin_end(stopping)
    from pocketmusec import listening, logs, unpacked

    logs.dump_stacks_to()
    sock = listening.listen(found.port)
    logs.set_up(found.log_path, desktop=desktop)
    unpacked.sweep()
    from pocketmusec import server

    server.run(found, sock, stopping)


def _say(message: str) -> None:
    # the app keeps the tail of stderr for its dialog; a broken pipe must not change the exit code
    try:
        sys.stderr.write(f"pocketmusec: {message}\n")
        sys.stderr.flush()
    except OSError:
        pass


def _leave(code: int) -> None:
    # not sys.exit: it would wait for threads, a stuck one included
    os._exit(code)
