"""Where an intake stands after it was sent, and what may follow: a small state machine.

``MOVES`` is the whole of it; docs/decisions.md draws it. A log is folded through it by
:func:`position`, and :func:`may_follow` says what is wrong with an entry before it is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Literal, get_args

import msgspec

from rightfit.practice import EthicsCode
from rightfit.review import pact
from rightfit.review.events import (
    DECISIONS,
    ConsiderAnswered,
    ConsiderChoice,
    ConsiderOpened,
    ConsiderRevealed,
    ConsiderWithdrawn,
    Decided,
    Decision,
    Entry,
    Event,
    Found,
    PactBegun,
    PulseGiven,
    QuestionsAnswered,
    QuestionsAsked,
    Reopened,
    kind_of,
)

State = Literal[
    "new",
    "reopened",
    "in_supervision",
    "asking",
    "asked",
    "answered",
    "telling",
    "both_consider",
    "coach_considers",
    "client_considers",
    "both_answered",
    "talking",
    "agreed",
    "not_both",
    "proceeding",
    "on_trial",
    "called_back",
    "left",
    "referring",
    "referral_offered",
    "referred",
    "referral_declined",
    "closed",
]
STATES: tuple[State, ...] = get_args(State)

#: Where the queue shows it: with whom the next step lies.
Place = Literal["new", "waiting_for_me", "waiting_for_client", "decided"]
PLACES: tuple[Place, ...] = get_args(Place)

_WITH_CLIENT: tuple[State, ...] = (
    "asked",
    "client_considers",
    "both_answered",
    "referral_offered",
)
SETTLED: tuple[State, ...] = ("proceeding", "on_trial", "referred", "referral_declined", "closed")
ROUND: tuple[State, ...] = (
    "both_consider",
    "coach_considers",
    "client_considers",
    "both_answered",
    "talking",
)
#: A coach decides in these; elsewhere something has to be ended or opened again first.
UNDECIDED: tuple[State, ...] = tuple(state for state in STATES if state not in (*SETTLED, *ROUND))
_LEADS_TO: Mapping[str, State] = MappingProxyType(
    {
        "proceed": "proceeding",
        "ask_more": "asking",
        "disclose": "telling",
        "seek_supervision": "in_supervision",
        "refer": "referring",
        "close": "closed",
    }
)
#: What changes nothing about where an intake stands, and may come at any time.
_AT_ANY_TIME = ("FlagWeighed", "NoteWritten", "LetterSent", "PacketArrived", "QuestionsAnswered")


def _moves() -> dict[tuple[State, str], State]:
    moves: dict[tuple[State, str], State] = {}
    for state in STATES:
        moves.update({(state, kind): state for kind in _AT_ANY_TIME})
    for state in UNDECIDED:
        moves.update({(state, decision): after for decision, after in _LEADS_TO.items()})
        moves[state, "QuestionsAsked"] = "asked"
        moves[state, "ConsiderOpened"] = "both_consider"
    for state in SETTLED:
        moves[state, "Reopened"] = "reopened"
    # Who did not both say yes, or who has left, goes on only after another round.
    del moves["not_both", "proceed"], moves["left", "proceed"]
    moves["asked", "QuestionsAnswered"] = "answered"
    for state in ROUND:
        moves[state, "ConsiderReminded"] = state
        # Nobody has said no: the coach decides anew.
        moves[state, "ConsiderExpired"] = "reopened"
        moves[state, "withdrawn by client"] = "not_both"
        moves[state, "withdrawn by coach"] = "reopened"
        moves[state, "answered by coach"] = moves[state, "answered by client"] = state
    for state in ("both_consider", "talking"):
        moves[state, "answered by coach"] = "client_considers"
        moves[state, "answered by client"] = "coach_considers"
    moves["client_considers", "answered by client"] = "both_answered"
    moves["coach_considers", "answered by coach"] = "both_answered"
    # Answers can be changed until they are laid open, and count only from then on.
    moves["both_answered", "answers open, both said yes"] = "agreed"
    moves["both_answered", "answers open, a talk first"] = "talking"
    moves["both_answered", "answers open, not both said yes"] = "not_both"
    moves["agreed", "PactBegun"] = "on_trial"
    for state in ("proceeding", "on_trial", "called_back"):
        moves.update({(state, kind): state for kind in ("PulseAsked", "PulseGiven")})
        moves[state, "pulse calls the coach"] = "called_back"
        moves[state, "PactLeft"] = "left"
    for state in ("referring", "referral_offered", "referral_declined", "not_both", "left"):
        moves[state, "ReferralOffered"] = "referral_offered"
    moves["referral_offered", "PacketChosen"] = "referral_offered"
    moves["referral_offered", "PacketSent"] = "referred"
    moves["referral_offered", "ReferralDeclined"] = "referral_declined"
    return moves


#: State and what happens -> the state after it. What is not listed may not happen.
MOVES: Mapping[tuple[State, str], State] = MappingProxyType(_moves())

#: What the client's status page says in each state: the name of a wording. What only the
#: coach has decided so far, and not told, is nothing that a client sees.
CLIENT_SEES: Mapping[State, str] = MappingProxyType(
    {
        **dict.fromkeys(STATES, "status_being_read"),
        "asked": "status_questions",
        "both_consider": "status_consider",
        "client_considers": "status_consider",
        "coach_considers": "status_coach_considers",
        "both_answered": "status_coach_considers",
        "talking": "status_talk",
        "agreed": "status_agreed",
        "not_both": "status_talk",
        "proceeding": "status_going_ahead",
        "on_trial": "status_trial",
        # That a pulse has called the coach is between the coach and the pulse.
        "called_back": "status_trial",
        "left": "status_left",
        "referral_offered": "status_referral",
        "referred": "status_referred",
        "referral_declined": "status_closed",
        "closed": "status_closed",
    }
)


class Position(msgspec.Struct, frozen=True):
    """Where an intake stands: since which entry of the log, and who brought it there.

    ``decision`` is the last one that was taken, null where there is none or it was opened
    again since. ``started`` says that coaching began. The answers are those of the consider
    round that is open or was last; they are for this fold, and not for either side's page.
    """

    state: State = "new"
    seq: int = 0
    since: datetime | None = None
    by: str | None = None
    decision: Decided | None = None
    started: bool = False
    coach_answer: ConsiderChoice | None = None
    client_answer: ConsiderChoice | None = None

    @property
    def place(self) -> Place:
        """Where the queue shows it."""
        if self.state == "new":
            return "new"
        if self.state in _WITH_CLIENT:
            return "waiting_for_client"
        return "decided" if self.state in SETTLED else "waiting_for_me"

    @property
    def client_sees(self) -> str:
        """The name of the wording on the client's status page."""
        return CLIENT_SEES[self.state]


