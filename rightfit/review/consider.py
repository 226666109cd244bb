"""The consider round: both sides answer separately, and hear of each other only together.

A fold over the log. The pause is everybody's: answers can be given and changed at any time,
but they are laid open when it is over and both are there, and not a minute sooner. Why: see
``docs/adr``, "The consider round".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from rightfit.review.events import (
    ConsiderAnswered,
    ConsiderChoice,
    ConsiderExpired,
    ConsiderOpened,
    ConsiderReminded,
    ConsiderRevealed,
    ConsiderWithdrawn,
    Decided,
    Entry,
    Event,
    PactBegun,
    Side,
    coach_of,
)

SIDES: tuple[Side, ...] = ("coach", "client")
ANSWERS: tuple[ConsiderChoice, ...] = ("go_on", "talk_first", "someone_else")

#: Hours. A day lets a first fright pass; after a week nobody remembers what it was about.
USUAL_PAUSE, LONGEST_PAUSE = 24, 7 * 24
#: Coaching sessions on trial: one is too few to tell, and the case that this was built for
#: showed itself "after a few".
USUAL_TRIAL, LONGEST_TRIAL = 3, 12
#: How long a round stays open after its pause, and how long two people have for their talk.
ANSWER_WITHIN, TALK_WITHIN = timedelta(days=14), timedelta(days=21)
#: One reminder once there was time to think, one before it is too late; no third.
FIRST_REMINDER, LAST_REMINDER = timedelta(days=3), timedelta(days=2)

#: A decision that ends a round as if the coach had taken it back.
_ENDS = ("proceed", "refer", "close")

Stage = Literal["first", "after_talk"]
#: go_on: both want to; part: not both; withdrawn, expired: the answers never lie open.
Outcome = Literal["go_on", "part", "withdrawn", "expired"]
#: Why an event may not follow; pages put each in words.
Fault = Literal["no_round", "over", "open_round", "not_offered", "sessions", "pause", "empty"]


class Laid(msgspec.Struct, frozen=True):
    """Two answers that lie open, and since when."""

    stage: Stage
    coach: ConsiderChoice
    client: ConsiderChoice
    at: datetime


class Round(msgspec.Struct, frozen=True):
    """The latest consider round of a log.

    ``answers`` are those of the present stage and closed to the other side; nothing but this
    module may look into them. ``laid`` are those that both have seen. ``since`` is when the
    present stage began, ``reminders`` how often each side was reminded in it.
    """

    opened: Entry
    told: ConsiderOpened
    stage: Stage
    since: datetime
    answers: Mapping[Side, ConsiderChoice] = {}
    reminders: Mapping[Side, int] = {}
    laid: tuple[Laid, ...] = ()
    outcome: Outcome | None = None
    ended_by: Side | None = None
    ended_at: datetime | None = None

    @property
    def coach(self) -> str | None:
        """The id of the coach who opened it."""
        return coach_of(self.opened.by)

    @property
    def quiet_until(self) -> datetime:
        """Nothing is laid open and nobody reminded before."""
        if self.stage == "after_talk":
            return self.since
        return self.opened.at + timedelta(hours=self.told.pause_hours)

    @property
    def expires_at(self) -> datetime:
        """When the present stage ends without both answers."""
        return self.told.expires_at if self.stage == "first" else self.since + TALK_WITHIN


class Seen(msgspec.Struct, frozen=True):
    """A round as one side may see it: the other's answer only among those that lie open.

    ``mine`` is null before it is given. ``pausing`` says that the pause is not over yet.
    """

    text: str
    coach: str | None
    opened_at: datetime
    stage: Stage
    offered: tuple[ConsiderChoice, ...]
    mine: ConsiderChoice | None
    quiet_until: datetime
    expires_at: datetime
    pausing: bool
    laid: tuple[Laid, ...]
    outcome: Outcome | None
    ended_by: Side | None
    ended_at: datetime | None
    sessions: int


def expiry(at: datetime, pause_hours: int) -> datetime:
    """When a round that is opened now ends by itself."""
    return at + timedelta(hours=pause_hours) + ANSWER_WITHIN


def round_of(log: Sequence[Entry]) -> Round | None:
    """The latest round, open or over; null where there was none."""
    found: Round | None = None
    for entry in log:
        if isinstance(entry.event, ConsiderOpened):
            found = Round(entry, entry.event, "first", entry.at)
        elif found is not None and found.outcome is None:
            found = _after(found, entry)
    return found


def _after(found: Round, entry: Entry) -> Round:
    event, replace = entry.event, msgspec.structs.replace
    if isinstance(event, ConsiderAnswered):
        return replace(found, answers={**found.answers, event.side: event.answer})
    if isinstance(event, ConsiderReminded):
        often = found.reminders.get(event.side, 0) + 1
        return replace(found, reminders={**found.reminders, event.side: often})
    if isinstance(event, ConsiderRevealed):
        return _laid_open(found, entry.at)
    if isinstance(event, ConsiderWithdrawn):
        return replace(found, outcome="withdrawn", ended_by=event.side, ended_at=entry.at)
    if isinstance(event, ConsiderExpired):
        return replace(found, outcome="expired", ended_at=entry.at)
    if isinstance(event, Decided) and event.decision in _ENDS:
        return replace(found, outcome="withdrawn", ended_by="coach", ended_at=entry.at)
    return found


def _laid_open(found: Round, at: datetime) -> Round:
    coach, client = found.answers["coach"], found.answers["client"]
    laid = (*found.laid, Laid(found.stage, coach, client, at))
    replace = msgspec.structs.replace
    if "someone_else" in (coach, client):
        return replace(found, laid=laid, outcome="part", ended_at=at)
    if "talk_first" in (coach, client):
        # They talk, and then each says once more what they want, again apart.
        return replace(found, laid=laid, stage="after_talk", since=at, answers={}, reminders={})
    return replace(found, laid=laid, outcome="go_on", ended_at=at)


def seen_by(found: Round, side: Side, now: datetime, *, own_values_bar: bool = False) -> Seen:
    """What one side may see of a round; the only way in which a page gets to know of it."""
    return Seen(
        text=found.told.text,
        coach=found.coach,
        opened_at=found.opened.at,
        stage=found.stage,
        offered=offered(found, side, own_values_bar=own_values_bar),
        mine=found.answers.get(side) if found.outcome is None else None,
        quiet_until=found.quiet_until,
        expires_at=found.expires_at,
        pausing=found.outcome is None and now < found.quiet_until,
        laid=found.laid,
        outcome=found.outcome,
        ended_by=found.ended_by,
        ended_at=found.ended_at,
        sessions=found.told.sessions,
    )


def offered(
    found: Round, side: Side, *, own_values_bar: bool = False
) -> tuple[ConsiderChoice, ...]:
    """The answers that a side can give now; none once the round is over.

    ``own_values_bar``: the practice's code bars referring people over the coach's own values
    (ACA A.11.b). A round must not be the way around it: there the coach takes the round back
    and decides ``refer``, which asks for a reason about the service.
    """
    if found.outcome is not None:
        return ()
    return tuple(
        answer
        for answer in ANSWERS
        if not (answer == "talk_first" and found.stage == "after_talk")
        and not (answer == "someone_else" and side == "coach" and own_values_bar)
    )


def open_answers(log: Sequence[Entry]) -> frozenset[int]:
    """The entries of answers that lie open, by number: the last of each side before the clock
    laid them open. What was changed before, or given in a round that ended otherwise, never is.
    """
    found: set[int] = set()
    last: dict[Side, int] = {}
    for entry in log:
        event = entry.event
        if isinstance(event, ConsiderOpened):
            last = {}
        elif isinstance(event, ConsiderAnswered):
            last[event.side] = entry.seq
        elif isinstance(event, ConsiderRevealed):
            found.update(last.values())
            last = {}
    return frozenset(found)


def may_follow(log: Sequence[Entry], event: Event, *, own_values_bar: bool = False) -> Fault | None:
    """Why a step of the round cannot be taken now; null where it can, or is none of them."""
    found = round_of(log)
    if isinstance(event, ConsiderOpened):
        return _may_open(found, event)
    if isinstance(event, (ConsiderAnswered, ConsiderWithdrawn)):
        if found is None:
            return "no_round"
        if found.outcome is not None:
            return "over"
        if isinstance(event, ConsiderAnswered):
            fits = event.answer in offered(found, event.side, own_values_bar=own_values_bar)
            return None if fits else "not_offered"
    return None


def _may_open(found: Round | None, event: ConsiderOpened) -> Fault | None:
    if found is not None and found.outcome is None:
        return "open_round"
    if not event.text.strip():
        return "empty"
    if not 0 <= event.pause_hours <= LONGEST_PAUSE:
        return "pause"
    if not 1 <= event.sessions <= LONGEST_TRIAL:
        return "sessions"
    return None


def steps(log: Sequence[Entry]) -> Iterator[tuple[datetime, Event]]:
    """What the clock does next in a round, and when; in no particular order."""
    found = round_of(log)
    if found is None:
        return
    if found.outcome == "go_on":
        if not any(isinstance(each.event, PactBegun) for each in log[found.opened.seq :]):
            yield found.ended_at or found.since, PactBegun(found.told.sessions)
        return
    if found.outcome is not None:
        return
    missing = [side for side in SIDES if side not in found.answers]
    if not missing:
        yield found.quiet_until, ConsiderRevealed()
        return
    yield found.expires_at, ConsiderExpired()
    for side in missing:
        reminded = found.reminders.get(side, 0)
        if reminded == 0:
            yield found.quiet_until + FIRST_REMINDER, ConsiderReminded(side)
        elif reminded == 1:
            yield found.expires_at - LAST_REMINDER, ConsiderReminded(side)
