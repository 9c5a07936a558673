"""The present, as the library keeps it."""

from datetime import UTC, datetime, timedelta


def now() -> str:
    """ISO 8601 in UTC: sorts as text, to the microsecond, so that two uploads keep their order."""
    return ago(0)


def ago(seconds: float) -> str:
    """A moment before now, in the same form."""
    moment = datetime.now(UTC) - timedelta(seconds=seconds)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
