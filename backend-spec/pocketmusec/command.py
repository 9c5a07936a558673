"""The command line, read by hand because argparse would cost start-up time on every launch."""

from dataclasses import dataclass

from pocketmusec.exits import BAD_CONFIGURATION, RefusalError

USAGE = "usage: main --port N | serve [--port N] | --worker | --guard -- COMMAND..."
WEB_PORT = 8080
LAST_PORT = 65535


@dataclass(frozen=True)
class Command:
    """What was asked for: `mode` is one of desktop, web, worker, guard."""

    mode: str
    port: int = 0
    guest: tuple[str, ...] = ()


def parse(argv: list[str]) -> Command:
    """Read `argv` without the program's name; anything unknown is a RefusalError with the usage line."""
    if argv and argv[0] == "--worker":
        return Command("worker")
    if argv and argv[0] == "--guard":
        rest = argv[1:]
        if len(rest) < 2 or rest[0] != "--":  # noqa: PLR2004
            raise RefusalError(BAD_CONFIGURATION, f"--guard needs a command. {USAGE}")
        return Command("guard", guest=tuple(rest[1:]))
    mode, rest = ("web", argv[1:]) if argv and argv[0] == "serve" else ("desktop", argv)
    return Command(mode, port=_port(rest, WEB_PORT if mode == "web" else None))


def _port(argv: list[str], default: int | None) -> int:
    if not argv and default is not None:
        return default
    pair = argv[0].split("=", 1) if len(argv) == 1 else argv
    if len(pair) != 2 or pair[0] != "--port":  # noqa: PLR2004
        raise RefusalError(BAD_CONFIGURATION, f"Unknown or missing argument. {USAGE}")
    value = pair[1]
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= LAST_PORT:
        raise RefusalError(BAD_CONFIGURATION, f"--port must be a number from 1 to {LAST_PORT}, found {value!r}.")
    return int(value)
