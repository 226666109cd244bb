"""What a client left out, put in other words or would rather tell does not reach the coach.

The sentence goes from the answer, from its earlier versions and from the conversation; the
client's own export keeps it. Design, section 3, stage 7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from rightfit.language.sentences import sentences
from rightfit.practice import Practice
from rightfit.privacy.withheld import EARLIER_SUMMARY, is_summary, without_taken_out
from rightfit.records import (
    Answer,
    DistressShown,
    Given,
    Intake,
    Message,
    Need,
    OutsideHelp,
    ShownChoice,
)
from rightfit.summary.telling import pieces

#: Stands in the conversation in the place of what is not for the coach.
LEFT_OUT = "[Left out by the client]"
TO_TELL = "[The client would rather tell you this]"
SAID_OTHERWISE = "[The client put this in other words]"

_STANDS: Mapping[str | None, str] = {
    "leave_out": LEFT_OUT,
    "tell_in_person": TO_TELL,
    "reword": SAID_OTHERWISE,
}

Span = tuple[int, int]
_Quoted = TypeVar("_Quoted", Need, OutsideHelp)


class ForCoach(msgspec.Struct, frozen=True):
    """One intake as its coach may read it, with its versions and transcript, oldest first."""

    intake: Intake
    versions: tuple[Answer, ...]
    transcript: tuple[Message, ...]


def for_coach(
    practice: Practice,
    intake: Intake,
    versions: Sequence[Answer],
    transcript: Sequence[Message],
    held_back: Sequence[Need],
) -> ForCoach:
    """The record that the coach gets: without what was taken out, and what is held back."""
    versions, transcript = without_taken_out(practice, versions, transcript)
    if not held_back:
        return ForCoach(intake, tuple(versions), tuple(transcript))
    older = _older(versions, {need.question for need in held_back})
    gone = {answer.turn for answer in older}
    words = _words_cut(versions, held_back, older)
    return ForCoach(
        _cleared(intake, held_back),
        tuple(_without(answer, held_back) for answer in versions if answer not in older),
        tuple(
            msgspec.structs.replace(message, text=EARLIER_SUMMARY)
            if is_summary(message) and _shows(message.text, words)
            else _unsaid(message, held_back, gone)
            for message in transcript
        ),
    )


def _words_cut(
    versions: Sequence[Answer], held_back: Sequence[Need], older: Sequence[Answer]
) -> set[str]:
    """What is cut from the answers, in the pieces in which a summary shows them."""
    found = {" ".join(need.quote.split()) for need in held_back}
    for answer in versions:
        text = (answer.given.text if answer.given else None) or ""
        cuts = ((0, len(text)),) if answer in older else _cuts(text, held_back)
        for start, end in cuts:
            cut = text[start:end]
            found.update(" ".join(cut[first:last].split()) for first, last in pieces(cut))
    return found


def _shows(text: str, words: set[str]) -> bool:
    plain = " ".join(text.split())
    return any(each in plain for each in words)


def answers_for_coach(answers: Mapping[str, Given], held_back: Sequence[Need]) -> dict[str, Given]:
    """The answers in force as the coach will read them."""
    return {question: _given(given, held_back) for question, given in answers.items()}


def _older(versions: Sequence[Answer], questions: set[str]) -> list[Answer]:
    """Earlier versions of answers with something in them that is not for the coach.

    What the client wrote before may say the same in words that nobody asked about.
    """
    last = {answer.question: answer.turn for answer in versions}
    return [
        answer
        for answer in versions
        if answer.question in questions and answer.turn < last[answer.question]
    ]


def _cleared(intake: Intake, held_back: Sequence[Need]) -> Intake:
    cuts = {
        answer.question: _cuts(answer.given.text, held_back)
        for answer in intake.answers
        if answer.given is not None and answer.given.text
    }
    hidden = {"leave_out", "tell_in_person"}
    open_needs = [need for need in intake.needs if need.sensitive_choice not in hidden]
    to_tell = {need.theme for need in held_back if need.sensitive_choice == "tell_in_person"}
    return msgspec.structs.replace(
        intake,
        answers=tuple(_without(answer, held_back) for answer in intake.answers),
        needs=_moved(open_needs, cuts),
        outside_help=_moved(intake.outside_help, cuts),
        to_tell=len(to_tell),
        distress=tuple(_quoteless(each, held_back) for each in intake.distress),
    )


def _cuts(text: str, held_back: Sequence[Need]) -> tuple[Span, ...]:
    """The sentences of a text that hold words which are not for the coach."""
    found = []
    spans = [span for line in _lines(text) for span in _inside(line, text)]
    for at, (start, end) in enumerate(spans):
        if any(_says(text[start:end], need.quote) for need in held_back):
            following = spans[at + 1][0] if at + 1 < len(spans) else len(text)
            found.append((start, max(end, following)))
    return tuple(found)


def _lines(text: str) -> list[Span]:
    """Lines are kept apart: needs in the client's own words stand a line each."""
    lines, at = [], 0
    for line in text.splitlines(keepends=True):
        lines.append((at, at + len(line)))
        at += len(line)
    return lines