def position(log: Sequence[Entry]) -> Position:
    """Where the intake of this log stands.

    An entry that could not have followed, as another version may have written it, leaves
    it where it was.
    """
    at = Position()
    for number, entry in enumerate(log, start=1):
        calls = isinstance(entry.event, PulseGiven) and bool(pact.calls(log[:number]))
        at = _after(at, entry, calls=calls)
    return at


def _after(at: Position, entry: Entry, *, calls: bool) -> Position:
    """``calls``: the entry is a pulse, and what it says calls the coach."""
    event = entry.event
    if _refused(at, event) is not None:
        return at
    happens = "pulse calls the coach" if calls else _happens(at, event)
    state = MOVES.get((at.state, happens), at.state)
    changed = msgspec.structs.replace(at, state=state)
    if isinstance(event, ConsiderOpened) or state == "talking" != at.state:
        changed = msgspec.structs.replace(changed, coach_answer=None, client_answer=None)
    elif isinstance(event, ConsiderAnswered):
        changed = msgspec.structs.replace(changed, **{f"{event.side}_answer": event.answer})
    elif isinstance(event, Reopened):
        changed = msgspec.structs.replace(changed, decision=None)
    elif isinstance(event, Decided):
        changed = msgspec.structs.replace(changed, decision=event)
    if isinstance(event, PactBegun) or state == "proceeding":
        changed = msgspec.structs.replace(changed, started=True)
    if state != at.state or isinstance(event, Decided):
        changed = msgspec.structs.replace(changed, seq=entry.seq, since=entry.at, by=entry.by)
    return changed


