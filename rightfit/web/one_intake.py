"""One intake as the coach who is signed in may read it, with its log."""

from __future__ import annotations

import msgspec
from aiohttp import web

from rightfit.privacy.access import may_read
from rightfit.privacy.held_back import ForCoach, for_coach
from rightfit.records import Summary
from rightfit.review.decisions import Position, position
from rightfit.review.events import Entry
from rightfit.store import intakes, packets, reviews
from rightfit.store.reviews import Reading
from rightfit.summary.arrangement import summary_of
from rightfit.summary.report import Report, report_of
from rightfit.web.app_keys import DATABASE, PRACTICE
from rightfit.web.coach_frame import SIGNED_IN, trouble


class Opened(msgspec.Struct, frozen=True):
    """One intake, without what is held back from coaches, and the log as it was just now.

    ``read_by`` are the coaches who have opened it, the first one first. ``handed_on`` says that
    it came from another coach, as a packet.
    """

    read: ForCoach
    report: Report
    summary: Summary
    log: tuple[Entry, ...]
    at: Position
    read_by: tuple[Reading, ...]
    handed_on: bool = False

    @property
    def id(self) -> str:
        """The id of the intake."""
        return self.read.intake.id

    @property
    def sent(self) -> bool:
        """Whether the client has ever sent it."""
        return self.read.intake.sent_at is not None


async def open_intake(request: web.Request) -> Opened | None:
    """The intake that the address names; null where there is none that this coach may read."""
    me, practice = request[SIGNED_IN].coach, request.app[PRACTICE]
    id = request.match_info["id"]
    async with request.app[DATABASE].reading() as transaction:
        content = await intakes.content(transaction, id)
        log = await reviews.log_of(transaction, id)
        read_by = (await reviews.readings_of(transaction, [id])).get(id, ())
        handed_on = await packets.came_from(transaction, id) is not None
    if content is None or not may_read(practice, me.id, content.intake.coach):
        return None
    read = for_coach(
        practice, content.intake, content.versions, content.transcript, content.held_back
    )
    report = report_of(practice, read.intake, read.versions, read.transcript)
    if report.agreed is None:
        return None
    summary = summary_of(practice, read.intake, read.versions, read.transcript)
    return Opened(read, report, summary, log, position(log), read_by, handed_on)


def no_such_intake(request: web.Request) -> web.Response:
    """The page for an intake that is not there, or not any more."""
    return trouble(
        request, 404, "There is no such intake", "A client can erase theirs at any time."
    )
