"""Times as they come out of a database."""

from __future__ import annotations

from datetime import datetime, timezone


def as_utc(value: datetime) -> datetime:
    """A time as read from the database; SQLite forgets the time zone."""
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)
