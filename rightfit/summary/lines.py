"""The summary as lines: one per question, in the client's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from rightfit.practice import NEED_CENTRALITY, NEED_FIRMNESS, NEED_MODE, Practice, Question
from rightfit.records import Given, Need


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


def chosen_of(practice: Practice, need: Need) -> tuple[str, ...]:
    """What the client chose about a need, in the practice's wording: centrality first."""
    centrality, firmness, modes = (
        practice.wording[f"utter_ask_{question}"][0].choices
        for question in (NEED_CENTRALITY, NEED_FIRMNESS, NEED_MODE)
    )
    return (
        *(choice.title for at, choice in enumerate(centrality) if at == need.centrality),
        *(choice.title for at, choice in enumerate(firmness) if at == need.firmness),
        *(choice.title for choice in modes if need.picked and choice.id == need.mode),
    )


def need_words(practice: Practice, need: Need) -> str:
    """One need as it is read: the client's words, then what they chose about it."""
    chosen = "; ".join(chosen_of(practice, need))
    return f"“{need.quote}”" + (f" ({chosen})" if chosen else "")


def needs_in_order(needs: Sequence[Need]) -> tuple[Need, ...]:
    """The needs as they are read: those that matter most first; the same words once."""
    first = sorted(needs, key=lambda need: not need.picked)
    return tuple({(need.question, need.quote): need for need in reversed(first)}.values())[::-1]


def lines_of(
    practice: Practice, answers: Mapping[str, Given], needs: Sequence[Need] = ()
) -> tuple[Line, ...]:
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
        elif question.kind == "needs":
            words = "\n".join(need_words(practice, need) for need in needs_in_order(needs))
            kind: Literal["said", "not_asked"] = "said" if words else "not_asked"
            lines.append(Line(question.id, question.title, kind, words or None))
        else:
            words = words_of(question, given)
            lines.append(Line(question.id, question.title, given.kind, words))
    return tuple(lines)


def as_text(lines: Sequence[Line]) -> str:
    """The lines as plain text, for the recap in the chat."""
    shown = [_shown(line) for line in lines if line.words is not None]
    skipped = [line.title for line in lines if line.kind == "skipped"]
    if skipped:
        shown.append("Skipped: " + ", ".join(skipped))
    return "\n\n".join(shown)


def _shown(line: Line) -> str:
    several = "\n" if "\n" in (line.words or "") else " "
    return f"{line.title}:{several}{line.words}"
