"""The exit codes that the app reads, and the exception that carries one."""

OK = 0
FAILURE = 1
ORPHANED = 3
DATABASE_REFUSED = 65
CANNOT_WRITE = 73
BAD_CONFIGURATION = 78
PORT_TAKEN = 98


class RefusalError(Exception):
    """The backend cannot start; `code` tells the app whether a restart could help, `message` tells the teacher."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
