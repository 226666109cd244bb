"""One intake on one page: what is central, what it asks of the coach, and what to decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from aiohttp import web

from rightfit.interview import EMAIL
from rightfit.review import in_words
from rightfit.review.decisions import can_reopen, open_decisions
from rightfit.review.letters import letters_in
from rightfit.store import outbox, reviews
from rightfit.store.database import Conflict
from rightfit.summary.lines import words_for
from rightfit.summary.reading_order import GAP, label, pairs, with_gaps
from rightfit.summary.report import Entry
from rightfit.web.app_keys import CLOCK, DATABASE, PRACTICE
from rightfit.web.coach_frame import SIGNED_IN, render
from rightfit.web.history import history, notes
from rightfit.web.intake_view import beside
from rightfit.web.letters import mail_trouble
from rightfit.web.next_steps import next_step
from rightfit.web.one_intake import Opened, no_such_intake, open_intake

routes = web.RouteTableDef()


@routes.get("/coach/intakes/{id}", name="intake")
async def show_intake(request: web.Request) -> web.StreamResponse:
    """One intake: what stands out, every answer as it was given, and the whole conversation."""
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    if request.method == "GET":
        await _note_reading(request, opened)
    me, practice = request[SIGNED_IN].coach, request.app[PRACTICE]
    coach = opened.read.intake.coach
    report, at = opened.report, opened.at
    return render(
        request,
        "intake",
        report=report,
        summary=opened.summary,
        beside=beside(
            practice,
            me,
            opened.read.intake,
            opened.summary,
            report,
            opened.read.transcript,
            opened.log,
        ),
        for_another=in_words.coach_named(practice, coach) if coach != me.id else None,
        word=partial(words_for, practice),
        label=partial(label, practice),
        pairs=partial(pairs, practice),
        with_gaps=with_gaps,
        gap=GAP,
        in_words=in_words.STANDINGS[report.standing],
        wanted=in_words.wanted(practice, me, coach),
        opened_at=datetime.fromisoformat(opened.read.intake.opened_at),
        transcript=opened.read.transcript,
        email=_email(report.facts),
        id=opened.id,
        seen=len(opened.log),
        sent=opened.sent,
        at=at,
        where=in_words.where(at),
        decided_by=in_words.who(practice, me, at.by) if at.by else None,
        decisions=[(each, in_words.DECISIONS[each]) for each in open_decisions(at)]
        if opened.sent
        else [],
        may_reopen=can_reopen(at),
        next_step=next_step(request, opened),
        mail_trouble=await _mail_trouble(request, opened),
        history=history(practice, me, opened.log),
        notes=notes(me, opened.log),
        readers=[
            (name, each.last_at)
            for each in opened.read_by
            if each.coach != me.id and (name := in_words.coach_named(practice, each.coach))
        ],
        longest_note=LONGEST,
        # A coach prints the page to have it in hand, and the conversation is many sheets.
        whole_printed=request.query.get("print") == "whole",
    )


#: Characters of a note or a reason; sent by a form, they stay well below the largest body.
LONGEST = 4000


async def _mail_trouble(request: web.Request, opened: Opened) -> str | None:
    if not letters_in(opened.log):
        return None
    async with request.app[DATABASE].reading() as transaction:
        return mail_trouble(await outbox.sendings_of(transaction, opened.id))


async def _note_reading(request: web.Request, opened: Opened) -> None:
    transcript = opened.read.transcript
    try:
        async with request.app[DATABASE].writing() as transaction:
            await reviews.note_reading(
                transaction,
                opened.id,
                request[SIGNED_IN].coach.id,
                transcript[-1].seq if transcript else 0,
                len(opened.log),
                request.app[CLOCK](),
            )
    except Conflict:
        # Two pages at once, or erased just now; a mark is not worth an error page.
        return


def _email(facts: Sequence[Entry]) -> str | None:
    """The address under the contact question, where it is one and nothing else."""
    words = next((e.now.words for e in facts if e.question == "contact" and e.now), None)
    return words if words and EMAIL.fullmatch(words.strip()) else None
