"""What one intake's page shows beside the summary: flags, the map, where each line came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from rightfit.fit import flags_of
from rightfit.fit.lines import meetings
from rightfit.practice import Coach, Practice
from rightfit.records import CoachLine, Flag, Intake, Level, Message, Said, Summary
from rightfit.review.events import Entry as LogEntry
from rightfit.review.events import FlagWeighed, Verdict, flag_key
from rightfit.review.in_words import CANS, LEVELS
from rightfit.review.learning import weighed_by
from rightfit.summary.need_map import need_map
from rightfit.summary.report import Entry, Report

#: How it is set. Anybody can fetch the style sheet, so it must not name a level.
LOOKS: Mapping[Level, str] = {
    "urgent": "grave",
    "consider_referral": "bold",
    "disclose": "bold",
    "ask_more": "plain",
    "note": "plain",
}


class FlagShown(msgspec.Struct, frozen=True):
    """A flag as its coach reads it; each quote with the message it opens, if there is one.

    ``key`` tells it from the others; ``verdict`` is what this coach last made of it, null
    where it was not weighed yet, and ``because`` the reason that they gave.
    """

    flag: Flag
    level: str
    look: str
    said: tuple[tuple[str, int | None], ...]
    line: str | None
    note: str | None
    key: str
    verdict: Verdict | None = None
    because: str = ""


class Beside(msgspec.Struct, frozen=True):
    """What stands beside the summary. ``flags`` are for the coach who looks, and no one else.

    ``earlier`` holds the earlier versions by question, ``at`` the time of each message.
    """

    flags: tuple[FlagShown, ...]
    map: str | None
    earlier: Mapping[str, Entry]
    at: Mapping[int, datetime]


def beside(
    practice: Practice,
    coach: Coach,
    intake: Intake,
    summary: Summary,
    report: Report,
    transcript: Sequence[Message],
    log: Sequence[LogEntry] = (),
) -> Beside:
    """What the page of one intake shows to one coach, beside the summary."""
    turns = {answer.question: answer.turn for answer in intake.answers}
    met = {(each.need.question, each.need.quote) for each in meetings(coach, intake)}
    on_a_line = [
        number
        for number, about in enumerate(summary.central, start=1)
        if (about.need.question, about.need.quote) in met
    ]
    weighed = weighed_by(coach.id, log)
    return Beside(
        flags=tuple(_shown(flag, turns, weighed) for flag in flags_of(practice, coach, intake)),
        map=need_map(practice, summary.central, on_a_line),
        earlier={entry.question: entry for entry in (*report.told, *report.facts)},
        at={message.seq: message.at for message in transcript},
    )


def _shown(flag: Flag, turns: Mapping[str, int], weighed: Mapping[str, FlagWeighed]) -> FlagShown:
    line, key = flag.coach_line, flag_key(flag)
    found = weighed.get(key)
    return FlagShown(
        flag=flag,
        level=LEVELS[flag.level],
        look=LOOKS[flag.level],
        said=tuple((said.quote, _turn(said, turns)) for said in flag.client_said),
        line=CANS[line.can] if isinstance(line, CoachLine) else line,
        note=(line.note or None) if isinstance(line, CoachLine) else None,
        key=key,
        verdict=found.verdict if found else None,
        because=found.reason if found else "",
    )


def _turn(said: Said, turns: Mapping[str, int]) -> int | None:
    return turns.get(said.question) if said.question else None
