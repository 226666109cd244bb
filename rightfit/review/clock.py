"""What the clock does to a log by itself: lay answers open, remind, end, ask for a pulse.

Pure: the time is an argument. Whoever runs it appends one step at a time by compare-and-set
and asks again, so that several processes at once do each step once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rightfit.review import consider, pact
from rightfit.review.events import Entry, Event


def due(log: Sequence[Entry], now: datetime) -> Event | None:
    """The step that is to be taken next, if its time has come; the earliest one first."""
    ready = [step for step in _steps(log) if step[0] <= now]
    return min(ready, key=lambda step: step[0])[1] if ready else None


def wakes_at(log: Sequence[Entry]) -> datetime | None:
    """When to look at the log again; null where the clock does nothing to it any more."""
    return min((when for when, _ in _steps(log)), default=None)


def _steps(log: Sequence[Entry]) -> list[tuple[datetime, Event]]:
    return [*consider.steps(log), *pact.steps(log)]
