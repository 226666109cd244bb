"""The mirror test: another belief, faith, identity, party, name or gender changes no flag.

It swaps the words in an intake and compares what the two raise. ``Reads`` is how a text is
understood; it is an argument, for nothing in here knows how that is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import msgspec

from rightfit.fit.flags import flags_of
from rightfit.language.folding import fold
from rightfit.language.opposites import GENDER, NAMES, OPPOSITES
from rightfit.language.rewriting import EvenText, Rewritten, even_text, renamed, swapped, table_of
from rightfit.practice import Coach, Line, Practice
from rightfit.practice.asked_more import with_asked_more
from rightfit.records import (
    THEMES,
    Answer,
    DistressShown,
    Flag,
    Given,
    Intake,
    Need,
    OutsideHelp,
    Said,
)


class Read(msgspec.Struct, frozen=True):
    """What one answer was understood to hold."""

    needs: tuple[Need, ...] = ()
    outside_help: tuple[OutsideHelp, ...] = ()
    in_crisis: bool = False


Reads = Callable[[str, str], Read]
_Quoted = TypeVar("_Quoted", Need, OutsideHelp)

#: How many different opposites one word has at most.
_TURNS = max(len(words) for words in table_of(OPPOSITES).opposites.values())


class Mirrored(msgspec.Struct, frozen=True):
    """An intake with other words in it; ``swap`` says what was changed, ``words`` how often."""

    swap: str
    intake: Intake
    words: int


class Difference(msgspec.Struct, frozen=True):
    """A flag, or a part of one, that one of the two intakes has and its mirror has not."""

    coach: str
    swap: str
    intake: Intake
    mirrored: Intake
    only_here: tuple[Flag, ...]
    only_there: tuple[Flag, ...]

    def __str__(self) -> str:
        return "\n".join(
            [
                f"For coach {self.coach}, these two differ in {self.swap} alone:",
                "--- one",
                transcript(self.intake),
                "--- the other",
                transcript(self.mirrored),
                *(f"--- only the one: {_told(flag)}" for flag in self.only_here),
                *(f"--- only the other: {_told(flag)}" for flag in self.only_there),
            ]
        )


def transcript(intake: Intake) -> str:
    """The answers of an intake to be read beside another's."""
    lines = []
    for answer in intake.answers:
        given = answer.given
        said = given.text or ", ".join(given.choices) or "(skipped)" if given else "(taken out)"
        lines.append(f"{answer.question}: {said}")
    lines += [f"need: {need.theme} ({need.mode}), {need.quote!r}" for need in intake.needs]
    return "\n".join(lines)


def _told(flag: Flag) -> str:
    quotes = "; ".join(said.quote for said in flag.client_said)
    return f"{flag.rule}, {flag.part}, {flag.level}: {flag.says} [{quotes}]"


def mirrors(intake: Intake, coach: Coach) -> Iterator[Mirrored]:
    """The intake with other beliefs, another gender and another name, each and together.

    What the coach has a stake in is a name and no belief: it stays as it is.
    """
    apart = tuple(
        name for each in coach.conflicts_of_interest for name in (each.name, *each.variants)
    )
    beliefs, gender = table_of(OPPOSITES, apart), table_of(GENDER, apart)
    own = _name(intake)
    free = [other for other in NAMES if not any(fold(other).text in fold(a).text for a in apart)]
    named = own is not None and not any(fold(own).text in fold(name).text for name in apart)
    for turn in range(_TURNS):
        yield _mirrored("belief", intake, partial(swapped, table=beliefs, turn=turn))
    for turn in range(2):
        yield _mirrored("gender", intake, partial(swapped, table=gender, turn=turn))
    if own is None or not named:
        return
    for other in free:
        yield _mirrored("name", intake, partial(renamed, name=own, other=other))


def _mirrored(swap: str, intake: Intake, rewrite: Callable[[str], Rewritten]) -> Mirrored:
    rewritten = {
        answer.question: rewrite(answer.given.text)
        for answer in intake.answers
        if answer.given is not None and answer.given.text is not None
    }

    def placed(question: str, quote: str, start: int, end: int) -> tuple[str, int, int]:
        new = rewritten.get(question)
        if new is None:
            return rewrite(quote).text, start, end
        first, last = new.there(start, end)
        return new.text[first:last], first, last

    def need_there(need: Need) -> Need:
        quote, start, end = placed(need.question, need.quote, need.start, need.end)
        return msgspec.structs.replace(need, quote=quote, start=start, end=end)

    def help_there(help_: OutsideHelp) -> OutsideHelp:
        quote, start, end = placed(help_.question, help_.quote, help_.start, help_.end)
        return msgspec.structs.replace(help_, quote=quote, start=start, end=end)

    new = msgspec.structs.replace(
        intake,
        answers=tuple(_answer(answer, rewritten.get(answer.question)) for answer in intake.answers),
        needs=tuple(map(need_there, intake.needs)),
        outside_help=tuple(map(help_there, intake.outside_help)),
        distress=tuple(
            msgspec.structs.replace(shown, quote=rewrite(shown.quote).text)
            for shown in intake.distress
        ),
    )
    return Mirrored(swap, new, sum(len(each.pieces) for each in rewritten.values()))


