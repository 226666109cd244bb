"""The summary as lines: one per question, in the client's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from rightfit.practice import Practice, Question
from rightfit.records import Given


class Line(msgspec.Struct, frozen=True):
    """One line of the summary, typed by where it comes from.

    ``words`` are verbatim for *said* and the titles of the choices for *chosen*; null
    where the question was skipped or not asked.
    """

    question: str
    title: str
    kind: Literal["said", "chosen", "skipped", "not_asked"]
    words: str | None


def words_of(question: Question, given: Given) -> str:
    """What stands under a question, as client and coach read it."""
    titles = {choice.id: choice.title for choice in question.choices}
    chosen = ", ".join(titles.get(choice, choice) for choice in given.choices)
    if chosen and given.text:
        return f"{chosen} ({given.text})"
    return chosen or given.text or ""


def lines_of(practice: Practice, answers: Mapping[str, Given]) -> tuple[Line, ...]:
    """A line for each question of the practice, consent and recap aside."""
    lines = []
    for question in practice.questions:
        if question.id in ("consent", "recap"):
            continue
        given = answers.get(question.id)
        if given is None:
            lines.append(Line(question.id, question.title, "not_asked", None))
        elif given.kind == "skipped":
            lines.append(Line(question.id, question.title, "skipped", None))
        else:
            words = words_of(question, given)
            lines.append(Line(question.id, question.title, given.kind, words))
    return tuple(lines)


def as_text(lines: Sequence[Line]) -> str:
    """The lines as plain text, for the recap in the chat."""
    shown = [f"{line.title}: {line.words}" for line in lines if line.words is not None]
    skipped = [line.title for line in lines if line.kind == "skipped"]
    if skipped:
        shown.append("Skipped: " + ", ".join(skipped))
    return "\n\n".join(shown)
