"""Logs for tests: events in order, by whom and when."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from rightfit.review.clock import due
from rightfit.review.events import (
    BY_CLIENT,
    BY_SYSTEM,
    ConsiderAnswered,
    ConsiderOpened,
    Entry,
    Event,
    by_coach,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
COACH = by_coach("maren")


class Log:
    """A log that is written onto; ``now`` goes on only when told."""

    def __init__(self) -> None:
        self.entries: tuple[Entry, ...] = ()
        self.now = NOW

    def write(self, event: Event, by: str = COACH) -> Log:
        side = getattr(event, "side", None)
        by = BY_CLIENT if side == "client" else by
        self.entries += (Entry(len(self.entries) + 1, self.now, by, event),)
        return self

    def wait(self, **time: float) -> Log:
        """Let time pass; the clock does what is due, each step at its own hour."""
        self.now += timedelta(**time)
        while (event := due(self.entries, self.now)) is not None:
            self.write(event, BY_SYSTEM)
        return self

    def opens(self, pause_hours: int = 24, sessions: int = 3) -> Log:
        until = self.now + timedelta(hours=pause_hours, days=14)
        text = "There is something that you should know."
        return self.write(ConsiderOpened(text, "own_stake", pause_hours, until, sessions))

    def answers(self, coach: str | None = None, client: str | None = None) -> Log:
        for side, answer in (("coach", coach), ("client", client)):
            if answer:
                self.write(ConsiderAnswered(side, answer))  # type: ignore[arg-type]
        return self

    def kinds(self) -> list[str]:
        return [type(entry.event).__name__ for entry in self.entries]
