"""What the environment says: paths, token, generation; the token leaves the environment as it is read."""

import os
from collections.abc import MutableMapping
from dataclasses import dataclass, field

from pocketmusec.exits import BAD_CONFIGURATION, RefusalError


@dataclass(frozen=True)
class Settings:
    """Where the backend keeps things, and whom it answers. `token` is "" in web mode without one."""

    desktop: bool
    port: int
    database_path: str
    image_path: str
    log_path: str
    # for files on their way in; everything in it is temporary
    uploads_path: str
    generation: str = ""
    origin: str = ""
    # repr=False: settings end up in log lines, the token must not
    token: str = field(default="", repr=False)


def read(environ: MutableMapping[str, str], port: int, *, desktop: bool) -> Settings:
    """Build Settings from `environ`, from which POCKETMUSEC_TOKEN is removed so that no child inherits it."""
    token = environ.pop("POCKETMUSEC_TOKEN", "").strip()
    if desktop and not token:
        raise RefusalError(BAD_CONFIGURATION, "POCKETMUSEC_TOKEN is missing: the app must give its backend a token.")
    user_data = environ.get("POCKETMUSEC_USER_DATA", "")
    database = environ.get("DATABASE_PATH", "")
    if not database:
        if desktop and not user_data:
            raise RefusalError(BAD_CONFIGURATION, "Neither DATABASE_PATH nor POCKETMUSEC_USER_DATA is set.")
        database = os.path.join(user_data, "pocket_musec.db")  # noqa: PTH118
    database = os.path.abspath(database)  # noqa: PTH100
    home = os.path.abspath(user_data) if user_data else os.path.dirname(database)  # noqa: PTH100, PTH120
    return Settings(
        desktop=desktop,
        port=port,
        database_path=database,
        image_path=environ.get("IMAGE_STORAGE_PATH") or os.path.join(home, "images"),  # noqa: PTH118
        log_path=environ.get("LOG_PATH") or os.path.join(home, "logs", "backend.log"),  # noqa: PTH118
        uploads_path=environ.get("UPLOADS_PATH") or os.path.join(os.path.dirname(database), "uploads"),  # noqa: PTH118, PTH120
        generation=environ.get("POCKETMUSEC_GENERATION", ""),
        origin=environ.get("POCKETMUSEC_ORIGIN", ""),
        token=token,
    )