def _inside(line: Span, text: str) -> list[Span]:
    start, end = line
    return [(start + first, start + last) for first, last in sentences(text[start:end])]


def _says(words: str, quote: str) -> bool:
    """Whether words hold a quote, or stand within one that runs over several sentences."""
    plain, quoted = " ".join(words.split()), " ".join(quote.split())
    return bool(plain) and (quoted in plain or plain in quoted)


def _without(answer: Answer, held_back: Sequence[Need]) -> Answer:
    if answer.given is None:
        return answer
    return msgspec.structs.replace(answer, given=_given(answer.given, held_back))


def _given(given: Given, held_back: Sequence[Need]) -> Given:
    cuts = _cuts(given.text or "", held_back)
    if not cuts or given.text is None:
        return given
    text = _kept(given.text, cuts).rstrip()
    return msgspec.structs.replace(given, text=text or (None if given.choices else LEFT_OUT))


def _kept(text: str, cuts: Sequence[Span]) -> str:
    kept, at = [], 0
    for start, end in cuts:
        kept.append(text[at:start])
        at = end
    return "".join((*kept, text[at:]))


def _moved(found: Sequence[_Quoted], cuts: Mapping[str, Sequence[Span]]) -> tuple[_Quoted, ...]:
    """Those that are not cut, at the place where they then stand."""
    moved = []
    for each in found:
        gone = cuts.get(each.question, ())
        if any(start < each.end and each.start < end for start, end in gone):
            continue
        back = sum(end - start for start, end in gone if end <= each.start)
        moved.append(msgspec.structs.replace(each, start=each.start - back, end=each.end - back))
    return tuple(moved)


def _quoteless(shown: DistressShown, held_back: Sequence[Need]) -> DistressShown:
    hides = any(_says(shown.quote, need.quote) for need in held_back)
    return msgspec.structs.replace(shown, quote="") if hides else shown


def _unsaid(message: Message, held_back: Sequence[Need], gone: set[int]) -> Message:
    if message.seq in gone:
        return msgspec.structs.replace(message, text=LEFT_OUT)
    text = message.text
    for need in held_back:
        stands = _STANDS[need.sensitive_choice]
        if message.author == "client" or need.quote in text:
            cuts = _cuts(text, [need])
            text = " ".join((_kept(text, cuts).rstrip(), stands)).strip() if cuts else text
    choices = tuple(_unnamed(choice, held_back) for choice in message.choices)
    return msgspec.structs.replace(message, text=text, choices=choices)


def _unnamed(choice: ShownChoice, held_back: Sequence[Need]) -> ShownChoice:
    title = choice.title.rstrip("…")
    for need in held_back:
        if title and " ".join(need.quote.split()).startswith(title):
            return ShownChoice(choice.id, _STANDS[need.sensitive_choice])
    return choice
