"""What can happen to an intake after it was sent: the entries of its one log.

The log only grows. Everything that this room decides is a fold over it, so what a coach sees
is never older or newer than what the next entry is written onto.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Literal

import msgspec

from rightfit.records import AskedQuestion, CoachLine, Flag, Level

Decision = Literal["proceed", "ask_more", "disclose", "seek_supervision", "refer", "close"]
#: What a coach may decide about an intake (design, section 2).
DECISIONS: tuple[Decision, ...] = (
    "proceed",
    "ask_more",
    "disclose",
    "seek_supervision",
    "refer",
    "close",
)

#: What a referral may rest on: something about the service, never about the client.
Because = Literal["competence", "capacity", "conflict", "other_service", "own_limit"]
BECAUSES: tuple[Because, ...] = (
    "competence",
    "capacity",
    "conflict",
    "other_service",
    "own_limit",
)

#: The coach's answer to: would you decide the same if the belief were the opposite?
IfOpposite = Literal["same", "not_sure", "differently"]

Verdict = Literal["upheld", "overridden"]
Side = Literal["coach", "client"]
ConsiderChoice = Literal["go_on", "talk_first", "someone_else"]
Fit = Literal["fit", "no_fit", "partly"]

#: Who has done something: ``coach:<id>``, or one of these two.
BY_CLIENT, BY_SYSTEM = "client", "system"


class _Event(msgspec.Struct, frozen=True, tag_field="kind"):
    """One thing that happened. Its ``kind`` is the name of its class."""


class Decided(_Event, frozen=True, tag=True):
    """A coach has decided. ``reason`` is the coach's own and never shown to the client.

    ``letter`` is the id of the letter that goes with it, null where the client gets none.
    The last three are for ``refer`` alone: what it rests on, what the coach answered when
    asked to think of the opposite belief, and the themes that it is about.
    """

    decision: Decision
    reason: str = ""
    letter: str | None = None
    because: Because | None = None
    if_opposite: IfOpposite | None = None
    themes: tuple[str, ...] = ()


class Reopened(_Event, frozen=True, tag=True):
    """A coach has opened the matter again after it was decided."""

    reason: str


class FlagWeighed(_Event, frozen=True, tag=True):
    """A coach has upheld or overridden one of their own flags.

    ``flag`` is :func:`flag_key` of it: other words of the client are another flag, to be
    weighed anew. ``theme`` and ``mode`` are those of the line that was met, if there was one.
    """

    rule: str
    theme: str | None
    verdict: Verdict
    reason: str
    flag: str = ""
    mode: str | None = None
    level: Level | None = None


class NoteWritten(_Event, frozen=True, tag=True):
    """A private note of a coach."""

    text: str


class LetterSent(_Event, frozen=True, tag=True):
    """A letter to the client, as it was when it left: what follows cannot change it.

    ``letter`` is its id in the practice's letters; ``by_email`` says that it went there too.
    """

    letter: str
    subject: str
    text: str
    by_email: bool


class AskedAnswer(msgspec.Struct, frozen=True):
    """What the client answered to one of them; null where it was skipped."""

    id: str
    text: str | None


class QuestionsAsked(_Event, frozen=True, tag=True):
    """The coach asks more."""

    questions: tuple[AskedQuestion, ...]


class QuestionsAnswered(_Event, frozen=True, tag=True):
    """The client has answered what the coach asked."""

    answers: tuple[AskedAnswer, ...]


class ConsiderOpened(_Event, frozen=True, tag=True):
    """The coach has told the client something, and both take time to consider.

    ``text`` is what the client reads, ``wording`` the id of the wording that it began as.
    ``sessions`` is how many coaching sessions to go on would mean, on trial.
    """

    text: str
    wording: str | None
    pause_hours: int
    expires_at: datetime
    sessions: int = 3


class ConsiderAnswered(_Event, frozen=True, tag=True):
    """One side has answered; the other sees it only once both have."""

    side: Side
    answer: ConsiderChoice


class ConsiderRevealed(_Event, frozen=True, tag=True):
    """Both answers were laid open, to both sides at once."""


class ConsiderReminded(_Event, frozen=True, tag=True):
    """One side was reminded that its answer is waited for."""

    side: Side


class ConsiderWithdrawn(_Event, frozen=True, tag=True):
    """One side has ended the round; no reason is needed."""

    side: Side


class ConsiderExpired(_Event, frozen=True, tag=True):
    """The round is over without both answers."""


class PactBegun(_Event, frozen=True, tag=True):
    """Both have said yes, to so many coaching sessions on trial."""

    sessions: int


class PulseAsked(_Event, frozen=True, tag=True):
    """Both sides were asked how it goes, after so many coaching sessions."""

    after_session: int


class PulseGiven(_Event, frozen=True, tag=True):
    """One side's six taps, two for each part of the working alliance."""

    side: Side
    after_session: int
    goals: tuple[int, int]
    tasks: tuple[int, int]
    bond: tuple[int, int]


