"""Working together, on trial or not: a pulse after the first coaching session and after the last.

A pulse is six taps of each side, two about each part of the working alliance: goals, tasks
and bond (Bordin 1979). What a side taps is never shown to the other, and never as a figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from rightfit.review.consider import SIDES, USUAL_TRIAL
from rightfit.review.events import (
    ConsiderOpened,
    Decided,
    Entry,
    Event,
    Found,
    PactBegun,
    PactLeft,
    PulseAsked,
    PulseGiven,
    Reopened,
    Side,
)

Part = Literal["goals", "tasks", "bond"]
PARTS: tuple[Part, ...] = ("goals", "tasks", "bond")
#: The four taps: 0 is no, 1 not really, 2 mostly, 3 yes. An even number, so that there is no
#: middle to hide in.
LOWEST, HIGHEST = 0, 3

#: A part is low where a side says no to one of its two statements, or not really to both.
#: One "not really" beside a "mostly" is what a first session feels like, and calls nobody.
LOW_SUM = 2
#: It is apart where the two sides lie three or more steps of six from each other: further than
#: one step on each statement, which two people who mean the same can easily be.
APART = 3

#: Nobody tells the program when a session was, so it asks by itself at last: sessions are
#: mostly weekly, and the first one needs a date.
ASK_FIRST_AFTER, PER_SESSION = timedelta(days=14), timedelta(days=8)

Fault = Literal["no_pact", "over", "not_asked", "given", "asked", "bad_taps", "bad_session"]


class Concern(msgspec.Struct, frozen=True, order=True):
    """What a pulse calls the coach for: a part that is low, or seen differently."""

    after_session: int
    part: Part
    what: Literal["low", "apart"]


class Pact(msgspec.Struct, frozen=True):
    """The latest time that coach and client worked together: on trial, or without one.

    It begins with a trial, or with a plain ``proceed``; then ``sessions`` is the usual number.
    ``asked`` maps a session to when both were asked about it, ``given`` a session and a side
    to their taps. ``over`` says why it has ended: a side left, the coach opened the matter
    again or decided otherwise, or it ran its length and the last pulse is in.
    """

    begun: Entry
    sessions: int
    on_trial: bool
    asked: Mapping[int, datetime] = {}
    given: Mapping[tuple[int, Side], PulseGiven] = {}
    over: Literal["left", "decided", "ran"] | None = None
    left_by: Side | None = None
    found: Found | None = None

    @property
    def pulses(self) -> tuple[int, ...]:
        """After which sessions both are asked."""
        return (1,) if self.sessions == 1 else (1, self.sessions)

    @property
    def next_pulse(self) -> int | None:
        """The first one that was not asked yet."""
        return next((each for each in self.pulses if each not in self.asked), None)


def pact_of(log: Sequence[Entry]) -> Pact | None:
    """The latest trial, running or over; null where there was none."""
    pact: Pact | None = None
    for entry in log:
        event = entry.event
        if isinstance(event, PactBegun):
            pact = Pact(entry, event.sessions, on_trial=True)
        elif _proceeds(event) and (pact is None or pact.over is not None):
            pact = Pact(entry, USUAL_TRIAL, on_trial=False)
        elif pact is not None:
            pact = _after(pact, entry)
    return pact


def _proceeds(event: Event) -> bool:
    return isinstance(event, Decided) and event.decision == "proceed"


def _after(pact: Pact, entry: Entry) -> Pact:
    event, replace = entry.event, msgspec.structs.replace
    if isinstance(event, Found):
        return replace(pact, found=event)
    if pact.over is not None:
        return pact
    if isinstance(event, PulseAsked):
        return replace(pact, asked={**pact.asked, event.after_session: entry.at})
    if isinstance(event, PulseGiven):
        given = {**pact.given, (event.after_session, event.side): event}
        ran = all((pact.pulses[-1], side) in given for side in SIDES)
        return replace(pact, given=given, over="ran" if ran else None)
    if isinstance(event, PactLeft):
        return replace(pact, over="left", left_by=event.side)
    if isinstance(event, Decided | Reopened | ConsiderOpened) and not _proceeds(event):
        return replace(pact, over="decided")
    return pact


def to_give(pact: Pact, side: Side) -> int | None:
    """The session after which a side is asked now; null where it owes nothing."""
    if pact.over is not None:
        return None
    owed = [each for each in sorted(pact.asked) if (each, side) not in pact.given]
    # Who has missed the first one is not asked for it when the last is there.
    return owed[-1] if owed else None


def may_follow(log: Sequence[Entry], event: Event) -> Fault | None:
    """Why a step of the trial cannot be taken now; null where it can, or is none of them."""
    if not isinstance(event, PulseAsked | PulseGiven | PactLeft):
        return None
    pact = pact_of(log)
    if pact is None:
        return "no_pact"
    if pact.over is not None:
        return "over"
    if isinstance(event, PulseAsked):
        if event.after_session in pact.asked:
            return "asked"
        return None if event.after_session == pact.next_pulse else "bad_session"
    if isinstance(event, PulseGiven):
        return _may_give(pact, event)
    return None


def _may_give(pact: Pact, event: PulseGiven) -> Fault | None:
    if (event.after_session, event.side) in pact.given:
        return "given"
    if event.after_session != to_give(pact, event.side):
        return "not_asked"
    taps = (*event.goals, *event.tasks, *event.bond)
    return None if all(LOWEST <= tap <= HIGHEST for tap in taps) else "bad_taps"


def concerns(pact: Pact) -> tuple[Concern, ...]:
    """What the pulses so far call the coach for, the latest session first."""
    found = []
    for session in sorted(pact.asked, reverse=True):
        both = [pact.given.get((session, side)) for side in SIDES]
        for part in PARTS:
            taps = [getattr(each, part) for each in both if each is not None]
            if any(min(each) == LOWEST or sum(each) <= LOW_SUM for each in taps):
                found.append(Concern(session, part, "low"))
            elif len(taps) == len(SIDES) and abs(sum(taps[0]) - sum(taps[1])) >= APART:
                found.append(Concern(session, part, "apart"))
    return tuple(found)


def calls(log: Sequence[Entry]) -> tuple[Concern, ...]:
    """The concerns upon which no coach has decided yet: they put an intake back in the queue."""
    pact = pact_of(log)
    if pact is None or pact.over in ("left", "decided"):
        return ()
    acted = max((each.seq for each in log if isinstance(each.event, Decided)), default=0)
    news = [
        entry.event.after_session
        for entry in log
        if isinstance(entry.event, PulseGiven) and entry.seq > max(acted, pact.begun.seq)
    ]
    return tuple(each for each in concerns(pact) if each.after_session in news)


def steps(log: Sequence[Entry]) -> Iterator[tuple[datetime, Event]]:
    """What the clock does next in a trial, and when."""
    pact = pact_of(log)
    if pact is None or pact.over is not None:
        return
    session = pact.next_pulse
    if session == 1:
        yield pact.begun.at + ASK_FIRST_AFTER, PulseAsked(1)
    elif session is not None:
        yield pact.asked[1] + PER_SESSION * (session - 1), PulseAsked(session)
