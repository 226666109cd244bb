"""In which part of the list an intake stands for one coach, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

import msgspec

from rightfit.review.decisions import Position
from rightfit.review.events import (
    ConsiderAnswered,
    ConsiderReminded,
    Decided,
    Entry,
    FlagWeighed,
    NoteWritten,
    by_coach,
)

#: From top to bottom. Somebody in danger stands first, whatever was decided about fit.
Section = Literal["danger", "new", "waiting_for_me", "waiting_for_client", "unfinished", "decided"]
SECTIONS: tuple[Section, ...] = get_args(Section)
#: In these the one who has waited longest stands first; in the others, the latest.
_LONGEST_FIRST: tuple[Section, ...] = ("new", "waiting_for_me")

#: What others write and a coach's page does not show: of an answer in a consider round not even
#: that it is there.
_NOT_SHOWN = (ConsiderAnswered, ConsiderReminded, FlagWeighed, NoteWritten)

Unread = Literal["never_opened", "new_since"]


class Queued(msgspec.Struct, frozen=True):
    """One intake in the list: ``since`` is when it came to where it stands."""

    id: str
    section: Section
    since: datetime
    unread: Unread | None = None


def section_of(at: Position, *, sent: bool, danger: bool) -> Section:
    """The part of the list; ``danger`` that somebody may be in it, and no coach has met it."""
    if danger:
        return "danger"
    return at.place if sent else "unfinished"


def danger_met(log: Sequence[Entry], danger_at: datetime) -> bool:
    """Whether a coach has weighed the danger, or decided, since the client last showed it."""
    return any(
        entry.at > danger_at
        and (
            isinstance(entry.event, Decided)
            or (isinstance(entry.event, FlagWeighed) and entry.event.level == "urgent")
        )
        for entry in log
    )


def unread_by(
    coach: str, log: Sequence[Entry], read_to: tuple[int, int] | None, last_words: int
) -> Unread | None:
    """Whether there is something new for a coach.

    ``read_to`` are the last message and the last entry that they have had on screen, null
    where they never opened it; ``last_words`` is the client's last message. What a coach
    wrote themselves is not new to them.
    """
    if read_to is None:
        return "never_opened"
    message, entry = read_to
    by_others = any(
        each.seq > entry and each.by != by_coach(coach) and not isinstance(each.event, _NOT_SHOWN)
        for each in log
    )
    return "new_since" if last_words > message or by_others else None


def in_order(queued: Sequence[Queued]) -> list[Queued]:
    """The list from top to bottom."""

    def place(one: Queued) -> tuple[int, float]:
        stamp = one.since.timestamp()
        return SECTIONS.index(one.section), stamp if one.section in _LONGEST_FIRST else -stamp

    return sorted(queued, key=place)
