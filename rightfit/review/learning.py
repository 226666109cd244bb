"""What a coach can learn from what they decided: which questions held, which lines have moved.

It is for the coach alone, about the coach alone, and changes nothing by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from rightfit.practice import CANS, Can, Coach, Line
from rightfit.records import THEMES, CoachLine, Flag
from rightfit.review.events import (
    Because,
    ConsiderOpened,
    Decided,
    Entry,
    FlagWeighed,
    Found,
    PactBegun,
    by_coach,
    flag_key,
)

#: So many clients are the least from which anything is said about a line. Three coins that
#: fall alike are no rarity, so it is said as a question.
FEWEST = 3
#: So many of the flags about a line, in four, have to be set aside before it is asked whether
#: the line has become too strict.
_MOST_IN_FOUR = 3
#: So often it has to have gone wrong where nothing was flagged, or a flag was set aside.
FEWEST_MISSED = 2
#: The four-fifths rule: where one group is taken at less than four fifths of the rate of
#: another, that is taken as a sign of adverse impact; differences of small numbers are not
#: (Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 D).
FOUR_FIFTHS = 0.8


class Raised(msgspec.Struct, frozen=True):
    """One flag of the coach that stands on an intake; ``theme`` is of the line it met, if any."""

    key: str
    rule: str
    theme: str | None
    mode: str | None


class Case(msgspec.Struct, frozen=True):
    """One intake: its log, what its needs are about, and the coach's flags that stand on it."""

    log: tuple[Entry, ...]
    themes: frozenset[str]
    raised: tuple[Raised, ...]


class OfRule(msgspec.Struct, frozen=True):
    """What became of the flags of one rule.

    ``reasons`` are those for setting it aside, the most frequent first. ``missed`` counts
    flags that were set aside where the coach later found that it did not fit.
    """

    rule: str
    upheld: int
    overridden: int
    reasons: tuple[tuple[str, int], ...]
    missed: int


class Proposal(msgspec.Struct, frozen=True):
    """A line that might be drawn otherwise: ``before`` is null where there is none yet.

    ``milder``: ``count`` of ``of`` clients' flags about it were set aside. ``stricter``:
    ``count`` of them did not fit later. ``new``: ``count`` clients did not fit over the theme,
    and nothing was flagged.
    """

    kind: Literal["milder", "stricter", "new"]
    before: Line | None
    after: Line
    count: int
    of: int


class Cluster(msgspec.Struct, frozen=True):
    """A sensitive theme over which clients are kept less often than others.

    ``kept`` of ``decided`` with it went ahead, and ``kept_others`` of ``decided_others``
    without it.
    """

    theme: str
    referred: int
    kept: int
    decided: int
    kept_others: int
    decided_others: int


class Ledger(msgspec.Struct, frozen=True):
    """The coach's referrals by theme, and by what they rested on.

    ``unsure`` counts those in which the coach was not sure to decide the same of the opposite.
    """

    referrals: int
    by_theme: tuple[tuple[str, int], ...]
    by_reason: tuple[tuple[Because, int], ...]
    unsure: int
    clusters: tuple[Cluster, ...]


class Learned(msgspec.Struct, frozen=True):
    """All of it. ``unforeseen`` counts clients with whom it did not fit and no flag stood."""

    rules: tuple[OfRule, ...]
    unforeseen: int
    proposals: tuple[Proposal, ...]
    ledger: Ledger


def raised(flags: Iterable[Flag]) -> tuple[Raised, ...]:
    """Flags, as far as they are learned from."""
    found = []
    for flag in flags:
        line = flag.coach_line if isinstance(flag.coach_line, CoachLine) else None
        theme, mode = (line.theme, line.mode) if line else (None, None)
        found.append(Raised(flag_key(flag), flag.rule, theme, mode))
    return tuple(found)


def weighed_by(coach: str, log: Sequence[Entry]) -> Mapping[str, FlagWeighed]:
    """Key of a flag -> what the coach last made of it."""
    return {
        entry.event.flag: entry.event
        for entry in log
        if isinstance(entry.event, FlagWeighed) and entry.by == by_coach(coach)
    }


def learned(coach: Coach, cases: Sequence[Case]) -> Learned:
    """What a coach can learn of these intakes; of what colleagues decided, nothing."""
    return Learned(
        rules=_rules(coach, cases),
        unforeseen=sum(_went_wrong(coach, each) and not each.raised for each in cases),
        proposals=(*_moved(coach, cases), *_not_drawn(coach, cases)),
        ledger=_ledger(coach, cases),
    )


def _found(coach: Coach, case: Case) -> Found | None:
    by = by_coach(coach.id)
    said = [e.event for e in case.log if isinstance(e.event, Found) and e.by == by]
    return said[-1] if said else None


def _went_wrong(coach: Coach, case: Case) -> bool:
    found = _found(coach, case)
    return found is not None and found.fit == "no_fit"


