"""How it reads to a coach where an intake stands, whom it is for, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rightfit.practice import NO_PREFERENCE, Can, Coach, Practice
from rightfit.records import Level
from rightfit.review.decisions import Position, State
from rightfit.review.events import Because, Decision, coach_of
from rightfit.summary.report import Standing

STANDINGS: Mapping[Standing, str] = MappingProxyType(
    {
        "being_answered": "Being answered",
        "taking_a_break": "Taking a break",
        "sent": "Sent",
        "changed_after_sending": "Changed after sending",
    }
)

#: Where an intake stands, once it was sent. Whether the client has answered in an open round
#: cannot be read from it.
STATES: Mapping[State, str] = MappingProxyType(
    {
        "new": "Nothing decided yet",
        "reopened": "Opened again",
        "in_supervision": "In supervision",
        "asking": "Questions are to be chosen",
        "asked": "Questions are with the client",
        "answered": "The client has answered the questions",
        "telling": "Something is to be told to the client",
        "both_consider": "A consider round is open, and waits for the coach",
        "coach_considers": "A consider round is open, and waits for the coach",
        "client_considers": "A consider round is open, and the coach has answered",
        "both_answered": "A consider round is open, and the coach has answered",
        "talking": "You talk first; then both sides answer once more",
        "agreed": "Both sides have said yes",
        "not_both": "The consider round is over, without a yes from both",
        "proceeding": "Going ahead",
        "on_trial": "On trial",
        "called_back": "A pulse calls for a talk",
        "left": "One side has left the trial",
        "referring": "To be referred, and nobody is named yet",
        "referral_offered": "A referral is with the client",
        "referred": "Referred",
        "referral_declined": "The client does not want the referral",
        "closed": "Closed",
    }
)

#: What stands on the button of a decision.
DECISIONS: Mapping[Decision, str] = MappingProxyType(
    {
        "proceed": "Go ahead",
        "ask_more": "Ask more",
        "disclose": "Tell and consider",
        "seek_supervision": "Supervision",
        "refer": "Refer",
        "close": "Close",
    }
)
#: What each of them means, and what the client hears of it.
MEANS: Mapping[Decision, str] = MappingProxyType(
    {
        "proceed": "You want to coach this client. Next you write to them.",
        "ask_more": "Something is missing before you can decide. Next you choose the questions.",
        "disclose": (
            "There is something that the client should know first. Next you choose the words;"
            " then both of you take time, and answer separately."
        ),
        "seek_supervision": (
            "You take it to your supervisor before you decide. It stays in your list, and the"
            " client sees that their intake is being read."
        ),
        "refer": (
            "Somebody else can serve this client better. Next you say who; the client decides"
            " what travels to them, and whether anything does."
        ),
        "close": "Nothing more is to come of it. The client sees that it is closed, and no reason.",
    }
)
BECAUSES: Mapping[Because, str] = MappingProxyType(
    {
        "competence": "I do not know enough for what they need",
        "capacity": "I have no room, or not when they need it",
        "conflict": "I have a stake in it",
        "other_service": "They need another service than mine",
        "own_limit": "A limit of my own: I could not help wholeheartedly",
    }
)

#: How a level reads; the words carry it, not a colour.
LEVELS: Mapping[Level, str] = MappingProxyType(
    {
        "urgent": "Urgent",
        "consider_referral": "Consider a referral",
        "disclose": "Tell them first",
        "ask_more": "Ask more",
        "note": "Note",
    }
)
#: How a line reads to the coach who drew it.
CANS: Mapping[Can, str] = MappingProxyType(
    {
        "fully": "You serve this fully",
        "after_telling": "You serve this after telling the client",
        "with_supervision": "You serve this with supervision",
        "not_well": "You do not serve this well",
    }
)


def where(at: Position) -> str:
    """Where a sent intake stands."""
    return STATES[at.state]


def wanted(practice: Practice, me: Coach, id: str | None) -> str:
    """Whom the client asked for; a coach's id is never shown."""
    if id is None:
        return "No coach named"
    if id == NO_PREFERENCE:
        return "For any coach"
    if id == me.id:
        return "For you"
    name = coach_named(practice, id)
    return f"For {name}" if name else "For a coach who is not here any more"


def coach_named(practice: Practice, id: str | None) -> str | None:
    """The name of a coach of the practice."""
    return next((coach.name for coach in practice.coaches if coach.id == id), None)


def who(practice: Practice, me: Coach, by: str) -> str:
    """Who signed an entry of the log."""
    if by == "client":
        return "The client"
    id = coach_of(by)
    if id is None:
        return "This program"
    if id == me.id:
        return "You"
    return coach_named(practice, id) or "A coach who is not here any more"
