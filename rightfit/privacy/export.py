"""What the client gets when they ask for their data: all that they gave, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from rightfit.records import Answer, Intake, Message
from rightfit.review.consider import open_answers
from rightfit.review.events import (
    BY_CLIENT,
    ConsiderAnswered,
    ConsiderOpened,
    Entry,
    LetterSent,
    PacketChosen,
    PacketSent,
    PactBegun,
    PulseGiven,
    ReferralOffered,
    kind_of,
    written,
)


def export_of(
    intake: Intake,
    versions: Sequence[Answer],
    transcript: Sequence[Message],
    letters: Sequence[tuple[datetime, LetterSent]] = (),
    log: Sequence[Entry] = (),
) -> dict[str, Any]:
    """The intake, every version of every answer, the conversation and letters, as plain JSON.

    GDPR articles 15 and 20: a copy, structured, in a common format.
    """
    return {
        "intake": msgspec.to_builtins(intake),
        "versions": msgspec.to_builtins(tuple(versions)),
        "conversation": [
            {
                "seq": message.seq,
                "from": message.author,
                "text": message.text,
                "at": message.at.isoformat(),
            }
            for message in transcript
        ],
        "letters": [
            {
                "at": at.isoformat(),
                "subject": letter.subject,
                "text": letter.text,
                "by_email": letter.by_email,
            }
            for at, letter in letters
        ],
        "together": together_in(log),
    }


def together_in(log: Sequence[Entry]) -> list[dict[str, Any]]:
    """What client and coach did together, as the client has seen it, the oldest first.

    The client's own answers and taps are all there; of the coach's answers, those that lie open.
    """
    lie_open = open_answers(log)
    return [
        {"at": entry.at.isoformat(), "by": _side(entry), **written(entry.event)}
        for entry in log
        if _is_the_clients(entry, lie_open)
    ]


def _side(entry: Entry) -> str:
    return "client" if entry.by == BY_CLIENT else "coach"


def _is_the_clients(entry: Entry, lie_open: frozenset[int]) -> bool:
    event = entry.event
    if isinstance(event, ConsiderAnswered | PulseGiven):
        return event.side == "client" or entry.seq in lie_open
    shown = ConsiderOpened | PactBegun | ReferralOffered | PacketChosen | PacketSent
    ended = ("ConsiderWithdrawn", "ConsiderRevealed", "ConsiderExpired", "PactLeft")
    return isinstance(event, shown) or kind_of(event) in (*ended, "ReferralDeclined")
