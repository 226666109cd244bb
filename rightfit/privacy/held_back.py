"""What a client left out, put in other words or would rather tell does not reach the coach.

The sentence goes from the answer, from its earlier versions and from the conversation; the
client's own export keeps it. Design, section 3, stage 7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from rightfit.language.sentences import sentences
from rightfit.practice import NEEDS, Practice
from rightfit.privacy.withheld import EARLIER_SUMMARY, is_summary, without_taken_out
from rightfit.records import (
    THEMES,
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
    to_tell = {
        need.theme
        for need in held_back
        if need.sensitive_choice == "tell_in_person" and THEMES[need.theme].sensitive
    }
    intake = msgspec.structs.replace(intake, to_tell=len(to_tell))
    beside = _in_the_same_sentence(intake, held_back)
    older = _older(versions, {need.question for need in held_back})
    gone = {answer.turn: (answer.given.text if answer.given else "") or "" for answer in older}
    words = _words_cut(versions, held_back, older)
    return ForCoach(
        _cleared(intake, held_back),
        tuple(_without(answer, held_back) for answer in versions if answer not in older),
        tuple(
            msgspec.structs.replace(message, text=EARLIER_SUMMARY)
            if is_summary(message) and _shows(message.text, words)
            else _unsaid(message, held_back, beside, gone)
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


def _in_the_same_sentence(intake: Intake, held_back: Sequence[Need]) -> list[Need]:
    """Other needs whose words go with those that are held back, and for the same reason."""
    texts = {answer.question: answer.given.text for answer in intake.answers if answer.given}
    found = []
    for need in intake.needs:
        for held in held_back:
            cuts = _cuts(texts.get(need.question) or "", [held])
            if need not in held_back and any(
                start < need.end and need.start < end for start, end in cuts
            ):
                choice = held.sensitive_choice
                found.append(msgspec.structs.replace(need, sensitive_choice=choice))
                break
    return found


def _cleared(intake: Intake, held_back: Sequence[Need]) -> Intake:
    cuts = {
        answer.question: _cuts(answer.given.text, _against(answer.question, held_back))
        for answer in intake.answers
        if answer.given is not None and answer.given.text
    }
    hidden = {"leave_out", "tell_in_person"}
    open_needs = [need for need in intake.needs if need.sensitive_choice not in hidden]
    return msgspec.structs.replace(
        intake,
        answers=tuple(_without(answer, held_back) for answer in intake.answers),
        needs=_moved(open_needs, cuts),
        outside_help=_moved(intake.outside_help, cuts),
        distress=tuple(_quoteless(each, held_back) for each in intake.distress),
    )


def _cuts(text: str, held_back: Sequence[Need]) -> tuple[Span, ...]:
    """The sentences of a text that hold words which are not for the coach."""
    said = [place for need in held_back for place in _said(text, need.quote)]
    if not said:
        return ()
    found = []
    spans = [span for line in _lines(text) for span in _inside(line, text)]
    for at, (start, end) in enumerate(spans):
        if any(start < last and first < end for first, last in said):
            following = spans[at + 1][0] if at + 1 < len(spans) else len(text)
            found.append((start, max(end, following)))
    return tuple(found)


def _said(text: str, quote: str) -> list[Span]:
    """Where whole words say a quote, however they are spaced."""
    words = r"\s+".join(map(re.escape, quote.split()))
    return [found.span() for found in re.finditer(rf"(?<!\w){words}(?!\w)", text)] if words else []


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


def _without(answer: Answer, held_back: Sequence[Need]) -> Answer:
    if answer.given is None:
        return answer
    against = _against(answer.question, held_back)
    return msgspec.structs.replace(answer, given=_given(answer.given, against))


def _against(question: str, held_back: Sequence[Need]) -> Sequence[Need]:
    """What is held back of the answer to a question: never the words chosen in place of others."""
    if question != NEEDS:
        return held_back
    return [need for need in held_back if need.sensitive_choice != "reword"]


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
    hides = any(
        _said(shown.quote, need.quote) or _said(need.quote, shown.quote) for need in held_back
    )
    return msgspec.structs.replace(shown, quote="") if hides else shown


def _unsaid(
    message: Message,
    held_back: Sequence[Need],
    beside: Sequence[Need],
    gone: Mapping[int, str],
) -> Message:
    """One message without what is held back; ``gone`` are earlier answers by their turn."""
    if message.seq in gone:
        return msgspec.structs.replace(message, text=LEFT_OUT)
    text = message.text
    for words in gone.values():
        # As the assistant shows an answer that is about to be changed.
        text = text.replace(f'"{words}"', LEFT_OUT)
    asked_about = (*held_back, *beside)
    for need in held_back if message.author == "client" else asked_about:
        cuts = _cuts(text, [need])
        if cuts:
            text = " ".join((_kept(text, cuts).rstrip(), _STANDS[need.sensitive_choice])).strip()
    pressed = next((need for need in asked_about if _stands_for(text, need)), None)
    if message.author == "client" and pressed is not None:
        text = _STANDS[pressed.sensitive_choice]
    choices = tuple(_unnamed(choice, asked_about) for choice in message.choices)
    return msgspec.structs.replace(message, text=text, choices=choices)


def _unnamed(choice: ShownChoice, held_back: Sequence[Need]) -> ShownChoice:
    for need in held_back:
        if _stands_for(choice.title, need):
            return ShownChoice(choice.id, _STANDS[need.sensitive_choice])
    return choice


def _stands_for(title: str, need: Need) -> bool:
    """Whether a button is this need: its words in quotation marks, or the first of them."""
    if not (title.startswith("“") and title.endswith("”")):
        return False
    shown, words = title[1:-1], " ".join(need.quote.split())
    return shown == words or (shown.endswith("…") and words.startswith(shown[:-1]))
