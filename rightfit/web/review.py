"""The coach's pages: the list of intakes, and one intake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import msgspec
from aiohttp import web

from rightfit.interview import EMAIL
from rightfit.practice import NO_PREFERENCE, Coach, Practice
from rightfit.privacy.access import may_read
from rightfit.privacy.held_back import for_coach
from rightfit.store import intakes
from rightfit.store.intakes import Head
from rightfit.store.tallies import Tally, tallies
from rightfit.summary.arrangement import summary_of
from rightfit.summary.lines import words_for
from rightfit.summary.reading_order import GAP, label, pairs, with_gaps
from rightfit.summary.report import Entry, Standing, report_of, standing
from rightfit.web.app_keys import DATABASE, PRACTICE
from rightfit.web.coach_frame import SIGNED_IN, as_pages, render, trouble
from rightfit.web.intake_view import beside
from rightfit.web.signing_in import guarded

routes = web.RouteTableDef()
#: What stands before every page for coaches, the outer one first.
middlewares = (as_pages, guarded)

_ON_A_PAGE = 50
_STANDINGS: dict[Standing, str] = {
    "being_answered": "Being answered",
    "taking_a_break": "Taking a break",
    "sent": "Sent",
    "changed_after_sending": "Changed after sending",
}


class Row(msgspec.Struct, frozen=True):
    """One intake in the list; ``at`` is when it was sent, or last changed if it was not."""

    id: str
    name: str | None
    standing: Standing
    in_words: str
    wanted: str
    at: datetime
    needs_eyes: int
    urgent: bool
    tally: Tally


@routes.get("/coach")
@routes.get("/coach/")
async def list_intakes(request: web.Request) -> web.StreamResponse:
    """All intakes that the coach may read: those that were sent, then the unfinished ones."""
    me, practice = request[SIGNED_IN].coach, request.app[PRACTICE]
    number = request.query.get("page", "1")
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
    start = (max(page, 1) - 1) * _ON_A_PAGE
    async with request.app[DATABASE].reading() as transaction:
        heads = [
            head
            for head in await intakes.heads(transaction)
            if may_read(practice, me.id, head.coach)
        ]
        heads.sort(
            key=lambda head: (not head.urgent, head.sent_at is None, -_when(head).timestamp())
        )
        shown = heads[start : start + _ON_A_PAGE]
        counts = await tallies(transaction, [head.id for head in shown])
    rows = [_row(practice, me, head, counts.get(head.id, Tally())) for head in shown]
    return render(
        request,
        "intakes",
        sent=[row for row in rows if row.standing in ("sent", "changed_after_sending")],
        unfinished=[row for row in rows if row.standing in ("being_answered", "taking_a_break")],
        how_many=_how_many(heads),
        page=page,
        more=len(heads) > start + _ON_A_PAGE,
        address=f"{request.scheme}://{request.host}",
    )


@routes.get("/coach/intakes/{id}")
async def show_intake(request: web.Request) -> web.StreamResponse:
    """One intake: every answer as it was given, and the whole conversation."""
    me, practice = request[SIGNED_IN].coach, request.app[PRACTICE]
    async with request.app[DATABASE].reading() as transaction:
        content = await intakes.content(transaction, request.match_info["id"])
    if content is None or not may_read(practice, me.id, content.intake.coach):
        return _no_such_intake(request)
    read = for_coach(
        practice, content.intake, content.versions, content.transcript, content.held_back
    )
    report = report_of(practice, read.intake, read.versions, read.transcript)
    if report.agreed is None:
        return _no_such_intake(request)
    summary = summary_of(practice, read.intake, read.versions, read.transcript)
    return render(
        request,
        "intake",
        report=report,
        summary=summary,
        beside=beside(practice, me, read.intake, summary, report, read.transcript),
        for_another=_named(practice, content.intake.coach)
        if content.intake.coach != me.id
        else None,
        word=partial(words_for, practice),
        label=partial(label, practice),
        pairs=partial(pairs, practice),
        with_gaps=with_gaps,
        gap=GAP,
        in_words=_STANDINGS[report.standing],
        wanted=_wanted(practice, me, content.intake.coach),
        opened_at=datetime.fromisoformat(content.intake.opened_at),
        transcript=read.transcript,
        email=_email(report.facts),
    )


def _no_such_intake(request: web.Request) -> web.Response:
    return trouble(
        request, 404, "There is no such intake", "A client can erase theirs at any time."
    )


def _when(head: Head) -> datetime:
    return head.sent_at or head.changed_at


def _row(practice: Practice, me: Coach, head: Head, tally: Tally) -> Row:
    where = standing(head.state, was_sent=head.sent_at is not None)
    return Row(
        id=head.id,
        name=head.name,
        standing=where,
        in_words=_STANDINGS[where],
        wanted=_wanted(practice, me, head.coach),
        at=_when(head),
        needs_eyes=head.dead_letters,
        urgent=head.urgent,
        tally=tally,
    )


def _wanted(practice: Practice, me: Coach, id: str | None) -> str:
    if id is None:
        return "No coach named"
    if id == NO_PREFERENCE:
        return "For any coach"
    if id == me.id:
        return "For you"
    name = _named(practice, id)
    return f"For {name}" if name else "For a coach who is not here any more"


def _named(practice: Practice, id: str | None) -> str | None:
    return next((coach.name for coach in practice.coaches if coach.id == id), None)


def _how_many(heads: Sequence[Head]) -> str:
    sent = sum(head.sent_at is not None for head in heads)
    parts = [f"{sent} sent", f"{len(heads) - sent} unfinished"]
    eyes = sum(head.dead_letters for head in heads)
    if eyes:
        parts.append(f"{eyes} {'message needs' if eyes == 1 else 'messages need'} your eyes")
    return ", ".join(parts)


def _email(facts: Sequence[Entry]) -> str | None:
    """The address under the contact question, where it is one and nothing else."""
    words = next((e.now.words for e in facts if e.question == "contact" and e.now), None)
    return words if words and EMAIL.fullmatch(words.strip()) else None
