"""The flags of one intake for one coach: the strongest first, one for each matter."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from rightfit.fit.evidence import need_said
from rightfit.fit.findings import FINDS, SPEAKS_AGAINST, Matter
from rightfit.fit.lines import Meeting, holds, meetings
from rightfit.practice import Coach, FitRule, Line, Practice
from rightfit.practice.naming import need_named
from rightfit.records import LEVELS, CoachLine, Flag, Intake, Said

#: Added to what would make a flag fine; the words themselves stand with the client's others.
_AGAINST = "The client also said something that speaks against it: see the last quote."


class _Raised(msgspec.Struct, frozen=True):
    """One matter before it is put into words; ``order`` is the rule's place in the file."""

    rule: FitRule
    order: int
    said: tuple[Said, ...]
    coach_line: CoachLine | str | None = None
    need: str = ""
    help: str = ""

    @property
    def strength(self) -> tuple[int, int]:
        return -LEVELS.index(self.rule.level), self.order


def flags_of(practice: Practice, coach: Coach, intake: Intake) -> tuple[Flag, ...]:
    """The questions that this intake puts to this coach, the strongest first.

    Where somebody may be in danger, that is the only flag: no rule about fit is looked at.
    """
    if any(shown.level == "crisis" for shown in intake.distress):
        watched = [(each, rule) for each, rule in enumerate(practice.rules) if _is_urgent(rule)]
        raised = [
            one for each, rule in watched for one in _found(practice, coach, intake, rule, each)
        ]
    else:
        raised = [*_of_lines(practice, coach, intake), *_of_findings(practice, coach, intake)]
    raised.sort(key=lambda one: one.strength)
    return tuple(_flag(one, intake) for one in _one_for_each_matter(raised))


def _is_urgent(rule: FitRule) -> bool:
    return rule.when.finds == "crisis"


def _of_findings(practice: Practice, coach: Coach, intake: Intake) -> Iterator[_Raised]:
    for order, rule in enumerate(practice.rules):
        yield from _found(practice, coach, intake, rule, order)


def _found(
    practice: Practice, coach: Coach, intake: Intake, rule: FitRule, order: int
) -> Iterator[_Raised]:
    if rule.when.finds is None:
        return
    for finding in FINDS[rule.when.finds](practice, coach, intake):
        yield _Raised(rule, order, finding.said, finding.declared, help=finding.help or "")


def _of_lines(practice: Practice, coach: Coach, intake: Intake) -> Iterator[_Raised]:
    """One for each line that is met: the strongest rule, with the words of every need."""
    by_line: dict[Line, list[tuple[int, FitRule, Meeting]]] = {}
    for meeting in meetings(coach, intake):
        for order, rule in enumerate(practice.rules):
            if holds(rule.when, meeting, practice.ethics_code):
                by_line.setdefault(meeting.line, []).append((order, rule, meeting))
    for line, met in by_line.items():
        met.sort(key=lambda each: (-LEVELS.index(each[1].level), each[0]))
        order, rule, strongest = met[0]
        said = dict.fromkeys(need_said(intake, meeting.need) for _, _, meeting in met)
        modes = {meeting.need.mode for _, _, meeting in met}
        mode = strongest.need.mode if len(modes) == 1 and strongest.mode_known else None
        yield _Raised(
            rule,
            order,
            tuple(said),
            CoachLine(line.theme, line.mode, line.can, line.reason, line.note),
            need=need_named(line.theme, mode),
        )


def _one_for_each_matter(raised: list[_Raised]) -> Iterator[_Raised]:
    """Leave out what a stronger one already asks about the same words."""
    asked: list[_Raised] = []
    for one in raised:
        own = tuple(
            said for said in one.said if not any(_same(said, one, other) for other in asked)
        )
        if own or not one.said:
            kept = msgspec.structs.replace(one, said=own)
            asked.append(kept)
            yield kept


def _same(said: Said, one: _Raised, other: _Raised) -> bool:
    """The very same words, or words that overlap where both are about the same part."""
    for theirs in other.said:
        if said == theirs:
            return True
        overlaps = (
            said.question == theirs.question and said.start < theirs.end and theirs.start < said.end
        )
        if overlaps and one.rule.part == other.rule.part:
            return True
    return False


def _flag(one: _Raised, intake: Intake) -> Flag:
    rule = one.rule
    fine_if, said = _in_words(rule.fine_if, one), one.said
    against = SPEAKS_AGAINST[rule.against](intake, _matter(one)) if rule.against else ()
    against = tuple(each for each in against if each not in said)
    if against:
        fine_if, said = f"{fine_if} {_AGAINST}", (*said, against[0])
    return Flag(
        rule=rule.id,
        part=rule.part,
        level=rule.level,
        says=_in_words(rule.says, one),
        client_said=said,
        coach_line=one.coach_line,
        fine_if=fine_if,
        ask=_in_words(rule.ask, one),
        override_reasons=rule.override_reasons,
    )


def _matter(one: _Raised) -> Matter:
    questions = frozenset(said.question for said in one.said if said.question is not None)
    line = one.coach_line
    return Matter(questions, line.theme if isinstance(line, CoachLine) else None)


def _in_words(wording: str, one: _Raised) -> str:
    return wording.replace("{need}", one.need).replace("{help}", one.help)
