"""What a coach asks a client once they have read the intake, and what came of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rightfit.practice import DISCLOSURE, Practice, Question
from rightfit.practice.asked_more import LONGEST, MOST_AT_ONCE, extra_id, is_extra
from rightfit.records import Answer, AskedQuestion, Given, Intake
from rightfit.review.events import AskedAnswer, Entry, QuestionsAnswered, QuestionsAsked

_NOT_AGAIN = ("consent", "recap", DISCLOSURE)


def left_open(practice: Practice, intake: Intake) -> tuple[Question, ...]:
    """The questions of the practice that the client skipped or was never asked."""
    answered = {
        answer.question
        for answer in intake.answers
        if answer.given is not None and answer.given.kind != "skipped"
    }
    return tuple(
        question
        for question in practice.questions
        if question.id not in answered and question.id not in _NOT_AGAIN
    )


def fault_of(again: Sequence[str], own: Sequence[str]) -> str | None:
    """What is wrong with what a coach wants to ask; null if nothing."""
    if not again and not own:
        return "Choose a question, or write one of your own."
    if len(again) + len(own) > MOST_AT_ONCE:
        return f"Ask {MOST_AT_ONCE} questions at most. More than that is better talked about."
    for text in own:
        if len(text) > LONGEST:
            return f"A question has {len(text)} characters. {LONGEST} are possible."
    return None


def asked_of(
    practice: Practice, log: Sequence[Entry], again: Sequence[str], own: Sequence[str]
) -> QuestionsAsked:
    """The entry for the log. Own questions are numbered on from those asked before."""
    before = sum(
        is_extra(question.id)
        for entry in log
        if isinstance(entry.event, QuestionsAsked)
        for question in entry.event.questions
    )
    titles = {question.id: question.title for question in practice.questions}
    return QuestionsAsked(
        (
            *(AskedQuestion(id, titles[id]) for id in titles if id in again),
            *(AskedQuestion(extra_id(before + at), text) for at, text in enumerate(own, 1)),
        )
    )


def for_the_interview(asked: QuestionsAsked) -> dict[str, Any]:
    """The same as the interview takes it: the coach's own, and which are put again."""
    return {
        "own": [{"id": q.id, "text": q.text} for q in asked.questions if is_extra(q.id)],
        "again": [q.id for q in asked.questions if not is_extra(q.id)],
    }


def waiting(log: Sequence[Entry]) -> QuestionsAsked | None:
    """What was asked and is not answered yet; null where nothing is."""
    asked = None
    for entry in log:
        if isinstance(entry.event, QuestionsAsked):
            asked = entry.event
        elif isinstance(entry.event, QuestionsAnswered):
            asked = None
    return asked


def answered_by(
    asked: QuestionsAsked, practice: Practice, answers: Sequence[Answer]
) -> QuestionsAnswered:
    """The entry for when the client has sent the intake again; null texts were skipped."""
    given = {answer.question: answer.given for answer in answers}
    titles = {question.id: _titles(question) for question in practice.questions}
    return QuestionsAnswered(
        tuple(
            AskedAnswer(each.id, _words(given.get(each.id), titles.get(each.id, {})))
            for each in asked.questions
        )
    )


def _titles(question: Question) -> Mapping[str, str]:
    return {choice.id: choice.title for choice in question.choices}


def _words(given: Given | None, titles: Mapping[str, str]) -> str | None:
    if given is None or given.kind == "skipped":
        return None
    chosen = ", ".join(titles.get(choice, choice) for choice in given.choices)
    return " ".join(each for each in (chosen, given.text) if each) or None
