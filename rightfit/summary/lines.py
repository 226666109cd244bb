"""What stands on a line of the summary: the client's words, or what their buttons said."""

from __future__ import annotations

from collections.abc import Sequence

from rightfit.practice import NEED_CENTRALITY, NEED_FIRMNESS, NEED_MODE, Choice, Practice, Question
from rightfit.records import Given, Need, Quoted, SummaryLine, SummaryNeed


def words_of(question: Question, given: Given) -> str:
    """What stands under a question, as one text."""
    chosen = titles_chosen(question, given)
    if chosen and given.text:
        return f"{chosen} ({given.text})"
    return chosen or given.text or ""


def titles_chosen(question: Question | None, given: Given) -> str | None:
    """What stood on the buttons that were chosen; null where none was.

    A choice that is no longer offered has no title here, so its id stands for it.
    """
    titles = {choice.id: choice.title for choice in question.choices} if question else {}
    return ", ".join(titles.get(choice, choice) for choice in given.choices) or None


def is_offered(question: Question | None, given: Given) -> bool:
    """Whether every choice is still one of the question's."""
    offered = {choice.id for choice in question.choices} if question else set()
    return offered.issuperset(given.choices)


def chosen_of(practice: Practice, need: Need) -> tuple[str | None, str | None, str | None]:
    """What the client chose about a need, as their buttons said: centrality, firmness, mode."""
    centrality, firmness, modes = (
        practice.wording[f"utter_ask_{question}"][0].choices
        for question in (NEED_CENTRALITY, NEED_FIRMNESS, NEED_MODE)
    )
    mode = next((each.title for each in modes if need.picked and each.id == need.mode), None)
    return _at(centrality, need.centrality), _at(firmness, need.firmness), mode


def _at(choices: Sequence[Choice], degree: int | None) -> str | None:
    return choices[degree].title if degree is not None and degree < len(choices) else None


def needs_in_order(needs: Sequence[Need]) -> tuple[Need, ...]:
    """The needs as they are read: those that matter most first; the same words once."""
    first = sorted(needs, key=lambda need: not need.picked)
    return tuple({(need.question, need.quote): need for need in reversed(first)}.values())[::-1]


def words_for(practice: Practice, name: str) -> str:
    """A heading or a sentence of the summary, in the practice's wording."""
    return practice.wording[f"utter_summary_{name}"][0].text


def by_rule(
    practice: Practice,
    rule: str,
    question: str | None = None,
    title: str | None = None,
    turn: int | None = None,
    quotes: Sequence[Quoted] = (),
) -> SummaryLine:
    """A line that a rule found; its sentence is the practice's."""
    words = words_for(practice, rule)
    return SummaryLine("by_rule", question, title, turn, words, tuple(quotes), rule=rule)


def quoted(about: SummaryNeed) -> Quoted:
    """The words of a need, where they stand."""
    need = about.need
    return Quoted(need.question, need.quote, need.start, need.end, about.turn)
