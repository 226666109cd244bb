"""Who a coach in Slack is, and what they may read: the same as on their pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from rightfit.fit import flags_of
from rightfit.practice import Coach, Practice
from rightfit.privacy.access import may_read
from rightfit.privacy.held_back import ForCoach, for_coach
from rightfit.records import Flag, Summary
from rightfit.review.decisions import Position, position
from rightfit.review.events import Entry, FlagWeighed, by_coach, flag_key
from rightfit.review.queue import Queued, danger_met, in_order, section_of, unread_by
from rightfit.store import audit, intakes, people, reviews
from rightfit.store.database import Database
from rightfit.store.intakes import Head
from rightfit.summary.arrangement import summary_of
from rightfit.summary.report import Report, report_of


class Opened(msgspec.Struct, frozen=True):
    """One intake as a coach reads it, without what is held back, and the log as it was then."""

    read: ForCoach
    report: Report
    summary: Summary
    flags: tuple[Flag, ...]
    log: tuple[Entry, ...]
    at: Position

    @property
    def id(self) -> str:
        """The id of the intake."""
        return self.read.intake.id

    @property
    def sent(self) -> bool:
        """Whether the client has ever sent it."""
        return self.read.intake.sent_at is not None


class InQueue(msgspec.Struct, frozen=True):
    """One intake in a coach's list."""

    head: Head
    at: Position
    queued: Queued


class Desk:
    """Reads intakes for coaches."""

    def __init__(
        self, database: Database, practice: Practice, clock: Callable[[], datetime]
    ) -> None:
        self.database, self.practice, self.clock = database, practice, clock

    async def coach_of(self, account: str) -> Coach | None:
        """The coach whose account in Slack this is; null where nobody's, or was let go."""
        found = next((each for each in self.practice.coaches if each.slack == account), None)
        if found is None:
            return None
        async with self.database.reading() as transaction:
            person = await people.may_enter(transaction, self.practice, found.id)
        return found if person else None

    async def open(self, coach: Coach, id: str) -> Opened | None:
        """One intake; null where there is none that this coach may read."""
        practice = self.practice
        async with self.database.reading() as transaction:
            content = await intakes.content(transaction, id)
            log = await reviews.log_of(transaction, id)
        if content is None or not may_read(practice, coach.id, content.intake.coach):
            return None
        read = for_coach(
            practice, content.intake, content.versions, content.transcript, content.held_back
        )
        report = report_of(practice, read.intake, read.versions, read.transcript)
        if report.agreed is None:
            return None
        summary = summary_of(practice, read.intake, read.versions, read.transcript)
        flags = tuple(flags_of(practice, coach, read.intake))
        return Opened(read, report, summary, flags, log, position(log))

    async def note_reading(self, coach: Coach, opened: Opened) -> None:
        """Record that the coach has it open, as their page does."""
        words = opened.read.transcript[-1].seq if opened.read.transcript else 0
        now = self.clock()
        async with self.database.writing() as transaction:
            await reviews.note_reading(
                transaction, opened.id, coach.id, words, len(opened.log), now
            )
            by = by_coach(coach.id)
            await audit.note(transaction, "intake_read", by, now, intake=opened.id, part="Slack")

    async def queue(self, coach: Coach) -> tuple[InQueue, ...]:
        """The coach's list, the most pressing first."""
        async with self.database.reading() as transaction:
            heads = await intakes.heads(transaction)
            logs = await reviews.logs_of(transaction)
            read_by = await reviews.readings_of(transaction, [head.id for head in heads])
        found = {}
        for head in heads:
            if not may_read(self.practice, coach.id, head.coach):
                continue
            log = logs.get(head.id, ())
            at = position(log)
            mine = next((r for r in read_by.get(head.id, ()) if r.coach == coach.id), None)
            far = (mine.message, mine.entry) if mine else None
            unread = unread_by(coach.id, log, far, head.last_words)
            section = section_of(at, sent=head.sent_at is not None, danger=in_danger(head, log))
            since = at.since or head.sent_at or head.changed_at
            found[head.id] = InQueue(head, at, Queued(head.id, section, since, unread))
        return tuple(found[each.id] for each in in_order([one.queued for one in found.values()]))


def in_danger(head: Head, log: Sequence[Entry]) -> bool:
    """Whether the client may be in danger, and no coach has met it yet."""
    return head.danger_at is not None and not danger_met(log, head.danger_at)


def verdict_on(coach: Coach, flag: Flag, log: Sequence[Entry]) -> FlagWeighed | None:
    """What the coach last made of one of their flags."""
    key, by = flag_key(flag), by_coach(coach.id)
    weighed = [
        entry.event
        for entry in log
        if isinstance(entry.event, FlagWeighed) and entry.by == by and entry.event.flag == key
    ]
    return weighed[-1] if weighed else None