class PactLeft(_Event, frozen=True, tag=True):
    """One side has left the trial; no reason is needed."""

    side: Side


class Found(_Event, frozen=True, tag=True):
    """What the coach found once they had worked together; ``themes`` are what it was about."""

    fit: Fit
    why: str = ""
    themes: tuple[str, ...] = ()


class ReferralOffered(_Event, frozen=True, tag=True):
    """The coach has named somebody who may serve the client."""

    to_kind: Literal["coach", "partner"]
    to: str
    note: str = ""


class PacketChosen(_Event, frozen=True, tag=True):
    """The client has chosen what travels to whom: ids of parts of the packet."""

    travels: tuple[str, ...]
    to_kind: Literal["coach", "partner"] = "partner"
    to: str = ""


class PacketSent(_Event, frozen=True, tag=True):
    """The client has sent the packet. ``digest`` is the SHA-256 of its bytes."""

    digest: str
    expires_at: datetime
    to_kind: Literal["coach", "partner"] = "partner"
    to: str = ""


class PacketArrived(_Event, frozen=True, tag=True):
    """The packet was opened where it was sent to. No more is known of it here."""


class ReferralDeclined(_Event, frozen=True, tag=True):
    """The client does not want the referral."""


Event = (
    Decided
    | Reopened
    | FlagWeighed
    | NoteWritten
    | LetterSent
    | QuestionsAsked
    | QuestionsAnswered
    | ConsiderOpened
    | ConsiderAnswered
    | ConsiderRevealed
    | ConsiderReminded
    | ConsiderWithdrawn
    | ConsiderExpired
    | PactBegun
    | PulseAsked
    | PulseGiven
    | PactLeft
    | Found
    | ReferralOffered
    | PacketChosen
    | PacketSent
    | PacketArrived
    | ReferralDeclined
)


class Entry(msgspec.Struct, frozen=True):
    """One entry of the log: ``seq`` counts from 1, ``at`` is aware and in UTC."""

    seq: int
    at: datetime
    by: str
    event: Event


def by_coach(id: str) -> str:
    """How a coach signs an entry."""
    return f"coach:{id}"


def coach_of(by: str) -> str | None:
    """The id of the coach who signed; null where it was no coach."""
    return by.removeprefix("coach:") if by.startswith("coach:") else None


def kind_of(event: Event) -> str:
    """The kind of an event: the name of its class."""
    return type(event).__name__


def written(event: Event) -> Any:
    """An event as plain values that JSON can hold."""
    return msgspec.to_builtins(event)


def read(body: Any) -> Event:
    """The event that was written.

    Raises:
        msgspec.ValidationError: this version does not know such an event.
    """
    event: Event = msgspec.convert(body, Event)
    return event


def flag_key(flag: Flag) -> str:
    """What tells one flag of a coach's page from another: its rule, line and quotes.

    The same matter keeps its key as long as the client's words and the line stay.
    """
    line = flag.coach_line
    met = (line.theme, line.mode) if isinstance(line, CoachLine) else (None, None)
    said = tuple((each.question, each.quote) for each in flag.client_said)
    return hashlib.sha256(msgspec.json.encode((flag.rule, met, said))).hexdigest()[:16]
