"""What a client took out again does not reach the coach, wherever it stood.

The client's own export keeps it: it is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from rightfit.practice import Practice
from rightfit.practice.asked_more import asked_question, is_extra
from rightfit.records import Answer, Message
from rightfit.summary.lines import words_of

#: Stands in the place of what was taken out.
TAKEN_OUT = "[Taken out by the client]"
#: Stands for a summary that showed something which is not for the coach any more. It shows
#: an answer in pieces, so words alone would not tell which of its lines are meant.
EARLIER_SUMMARY = "[The summary as it then stood]"
#: Whoever changes an intake that was sent takes back the sending, not any words.
_ABOUT_THE_INTERVIEW = ("consent", "recap")


def without_taken_out(
    practice: Practice, versions: Sequence[Answer], transcript: Sequence[Message]
) -> tuple[tuple[Answer, ...], tuple[Message, ...]]:
    """The versions and the transcript as the coach may read them, both oldest first.

    Every version before the last taking out of its question goes; so do the messages in
    which it was said, and the assistant's messages that repeated it.
    """
    gone = _taken_out(versions)
    turns = {answer.turn for answer in gone}
    repeated = _as_repeated(practice, gone)
    until = _last_taken_out(versions)
    cleared = []
    for message in transcript:
        shown = [a for a in gone if a.turn < message.seq < until[a.question]]
        if shown and is_summary(message):
            cleared.append(msgspec.structs.replace(message, text=EARLIER_SUMMARY))
        else:
            cleared.append(_cleared(message, turns, repeated))
    return tuple(answer for answer in versions if answer not in gone), tuple(cleared)


def is_summary(message: Message) -> bool:
    """Whether this is the summary that a client reads before sending."""
    return message.author == "assistant" and message.question == "recap"


def _last_taken_out(versions: Sequence[Answer]) -> Mapping[str, int]:
    """Question -> the turn in which its answer was last taken out."""
    return {
        answer.question: answer.turn
        for answer in versions
        if answer.question not in _ABOUT_THE_INTERVIEW
        and (answer.given is None or answer.given.kind == "skipped")
    }


def _taken_out(versions: Sequence[Answer]) -> list[Answer]:
    last_taken_out = _last_taken_out(versions)
    return [
        answer
        for answer in versions
        if answer.turn < last_taken_out.get(answer.question, 0)
        and answer.given is not None
        and answer.given.kind != "skipped"
    ]


def _as_repeated(practice: Practice, gone: Sequence[Answer]) -> Mapping[str, str]:
    """How the assistant repeated each answer -> the same without its words."""
    questions = {question.id: question for question in (*practice.questions, *practice.not_asked)}
    repeated = {}
    for answer in gone:
        question = questions.get(answer.question)
        if is_extra(answer.question):
            question = asked_question(answer.question)
        if question is not None and answer.given is not None:
            words = words_of(question, answer.given)
            repeated[f"{question.title}: {words}"] = f"{question.title}: {TAKEN_OUT}"
            repeated[f'"{words}"'] = TAKEN_OUT
    return repeated


def _cleared(message: Message, turns: set[int], repeated: Mapping[str, str]) -> Message:
    if message.seq in turns:
        return msgspec.structs.replace(message, text=TAKEN_OUT)
    text = message.text
    if message.author == "assistant":
        for words, instead in repeated.items():
            text = text.replace(words, instead)
    return message if text == message.text else msgspec.structs.replace(message, text=text)