def _answer(answer: Answer, new: Rewritten | None) -> Answer:
    if new is None or answer.given is None:
        return answer
    given = msgspec.structs.replace(answer.given, text=new.text)
    return msgspec.structs.replace(answer, given=given)


def _name(intake: Intake) -> str | None:
    for answer in intake.answers:
        if answer.question == "name" and answer.given is not None:
            return answer.given.text
    return None


def differences(
    practice: Practice, coach: Coach, intake: Intake, reads: Reads | None = None
) -> Iterator[Difference]:
    """Every mirror of an intake that raises other flags than the intake itself.

    Where ``reads`` is given, needs are found in the words of both anew.
    """
    here = intake if reads is None else afresh(practice, intake, evenly(reads, _name(intake)))
    raised = flags_of(practice, coach, here)
    for mirror in mirrors(intake, coach):
        there = mirror.intake
        if reads is not None:
            there = afresh(practice, there, evenly(reads, _name(there)))
        found = flags_of(practice, coach, there)
        only_here, only_there = _apart(raised, found), _apart(found, raised)
        if only_here or only_there:
            yield Difference(coach.id, mirror.swap, here, there, only_here, only_there)


def _apart(ours: tuple[Flag, ...], theirs: tuple[Flag, ...]) -> tuple[Flag, ...]:
    known = [_without_words(flag) for flag in theirs]
    return tuple(flag for flag in ours if _without_words(flag) not in known)


def _without_words(flag: Flag) -> Flag:
    """A flag but for the client's words: only under which questions they stand."""
    said = tuple(Said(each.question, "", 0, 0) for each in flag.client_said)
    return msgspec.structs.replace(flag, client_said=said)


def drawn_everywhere(coach: Coach) -> Coach:
    """The coach with a line at every theme, so that no change of a need goes unnoticed."""
    lines = tuple(Line(theme, "not_well", "competence") for theme in THEMES)
    return msgspec.structs.replace(coach, id=f"{coach.id}, with every line", lines=lines)


def evenly(reads: Reads, name: str | None = None) -> Reads:
    """A way to read that sees neither belief nor gender nor the client's name.

    Each is read as one word for itself and its opposites, so that no model can tell them
    apart. What is found stands in the offsets of the words as they were said.
    """

    def read(question: str, text: str) -> Read:
        even = even_text(text, name)
        found = reads(question, even.text)
        return Read(
            tuple(_moved(need, text, even) for need in found.needs),
            tuple(_moved(help_, text, even) for help_ in found.outside_help),
            found.in_crisis,
        )

    return read


def _moved(found: _Quoted, text: str, even: EvenText) -> _Quoted:
    start, end = even.back(found.start, found.end)
    return msgspec.structs.replace(found, quote=text[start:end], start=start, end=end)


def afresh(practice: Practice, intake: Intake, reads: Reads) -> Intake:
    """The intake with its needs found in the words anew.

    What the client said about a theme when asked is kept; a theme of which nothing was said
    is taken to matter most, so that it does not go unnoticed.
    """
    asked = {need.theme: need for need in reversed(intake.needs)}
    needs: list[Need] = []
    help_: list[OutsideHelp] = []
    distress: list[DistressShown] = []
    open_questions = {
        question.id
        for question in (
            *with_asked_more(practice, intake.asked_more).questions,
            *practice.not_asked,
        )
        if question.kind == "open"
    }
    for answer in intake.answers:
        given: Given | None = answer.given
        if given is None or not given.text or answer.question not in open_questions:
            continue
        found = reads(answer.question, given.text)
        needs.extend(_weighed(need, asked.get(need.theme)) for need in found.needs)
        help_.extend(found.outside_help)
        if found.in_crisis:
            distress.append(DistressShown("crisis", given.text, answer.question, answer.turn))
    return msgspec.structs.replace(
        intake, needs=tuple(needs), outside_help=tuple(help_), distress=tuple(distress)
    )


def _weighed(need: Need, asked: Need | None) -> Need:
    if asked is None:
        return msgspec.structs.replace(need, picked=True, centrality=4, firmness=4)
    return msgspec.structs.replace(
        need,
        picked=asked.picked,
        centrality=asked.centrality,
        firmness=asked.firmness,
        sensitive_choice=asked.sensitive_choice,
        mode=asked.mode or need.mode,
    )
