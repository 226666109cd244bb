"""Which of a coach's lines a need meets, and what is known of how much depends on it."""

from __future__ import annotations

import msgspec

from rightfit.fit.evidence import visible_needs
from rightfit.practice import CANS, Coach, EthicsCode, Line, When
from rightfit.records import Intake, Need


class Meeting(msgspec.Struct, frozen=True):
    """A need and a line about the same theme.

    ``mode_known`` is false where the line is for one mode and the need's is not known.
    """

    need: Need
    line: Line
    mode_known: bool


def meetings(coach: Coach, intake: Intake) -> tuple[Meeting, ...]:
    """Every need that meets a line, in the order of the needs."""
    found: list[Meeting] = []
    for need in visible_needs(intake):
        found.extend(_met(coach, need))
    return tuple(found)


def _met(coach: Coach, need: Need) -> list[Meeting]:
    lines = [line for line in coach.lines if line.theme == need.theme]
    general = [line for line in lines if line.mode is None]
    own = [line for line in lines if line.mode is not None and line.mode == need.mode]
    if own or general:
        # What was said of one mode goes before what was said of them all.
        return [Meeting(need, (own or general)[0], mode_known=True)]
    if need.mode is not None:
        return []
    strictest = sorted(lines, key=lambda line: -CANS.index(line.can))
    return [Meeting(need, line, mode_known=False) for line in strictest]


def holds(when: When, meeting: Meeting, code: EthicsCode) -> bool:
    """Whether everything that a rule about lines asks for is so."""
    if when.line_can is None or meeting.line.can not in when.line_can:
        return False
    both, higher, lower = _weight(meeting.need)
    exact: tuple[tuple[bool | None, bool], ...] = (
        (when.mode_known, meeting.mode_known),
        (when.both_said, both),
        (when.referral_barred, referral_barred(code, meeting.line)),
    )
    least = ((when.higher_at_least, higher), (when.lower_at_least, lower))
    most = ((when.higher_at_most, higher), (when.lower_at_most, lower))
    return (
        all(wanted is None or wanted == found for wanted, found in exact)
        and all(
            wanted is None or (found is not None and found >= wanted) for wanted, found in least
        )
        and all(wanted is None or (found is not None and found <= wanted) for wanted, found in most)
    )


def _weight(need: Need) -> tuple[bool, int | None, int | None]:
    """Whether both were said; the higher of what was; the lower where both were."""
    said = [each for each in (need.centrality, need.firmness) if each is not None]
    both = len(said) == 2
    return both, max(said, default=None), min(said) if both else None


def referral_barred(code: EthicsCode, line: Line) -> bool:
    """Whether the code bars a referral for the reason of this line.

    The codes of ACA and NCDA bar counsellors from referring clients solely because of
    their own values (ACA 2014, A.11.b).
    """
    return code == "aca_ncda" and line.reason == "own_limit"
