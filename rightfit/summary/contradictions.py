"""What a client gave that does not go together, where a rule can see it.

Both quotes are shown side by side and nothing is concluded: people change their minds while
they talk, and two things can both be true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rightfit.practice import NEEDS, Practice
from rightfit.records import Answer, Intake, Need, Quoted, SummaryLine
from rightfit.summary.lines import by_rule, chosen_of, needs_in_order
from rightfit.summary.telling import Span, pieces

_NOT = (
    r"(?:\bno|\bnot(?: by| on| over| via| in)?|\bnever(?: by| on| over)?|\bhate|\bdislike"
    r"|\bcan(?:no|[’'])t (?:do|stand|bear|use)|\bwithout|\bdon[’']t (?:like|want|do|use))"
    r"(?: \w+){0,2}"
)
#: A way of meeting -> words that rule it out.
_RULED_OUT: Mapping[str, re.Pattern[str]] = {
    "video": re.compile(rf"{_NOT} (?:video|zoom|camera|skype)", re.IGNORECASE),
    "phone": re.compile(rf"{_NOT} (?:tele)?phone|\bno calls\b", re.IGNORECASE),
    "in_person": re.compile(rf"{_NOT} (?:in person|face.to.face)|\bonly online\b", re.IGNORECASE),
    "writing": re.compile(rf"{_NOT} (?:writing|chat|typing)", re.IGNORECASE),
}
_EARLIER_COACH = re.compile(
    r"\bmy (?:last|previous|former|first|earlier|old) coach\b|\bcoach (?:i|I) (?:had|worked with)\b"
    r"|\b(?:had|worked with|saw) a (?:career |life |job |business )?coach\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\bnot (?:\w+ ){0,2}(?:before|until|till)\b|\bcan(?:no|[’'])t (?:\w+ ){0,2}(?:before|until"
    r"|till)\b|\bonly from\b|\b(?:earliest|at the earliest)\b",
    re.IGNORECASE,
)
#: Where a client says when they have time.
_ABOUT_TIME = ("times", "start", "expectations", "coach_wishes")


def contradictions(practice: Practice, intake: Intake) -> Iterator[SummaryLine]:
    """A line for each, with two quotes or more."""
    answers = {answer.question: answer for answer in intake.answers}
    yield from _about_needs(practice, intake, answers)
    found = (
        ("coached_and_not", "coached_before", ("no",), _EARLIER_COACH, None),
        *(("format_ruled_out", "format", (id,), words, None) for id, words in _RULED_OUT.items()),
        ("start_not_before", "start", ("soon",), _LATER, _ABOUT_TIME),
    )
    for rule, question, choices, words, where in found:
        button = _chosen(practice, answers.get(question), choices)
        said = _said(answers, words, where) if button else None
        if button and said:
            yield by_rule(practice, rule, quotes=(button, said))


def _about_needs(
    practice: Practice, intake: Intake, answers: Mapping[str, Answer]
) -> Iterator[SummaryLine]:
    picked = [need for need in needs_in_order(intake.needs) if need.picked]
    for at, one in enumerate(picked):
        for other in picked[at + 1 :]:
            if one.theme == other.theme and one.stance != other.stance:
                pair = _need(one, answers), _need(other, answers)
                yield by_rule(practice, "wanted_and_avoided", quotes=pair)
    for need in picked:
        centrality = chosen_of(practice, need)[0]
        if need.centrality == 0 and centrality:
            answer = answers.get(NEEDS)
            turn = answer.turn or None if answer else None
            button = Quoted(NEEDS, centrality, 0, len(centrality), turn, chosen=True)
            yield by_rule(practice, "most_and_none", quotes=(_need(need, answers), button))


def _need(need: Need, answers: Mapping[str, Answer]) -> Quoted:
    answer = answers.get(need.question)
    turn = answer.turn or None if answer else None
    return Quoted(need.question, need.quote, need.start, need.end, turn)


def _chosen(practice: Practice, answer: Answer | None, choices: tuple[str, ...]) -> Quoted | None:
    """The button that was chosen, if it is one of these."""
    if answer is None or answer.given is None:
        return None
    for question in (*practice.questions, *practice.not_asked):
        for choice in question.choices if question.id == answer.question else ():
            if choice.id in choices and choice.id in answer.given.choices:
                title = choice.title
                return Quoted(question.id, title, 0, len(title), answer.turn or None, chosen=True)
    return None


def _said(
    answers: Mapping[str, Answer], words: re.Pattern[str], where: tuple[str, ...] | None
) -> Quoted | None:
    """The first sentence in which a client says this."""
    for answer in answers.values():
        text = answer.given.text if answer.given else None
        if not text or (where is not None and answer.question not in where):
            continue
        found = words.search(text)
        if found:
            start, end = _around(text, found.span())
            return Quoted(answer.question, text[start:end], start, end, answer.turn or None)
    return None


def _around(text: str, words: Span) -> Span:
    for start, end in pieces(text):
        if start <= words[0] and words[1] <= end:
            return start, end
    return words