def may_follow(
    log: Sequence[Entry], event: Event, *, code: EthicsCode, sent: bool = True
) -> str | None:
    """What is wrong with writing this next, as a sentence for whoever tries; null if nothing.

    ``code`` is the practice's code of ethics. Before the client has ``sent`` the intake,
    flags can be weighed and notes written, and nothing else.
    """
    if not sent and kind_of(event) not in ("FlagWeighed", "NoteWritten"):
        return "The client has not sent this yet. You can decide once they have."
    return _refused(position(log), event) or _missing(event, code)


def open_decisions(at: Position) -> tuple[Decision, ...]:
    """What a coach can decide now; nothing where it has to be opened again first."""
    return tuple(decision for decision in DECISIONS if (at.state, decision) in MOVES)


def can_reopen(at: Position) -> bool:
    """Whether what was decided can be opened again."""
    return (at.state, "Reopened") in MOVES


def _refused(at: Position, event: Event) -> str | None:
    if isinstance(event, Found):
        return None if at.started else "You can say what you found once you have worked together."
    if (at.state, _happens(at, event)) in MOVES:
        return None
    return _why_not(at, event)


def _happens(at: Position, event: Event) -> str:
    """What an event is to the machine."""
    if isinstance(event, Decided):
        return event.decision
    if isinstance(event, ConsiderWithdrawn):
        return f"withdrawn by {event.side}"
    if isinstance(event, ConsiderAnswered):
        return f"answered by {event.side}"
    if isinstance(event, ConsiderRevealed):
        answers = (at.coach_answer, at.client_answer)
        if "someone_else" in answers:
            return "answers open, not both said yes"
        return f"answers open, {'a talk first' if 'talk_first' in answers else 'both said yes'}"
    return kind_of(event)


def _why_not(at: Position, event: Event) -> str:
    if isinstance(event, Decided | QuestionsAsked | ConsiderOpened):
        if at.state in ROUND:
            return "A consider round is open. Withdraw it first, or wait for both answers."
        if at.state in SETTLED:
            return "This was decided already. Open it again first, with a sentence why."
        if at.state == "left":
            return (
                "One side has left the trial. Offer another round to begin again, refer, or"
                " close it."
            )
        return (
            "The round did not end with a yes from both sides. Talk with the client and offer"
            " another round, refer, or close it."
        )
    if isinstance(event, Reopened):
        return "This is open already. You can decide at once."
    if isinstance(event, QuestionsAnswered):  # pragma: no cover - may come at any time
        return "No question is waiting for an answer."
    return _TOO_LATE.get(kind_of(event), "This is over, or has not begun.")


_TOO_LATE: Mapping[str, str] = MappingProxyType(
    {
        "ConsiderAnswered": "This round is over.",
        "ConsiderReminded": "This round is over.",
        "ConsiderRevealed": "There are not two answers to lay open.",
        "ConsiderWithdrawn": "This round is over.",
        "ConsiderExpired": "This round is over.",
        "PactBegun": "A trial begins once both sides have said yes.",
        "PactLeft": "There is no trial to leave.",
        "PulseAsked": "There are no coaching sessions to ask about.",
        "PulseGiven": "There are no coaching sessions to answer about.",
        "ReferralOffered": "Decide to refer first.",
        "PacketChosen": "There is no referral on offer.",
        "PacketSent": "There is no referral on offer.",
        "ReferralDeclined": "There is no referral on offer.",
    }
)


def _missing(event: Event, code: EthicsCode) -> str | None:
    """What has to be said along with an event, and was not."""
    if isinstance(event, Reopened) and not event.reason.strip():
        return "Say in a sentence why you open it again."
    if isinstance(event, Decided) and event.decision == "refer":
        return _referral_fault(event, code)
    return None


def _referral_fault(event: Decided, code: EthicsCode) -> str | None:
    if event.if_opposite is None:
        return "Answer first: would you decide the same if the belief were the opposite?"
    if event.if_opposite == "differently":
        return (
            "Then it is the belief that decides, and not the service that you can give."
            " Take it to supervision, or talk with the client first."
        )
    if event.because is None:
        return "Choose what the referral rests on. It is about your service, not about the client."
    if event.because == "own_limit" and code == "aca_ncda":
        # ACA code of ethics 2014, A.11.b; the NCDA's of 2015 has the same in A.11.b.
        return (
            "Your code of ethics bars referring somebody over your own values."
            " Take it to supervision, or tell the client and consider it together."
        )
    if not event.reason.strip():
        return "Say in a sentence what about your service is not enough here."
    return None
