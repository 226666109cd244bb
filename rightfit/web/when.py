"""Times in words, in the practice's time zone."""

from __future__ import annotations

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from markupsafe import Markup

_STEPS = ((60, "minute"), (60, "hour"), (24, "day"), (7, "week"), (52 / 12, "month"), (12, "year"))


def on_day(at: datetime, now: datetime, zone: str, since: datetime | None = None) -> str:
    """Such as ``Fri 14 March, 09:12``; with the year where it is another one than now.

    Only ``09:12`` where that is on the same day as ``since``.
    """
    there, here = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    clock = f"{there:%H:%M}"
    if since is not None and since.astimezone(ZoneInfo(zone)).date() == there.date():
        return clock
    year = f" {there.year}" if there.year != here.year else ""
    return f"{there:%a} {there.day} {there:%B}{year}, {clock}"


def ago(at: datetime, now: datetime) -> str:
    """Such as ``3 hours ago``, rounded down; ``just now`` within a minute."""
    passed, unit = max((now - at).total_seconds(), 0.0), ""
    for size, larger in _STEPS:
        if passed < size:
            break
        passed, unit = passed / size, larger
    if not unit:
        return "just now"
    count = int(passed)
    return f"{count} {unit}{'' if count == 1 else 's'} ago"


def as_time(
    at: datetime,
    now: datetime,
    zone: str,
    *,
    since: datetime | None = None,
    how_long: bool = False,
) -> Markup:
    """A ``time`` element with the day, and with how long ago it is if asked for."""
    words = on_day(at, now, zone, since) + (f" ({ago(at, now)})" if how_long else "")
    utc = at.astimezone(timezone.utc).isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}</time>').format(utc, words)
