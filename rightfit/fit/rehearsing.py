"""A coach's lines on made-up clients: who is flagged as they are, and with one drawn otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import msgspec

from rightfit.fit.flags import flags_of
from rightfit.practice import CANS, REASONS, Can, Coach, Line, Practice, Reason, Rehearsed
from rightfit.practice.faults import choose_from
from rightfit.records import MODES, THEMES, Flag

#: Where a new line is tried without a reason: the one that no code of ethics treats apart.
_USUAL: Reason = "competence"


class NoSuchLine(ValueError):
    """A line that nobody could draw: ``field`` is what is wrong in it, ``word`` what it says."""

    def __init__(self, field: str, word: str, remedy: str) -> None:
        self.field, self.word, self.remedy = field, word, remedy
        super().__init__(f"{field} '{word}'. {remedy}")


class Met(msgspec.Struct, frozen=True):
    """One made-up client: the flags for the lines as they are, and for those that are tried."""

    client: Rehearsed
    now: tuple[Flag, ...]
    tried: tuple[Flag, ...]

    @property
    def changes(self) -> bool:
        """Whether the coach would read anything else; another reason alone is nothing else."""
        return _read(self.now) != _read(self.tried)


def rehearse(
    practice: Practice, now: Coach, tried: Coach, clients: Iterable[Rehearsed]
) -> tuple[Met, ...]:
    """Every client met by the coach as they are now, and as they try to be."""
    return tuple(
        Met(
            client,
            flags_of(practice, now, client.intake),
            flags_of(practice, tried, client.intake),
        )
        for client in clients
    )


def _read(flags: tuple[Flag, ...]) -> list[Flag]:
    return [msgspec.structs.replace(flag, coach_line=None) for flag in flags]


def line_to_try(coach: Coach, theme: str, mode: str, can: str, reason: str = "") -> Line:
    """The line in these words; without a reason it keeps the one it has, and its note always.

    Raises NoSuchLine.
    """
    for field, word, known in (
        ("theme", theme, tuple(THEMES)),
        ("mode", mode, ("", *MODES)),
        ("can", can, CANS),
        ("reason", reason, ("", *REASONS)),
    ):
        if word not in known:
            raise NoSuchLine(field, word, choose_from(word, filter(None, known)))
    if mode and not THEMES[theme].values:
        raise NoSuchLine("mode", mode, f"'{theme}' has no modes; leave it out.")
    drawn = drawn_at(coach, theme, mode or None)
    kept = drawn.reason if drawn is not None else None
    return Line(
        theme,
        cast(Can, can),
        cast("Reason | None", reason or kept or _USUAL),
        mode or None,
        drawn.note if drawn is not None else "",
    )


def with_line(coach: Coach, line: Line) -> Coach:
    """The coach with this line in place of the one at the same theme and mode."""
    before = drawn_at(coach, line.theme, line.mode)
    others = tuple(each for each in coach.lines if each != before)
    return msgspec.structs.replace(coach, lines=(*others, line))


def drawn_at(coach: Coach, theme: str, mode: str | None) -> Line | None:
    """The coach's line at exactly this theme and mode, or null."""
    return next(
        (line for line in coach.lines if (line.theme, line.mode) == (theme, mode)),
        None,
    )
