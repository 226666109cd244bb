"""The log of an intake as a coach reads it, the latest entry first.

A coach's reasons, notes and weighed flags tell of the coach's own limits, as their lines do.
Colleagues read what was decided and when, and not why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from rightfit.practice import Coach, Practice
from rightfit.practice.naming import need_named
from rightfit.review import in_words
from rightfit.review.events import (
    ConsiderAnswered,
    ConsiderChoice,
    ConsiderOpened,
    ConsiderReminded,
    ConsiderRevealed,
    ConsiderWithdrawn,
    Decided,
    Entry,
    Event,
    FlagWeighed,
    Found,
    LetterSent,
    NoteWritten,
    PactBegun,
    PactLeft,
    PulseAsked,
    PulseGiven,
    QuestionsAnswered,
    QuestionsAsked,
    ReferralOffered,
    Reopened,
    Side,
    by_coach,
    kind_of,
)

_CHOSE: dict[ConsiderChoice, str] = {
    "go_on": "Go on",
    "talk_first": "Talk first",
    "someone_else": "Someone else",
}
_FOUND = {"fit": "It fitted", "no_fit": "It did not fit", "partly": "It fitted in part"}
_PLAIN = {
    "ConsiderExpired": "The consider round ended without both answers",
    "PacketChosen": "Chose what travels to the next coach",
    "PacketSent": "Sent the packet to the next coach",
    "PacketArrived": "The packet arrived",
    "ReferralDeclined": "Does not want the referral",
}


class Told(msgspec.Struct, frozen=True):
    """One entry in words. ``text`` is what was written along with it, as it was written."""

    at: datetime
    who: str
    what: str
    text: tuple[str, ...] = ()


def history(practice: Practice, me: Coach, log: Sequence[Entry]) -> tuple[Told, ...]:
    """What has happened, without notes.

    Of a consider round there are the answers that were laid open, and the coach's own. That
    the client has answered is not told before.
    """
    told = []
    answers: dict[Side, ConsiderChoice] = {}
    for entry in log:
        mine = entry.by == by_coach(me.id)
        event, text = entry.event, list[str]()
        if isinstance(event, NoteWritten) or (isinstance(event, FlagWeighed) and not mine):
            continue
        if isinstance(event, ConsiderAnswered):
            answers[event.side] = event.answer
            if not mine:
                continue
            what, text = "Answered in the consider round", [_CHOSE[event.answer]]
        elif isinstance(event, ConsiderRevealed):
            what = "Both answers were laid open"
            text = [f"The {side}: {_CHOSE[each]}" for side, each in sorted(answers.items())]
            answers = {}
        else:
            what, found = _in_words(practice, event, mine=mine)
            text = [each for each in found if each]
        told.append(Told(entry.at, in_words.who(practice, me, entry.by), what, tuple(text)))
    return tuple(reversed(told))


def notes(me: Coach, log: Sequence[Entry]) -> tuple[tuple[datetime, str], ...]:
    """The coach's own notes, the latest first."""
    return tuple(
        (entry.at, entry.event.text)
        for entry in reversed(log)
        if isinstance(entry.event, NoteWritten) and entry.by == by_coach(me.id)
    )


def short(practice: Practice, me: Coach, entry: Entry) -> str:
    """One entry in a few words, such as for the one who came second."""
    if isinstance(entry.event, NoteWritten):
        return "Wrote a note"
    if isinstance(entry.event, FlagWeighed):
        return "Weighed a question of their own"
    if isinstance(entry.event, ConsiderAnswered):
        return "Answered in the consider round"
    return _in_words(practice, entry.event, mine=False)[0]


def _in_words(practice: Practice, event: Event, *, mine: bool) -> tuple[str, Sequence[str]]:
    what, text = "", list[str]()
    if isinstance(event, Decided):
        what = f"Decided: {in_words.DECISIONS[event.decision]}"
        if mine:
            text = [in_words.BECAUSES[event.because]] if event.because else []
            text.append(event.reason)
    elif isinstance(event, Reopened):
        what, text = "Opened it again", [event.reason] if mine else []
    elif isinstance(event, FlagWeighed):
        rule = next((each.says for each in practice.rules if each.id == event.rule), None)
        verdict = "Upheld" if event.verdict == "upheld" else "Set aside"
        what, text = f"{verdict} a question to you", [_plain(rule, event), event.reason]
    elif isinstance(event, LetterSent):
        by_email = ", by e-mail too" if event.by_email else ""
        what, text = f"Wrote to the client{by_email}: {event.subject}", [event.text]
    elif isinstance(event, QuestionsAsked):
        what, text = "Asked more", [each.text for each in event.questions]
    elif isinstance(event, QuestionsAnswered):
        what, text = "Answered the questions", [each.text or "Skipped" for each in event.answers]
    elif isinstance(event, ReferralOffered):
        what, text = "Named somebody for a referral", [event.note]
    elif isinstance(event, Found):
        what, text = f"Found: {_FOUND[event.fit]}", [event.why] if mine else []
    else:
        return _about_both(event)
    return what, text


def _about_both(event: Event) -> tuple[str, Sequence[str]]:
    """What coach and client do together: the round, the trial, the pulses."""
    if isinstance(event, ConsiderOpened):
        return "Opened a consider round", [event.text]
    if isinstance(event, ConsiderReminded):
        return f"The {event.side} was reminded", ()
    if isinstance(event, ConsiderWithdrawn):
        return f"The {event.side} ended the consider round", ()
    if isinstance(event, PactBegun):
        sessions = f"{event.sessions} coaching session{'' if event.sessions == 1 else 's'}"
        return f"A trial of {sessions} begins", ()
    if isinstance(event, PulseAsked):
        return f"Both were asked how it goes, after coaching session {event.after_session}", ()
    if isinstance(event, PulseGiven):
        return f"The {event.side} has told how it goes", ()
    if isinstance(event, PactLeft):
        return f"The {event.side} left the trial", ()
    return _PLAIN.get(kind_of(event), "Something else was written down"), ()


def _plain(says: str | None, event: FlagWeighed) -> str:
    """The sentence of a flag with its place filled as far as that is known here."""
    if says is None:
        return "A rule that is no longer there"
    need = need_named(event.theme, event.mode) if event.theme else "this"
    return says.replace("{need}", need).replace("{help}", "other help")