def _rules(coach: Coach, cases: Sequence[Case]) -> tuple[OfRule, ...]:
    weighed = [(case, event) for case in cases for event in weighed_by(coach.id, case.log).values()]
    of_rule = []
    for rule in dict.fromkeys(event.rule for _, event in weighed):
        mine = [(case, event) for case, event in weighed if event.rule == rule]
        aside = [(case, event) for case, event in mine if event.verdict == "overridden"]
        reasons = Counter(event.reason for _, event in aside if event.reason)
        of_rule.append(
            OfRule(
                rule,
                upheld=len(mine) - len(aside),
                overridden=len(aside),
                reasons=tuple(reasons.most_common()),
                missed=sum(_went_wrong(coach, case) for case, _ in aside),
            )
        )
    return tuple(of_rule)


# --- Lines that may have moved ---------------------------------------------------------------


def _moved(coach: Coach, cases: Sequence[Case]) -> Iterable[Proposal]:
    """Lines whose flags are mostly set aside, or were set aside and should not have been."""
    for line in coach.lines:
        about = [verdicts for case in cases if (verdicts := _verdicts(coach, case, line))]
        aside = [verdicts for verdicts in about if set(verdicts) == {"overridden"}]
        wrong = [
            case
            for case in cases
            if _went_wrong(coach, case) and "overridden" in _verdicts(coach, case, line)
        ]
        if len(wrong) >= FEWEST_MISSED:
            after = _step(line, stricter=True)
            if after is not None:
                yield Proposal("stricter", line, after, len(wrong), len(about))
        elif len(aside) >= FEWEST and len(aside) * 4 >= len(about) * _MOST_IN_FOUR:
            after = _step(line, stricter=False)
            if after is not None:
                yield Proposal("milder", line, after, len(aside), len(about))


def _verdicts(coach: Coach, case: Case, line: Line) -> list[str]:
    return [
        event.verdict
        for event in weighed_by(coach.id, case.log).values()
        if (event.theme, event.mode) == (line.theme, line.mode)
    ]


def _step(line: Line, *, stricter: bool) -> Line | None:
    """The line one step away; null where there is none further."""
    to = CANS.index(line.can) + (1 if stricter else -1)
    if not 0 <= to < len(CANS):
        return None
    can: Can = CANS[to]  # type: ignore[assignment]
    reason = None if can == "fully" else line.reason
    return msgspec.structs.replace(line, can=can, reason=reason)


def _not_drawn(coach: Coach, cases: Sequence[Case]) -> Iterable[Proposal]:
    """Themes over which it did not fit, of which no line of the coach says anything."""
    over = Counter(
        theme
        for case in cases
        if _went_wrong(coach, case)
        for theme in set(_about(coach, case))
        if theme in THEMES and not any(each.theme == theme for each in case.raised)
    )
    drawn = {line.theme for line in coach.lines}
    for theme, count in over.most_common():
        if count >= FEWEST_MISSED and theme not in drawn:
            yield Proposal("new", None, Line(theme, "after_telling", "competence"), count, count)


def _about(coach: Coach, case: Case) -> tuple[str, ...]:
    found = _found(coach, case)
    return found.themes if found else ()


# --- The fairness ledger ---------------------------------------------------------------------


def _ledger(coach: Coach, cases: Sequence[Case]) -> Ledger:
    outcomes = [(case, outcome) for case in cases if (outcome := _outcome(coach, case))]
    referred = [event for _, event in outcomes if isinstance(event, Decided)]
    themes = Counter(theme for event in referred for theme in event.themes)
    reasons = Counter(event.because for event in referred if event.because)
    return Ledger(
        referrals=len(referred),
        by_theme=tuple(themes.most_common()),
        by_reason=tuple(reasons.most_common()),
        unsure=sum(event.if_opposite == "not_sure" for event in referred),
        clusters=tuple(_clusters(outcomes)),
    )


def _outcome(coach: Coach, case: Case) -> Decided | Literal["kept"] | None:
    """The coach's last word about a client: a referral, or kept; null where there was neither."""
    last: Decided | Literal["kept"] | None = None
    my_round = False
    for entry in case.log:
        event, mine = entry.event, entry.by == by_coach(coach.id)
        if mine and isinstance(event, Decided):
            if event.decision == "refer":
                last = event
            elif event.decision == "proceed":
                last = "kept"
        elif isinstance(event, ConsiderOpened):
            my_round = mine
        elif isinstance(event, PactBegun) and my_round:
            last = "kept"
    return last


def _clusters(
    outcomes: Sequence[tuple[Case, Decided | Literal["kept"]]],
) -> Iterable[Cluster]:
    for theme in (each.id for each in THEMES.values() if each.sensitive):
        with_it: list[Decided | Literal["kept"]] = []
        without: list[Decided | Literal["kept"]] = []
        for case, outcome in outcomes:
            over = isinstance(outcome, Decided) and theme in outcome.themes
            (with_it if theme in case.themes or over else without).append(outcome)
        referred = sum(isinstance(each, Decided) and theme in each.themes for each in with_it)
        if referred < FEWEST:
            continue
        kept = sum(each == "kept" for each in with_it)
        kept_others = sum(each == "kept" for each in without)
        # With nobody to compare with, so many referrals over one theme are worth a look.
        others = kept_others / len(without) if without else 1.0
        if kept / len(with_it) < FOUR_FIFTHS * others:
            yield Cluster(theme, referred, kept, len(with_it), kept_others, len(without))
