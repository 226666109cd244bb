"""A client's words as evidence: what may be quoted, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from rightfit.language.folding import fold
from rightfit.practice import Practice
from rightfit.records import Intake, Need, Said

#: A client who chose one of these wants no word of that need on the coach's page.
_HELD_BACK = ("leave_out", "tell_in_person")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


class Words(msgspec.Struct, frozen=True):
    """An answer in the client's words; ``hidden`` are the spans that may not be looked at."""

    question: str
    text: str
    hidden: tuple[tuple[int, int], ...] = ()

    def said(self, start: int, end: int) -> Said:
        """The words from start to end as evidence, without the white space around them."""
        piece = self.text[start:end]
        first = start + len(piece) - len(piece.lstrip())
        last = start + len(piece.rstrip())
        return Said(self.question, self.text[first:last], first, last)

    def shows(self, start: int, end: int) -> bool:
        """Whether none of it is hidden."""
        return all(end <= first or last <= start for first, last in self.hidden)

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Start and end of each sentence."""
        for match in _SENTENCE.finditer(self.text):
            if match.group().strip():
                yield match.span()

    def around(self, start: int, end: int) -> Said:
        """The sentence that holds these words, or only the words where some of it is hidden."""
        for first, last in self.sentences():
            if first <= start < last and self.shows(first, max(last, end)):
                return self.said(first, max(last, end))
        return self.said(start, end)


def visible_needs(intake: Intake) -> tuple[Need, ...]:
    """The needs whose words the client lets the coach read."""
    return tuple(need for need in intake.needs if need.sensitive_choice not in _HELD_BACK)


def answers_in_words(intake: Intake, questions: Iterable[str] | None = None) -> tuple[Words, ...]:
    """The answers given in words, to these questions or to all."""
    wanted = None if questions is None else frozenset(questions)
    hidden: dict[str, list[tuple[int, int]]] = {}
    for need in intake.needs:
        if need.sensitive_choice in _HELD_BACK:
            hidden.setdefault(need.question, []).append((need.start, need.end))
    return tuple(
        Words(answer.question, answer.given.text, tuple(hidden.get(answer.question, ())))
        for answer in intake.answers
        if answer.given is not None
        and answer.given.text
        and (wanted is None or answer.question in wanted)
    )


def find(
    pattern: re.Pattern[str], words: Words, unless_before: re.Pattern[str] | None = None
) -> Iterator[tuple[int, int]]:
    """Where the pattern is found in the folded words, in the offsets of the original.

    Hidden words are passed over, and so is what ``unless_before`` turns into its opposite
    earlier in the same sentence.
    """
    folded = fold(words.text)
    for match in pattern.finditer(folded.text):
        start, end = folded.span(*match.span())
        end = end if end > start else start + 1
        if not words.shows(start, end):
            continue
        if unless_before is not None:
            begun = max(folded.text.rfind(mark, 0, match.start()) for mark in ".!?\n") + 1
            if unless_before.search(folded.text, begun, match.end()):
                continue
        yield start, end


def chosen(intake: Intake, question: str) -> tuple[str, ...]:
    """The ids of the choices under a question; empty where it was skipped or not asked."""
    for answer in intake.answers:
        if answer.question == question and answer.given is not None:
            return answer.given.choices if answer.given.kind == "chosen" else ()
    return ()


def choice_said(practice: Practice, intake: Intake, question: str) -> tuple[Said, ...]:
    """What stood on the buttons that the client chose."""
    titles = titles_of(practice, question)
    found = []
    for choice in chosen(intake, question):
        title = titles.get(choice, choice.replace("_", " "))
        found.append(Said(question, title, 0, len(title)))
    return tuple(found)


def titles_of(practice: Practice, question: str) -> dict[str, str]:
    """Choice id -> what stands on its button; empty where the practice has no such question."""
    for each in (*practice.questions, *practice.not_asked):
        if each.id == question:
            return {choice.id: choice.title for choice in each.choices}
    return {}


def need_said(intake: Intake, need: Need) -> Said:
    """The words of a need, where they stand in the answer."""
    return _placed(intake, need.question, need.quote, need.start, need.end)


def quote_said(intake: Intake, question: str | None, quote: str) -> Said:
    """Words that come without offsets; they may have been said beside the answers."""
    if question is not None:
        for words in answers_in_words(intake, (question,)):
            start = words.text.find(quote)
            if start >= 0:
                return Said(question, quote, start, start + len(quote))
    for words in answers_in_words(intake):
        start = words.text.find(quote)
        if start >= 0:
            return Said(words.question, quote, start, start + len(quote))
    return Said(None, quote, 0, len(quote))


def _placed(intake: Intake, question: str, quote: str, start: int, end: int) -> Said:
    for words in answers_in_words(intake, (question,)):
        at = start if words.text[start:end] == quote else words.text.find(quote)
        if at >= 0:
            return Said(question, quote, at, at + len(quote))
    return Said(question, quote, start, end)


def help_said(intake: Intake, question: str, quote: str, start: int, end: int) -> Said | None:
    """Words that ask for other help, unless they are in what the client holds back."""
    for need in intake.needs:
        overlaps = need.question == question and start < need.end and need.start < end
        if need.sensitive_choice in _HELD_BACK and overlaps:
            return None
    return _placed(intake, question, quote, start, end)
