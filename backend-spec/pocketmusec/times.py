"""The present, as the library keeps it."""

from datetime import UTC, datetime


def now() -> str:
    """ISO 8601 in UTC: sorts as text, to the microsecond, so that two uploads keep their order."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
