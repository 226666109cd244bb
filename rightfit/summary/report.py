"""An intake as its coach reads it: every question, where each answer comes from, what is left over.

Nothing is worded here that the client did not write or choose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from rightfit.practice import NEEDS, Practice, Question
from rightfit.practice.asked_more import with_asked_more
from rightfit.records import (
    Answer,
    DistressShown,
    Given,
    Intake,
    Message,
    OutsideHelp,
)
from rightfit.summary.lines import is_offered, words_of

#: What a coach reads first: what the client wants.
_HEADLINE = "goals"
_ABOUT_THE_INTERVIEW = ("consent", "recap")
#: Questions whose answers are read as text; the others are facts to look up.
_TOLD = ("open",)

Standing = Literal["being_answered", "taking_a_break", "sent", "changed_after_sending"]


class Version(msgspec.Struct, frozen=True):
    """What stood under a question since message ``turn``; no words where it was left out."""

    kind: Literal["said", "chosen", "skipped", "taken_out"]
    words: str | None
    turn: int
    at: datetime


class Entry(msgspec.Struct, frozen=True):
    """One question with what stands under it; ``now`` is null where it was not asked yet.

    ``title`` is null for a question that the practice has since given up. ``earlier`` holds
    the versions before this one, the latest first.
    """

    question: str
    title: str | None
    now: Version | None
    earlier: tuple[Version, ...] = ()


class Aside(msgspec.Struct, frozen=True):
    """A message that stands under no answer, and the title of what was on screen then."""

    message: Message
    asked: str | None


class Report(msgspec.Struct, frozen=True):
    """One intake to be read from top to bottom.

    ``agreed`` is the consent to the intake; ``sendings`` are the times at which the client
    sent it, the first one first. ``told`` are the answers in the client's own sentences,
    ``facts`` the short ones.
    """

    name: str | None
    standing: Standing
    agreed: Version | None
    sendings: tuple[datetime, ...]
    told: tuple[Entry, ...]
    facts: tuple[Entry, ...]
    not_worked_on: tuple[Aside, ...]
    after_sending: tuple[Message, ...]
    outside_help: tuple[OutsideHelp, ...] = ()
    in_danger: tuple[DistressShown, ...] = ()


def standing(state: str, was_sent: bool) -> Standing:
    """How far an intake is. One that is open again after it was sent is being changed."""
    if state == "sent":
        return "sent"
    if was_sent:
        return "changed_after_sending"
    return "taking_a_break" if state == "paused" else "being_answered"


def report_of(
    practice: Practice,
    intake: Intake,
    versions: Sequence[Answer],
    transcript: Sequence[Message],
) -> Report:
    """The report of one intake; ``versions`` and ``transcript`` with the oldest first."""
    practice = with_asked_more(practice, intake.asked_more)
    said = {message.seq: message.text for message in transcript}
    history: dict[str, list[Version]] = {}
    questions = {question.id: question for question in (*practice.questions, *practice.not_asked)}
    for answer in versions:
        version = _version(answer, questions.get(answer.question), said)
        history.setdefault(answer.question, []).append(version)
    sent = [v for v in history.get("recap", ()) if v.kind == "chosen"]
    agreed = [v for v in history.get("consent", ()) if v.kind == "chosen"]
    asked = [q for q in practice.questions if q.id not in (*_ABOUT_THE_INTERVIEW, NEEDS)]
    asked.sort(key=lambda question: question.id != _HEADLINE)
    told = [_entry(q.id, q.title, history) for q in asked if q.kind in _TOLD]
    facts = [_entry(q.id, q.title, history) for q in asked if q.kind not in _TOLD]
    # An answer outlives its question: what the practice no longer asks stands at the end.
    known = {*_ABOUT_THE_INTERVIEW, NEEDS, *(question.id for question in asked)}
    for id in [id for id in history if id not in known]:
        question = questions.get(id)
        told.append(_entry(id, question.title if question else None, history))
    name = _entry("name", None, history).now
    return Report(
        name=name.words if name else None,
        standing=standing(intake.state, was_sent=bool(sent)),
        agreed=agreed[-1] if agreed else None,
        sendings=tuple(version.at for version in sent),
        told=tuple(told),
        facts=tuple(facts),
        not_worked_on=_not_worked_on(practice, transcript),
        after_sending=_after_sending(sent[0].turn, history, transcript) if sent else (),
        outside_help=intake.outside_help,
        in_danger=tuple(each for each in intake.distress if each.level == "crisis"),
    )


def _version(answer: Answer, question: Question | None, said: Mapping[int, str]) -> Version:
    at = datetime.fromisoformat(answer.at)
    given = answer.given
    if given is None or given.kind == "skipped":
        kind: Literal["taken_out", "skipped"] = "taken_out" if given is None else "skipped"
        return Version(kind, None, answer.turn, at)
    return Version(given.kind, _words(given, question, said.get(answer.turn)), answer.turn, at)


def _words(given: Given, question: Question | None, said: str | None) -> str:
    if question is None or not is_offered(question, given):
        # A choice that is no longer offered has no title here, but the client saw one.
        return given.text or said or ""
    return words_of(question, given)


def _entry(id: str, title: str | None, history: Mapping[str, Sequence[Version]]) -> Entry:
    versions = tuple(history.get(id, ()))
    now = versions[-1] if versions and versions[-1].kind != "taken_out" else None
    earlier = versions if now is None else versions[:-1]
    return Entry(id, title, now, earlier[::-1])


def _not_worked_on(practice: Practice, transcript: Sequence[Message]) -> tuple[Aside, ...]:
    titles = {question.id: question.title for question in practice.questions}
    found, on_screen = [], None
    for message in transcript:
        if message.dead:
            found.append(Aside(message, titles.get(on_screen or "")))
        elif message.author != "client" and message.question:
            on_screen = message.question
    return tuple(found)


def _after_sending(
    first_sent: int, history: Mapping[str, Sequence[Version]], transcript: Sequence[Message]
) -> tuple[Message, ...]:
    """What the client wrote since the first sending, answers and pressed buttons aside."""
    answers = {version.turn for versions in history.values() for version in versions}
    notes, offered = [], set[str]()
    for message in transcript:
        if message.author == "assistant":
            offered = {choice.title for choice in message.choices}
        elif (
            message.author == "client"
            and message.seq > first_sent
            and message.seq not in answers
            and message.text not in offered
            and not message.dead
        ):
            notes.append(message)
    return tuple(notes)
