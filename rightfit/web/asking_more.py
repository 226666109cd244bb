"""Where a coach asks a client more: out of what was left open, or in their own words.

The letter that goes with it is written on the same page. Questions, letter and mail are kept
in one transaction; the interview then puts the questions to the client.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

from rightfit.outbox.contents import entry_hooks
from rightfit.practice import Question, not_for_letters
from rightfit.practice.asked_more import LONGEST, MOST_AT_ONCE
from rightfit.review.asking_more import (
    asked_of,
    fault_of,
    for_the_interview,
    left_open,
    waiting,
)
from rightfit.review.decisions import may_follow
from rightfit.review.events import QuestionsAsked, by_coach
from rightfit.review.letters import LONGEST_TEXT
from rightfit.store import conversations, inbox, outbox, reviews
from rightfit.store.database import StorageUnavailable
from rightfit.store.reviews import AlreadyMoved, MayNotFollow, NoSuchIntake
from rightfit.web.app_keys import CAN_MAIL, CLOCK, DATABASE, PRACTICE, RECEPTION
from rightfit.web.coach_frame import SIGNED_IN, render
from rightfit.web.forms import form_of, see
from rightfit.web.letters import (
    Written,
    first_told,
    mail_to,
    read_letter,
    send_letter,
    suggested,
)
from rightfit.web.one_intake import Opened, no_such_intake, open_intake

routes = web.RouteTableDef()


class Asking(msgspec.Struct, frozen=True):
    """What a coach wants to ask: ids of questions put again, and questions of their own."""

    again: tuple[str, ...]
    own: tuple[str, ...]
    written: Written


@routes.get("/coach/intakes/{id}/ask-more", name="ask_more")
async def choose(request: web.Request) -> web.StreamResponse:
    """The form: what was left open, room for questions of one's own, and the letter."""
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    letter = suggested(request, opened, "ask_more")
    return _choosing(request, opened, Asking((), (), Written(letter, True, len(opened.log))))


@routes.post("/coach/intakes/{id}/ask-more")
async def preview_or_ask(request: web.Request) -> web.StreamResponse:
    """Show it as the client will read it; from there ask, or go back to the form."""
    form = await form_of(request)
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    read, written = read_letter({**form, "kind": "ask_more"})
    own = tuple(filter(None, (_own(form, number) for number in range(1, MOST_AT_ONCE + 1))))
    known = {question.id for question in left_open(request.app[PRACTICE], opened.read.intake)}
    again = tuple(id for id in sorted(known) if form.get(f"again_{id}") == "yes")
    asking, step = Asking(again, own, written), form.get("step")
    fault = fault_of(again, own) or _fault(request, opened)
    wrong = tuple(filter(None, (fault, *read.wrong)))
    if step == "edit" or wrong:
        wrong = wrong if step != "edit" else ()
        return _choosing(request, opened, asking, wrong=wrong, status=422 if wrong else 200)
    careful = tuple(dict.fromkeys((*read.careful, *not_for_letters("\n".join(own)))))
    if step != "send":
        return _preview(request, opened, asking, careful)
    try:
        await _ask(request, opened, asking)
    except NoSuchIntake:
        return no_such_intake(request)
    except MayNotFollow as error:
        return _choosing(request, opened, asking, wrong=(str(error),), status=422)
    except AlreadyMoved as moved:
        latest = await open_intake(request)
        if latest is None:
            return no_such_intake(request)
        seen = msgspec.structs.replace(written, seen=len(latest.log))
        again_ = msgspec.structs.replace(asking, written=seen)
        first = first_told(request, moved)
        return _preview(request, latest, again_, careful, first=first, status=409)
    await _put_to_client(request, opened.id)
    return see(f"/coach/intakes/{opened.id}#decide")


def _own(form: Mapping[str, str], number: int) -> str:
    """One question as typed, in one line."""
    return " ".join("".join(c for c in form.get(f"own_{number}", "") if c.isprintable()).split())


def _fault(request: web.Request, opened: Opened) -> str | None:
    """Why nothing can be asked just now; null if it can."""
    if opened.handed_on:
        return (
            "This intake came from another coach, and its client has no conversation here to"
            " answer in. Write them a letter instead, or ask them when you talk."
        )
    code = request.app[PRACTICE].ethics_code
    wrong = may_follow(opened.log, QuestionsAsked(()), code=code, sent=opened.sent)
    if wrong is None and waiting(opened.log) is not None:
        return "The client has not answered what was asked last. Wait for it, or write to them."
    return wrong


async def _ask(request: web.Request, opened: Opened, asking: Asking) -> None:
    app, me = request.app, request[SIGNED_IN].coach
    practice, at = app[PRACTICE], app[CLOCK]()
    asked = asked_of(practice, opened.log, asking.again, asking.own)
    async with app[DATABASE].writing() as transaction:
        seq = await reviews.record(
            transaction, opened.id, asking.written.seen, asked, by_coach(me.id), at,
            practice.ethics_code,
        )  # fmt: skip
        held = await conversations.conversation(transaction, opened.id)
        if held is None:
            raise NoSuchIntake("there is no such intake")
        await inbox.accept(
            transaction,
            conversation=opened.id,
            channel=held.channel,
            key=f"{opened.id}:ask:{seq}",
            kind="ask",
            body=for_the_interview(asked),
            at=at,
        )
        written = msgspec.structs.replace(asking.written, seen=seq)
        await send_letter(transaction, request, opened, written)
        for each in entry_hooks(practice, opened.id, seq, asked, me.id, at):
            await outbox.put(transaction, each, at)


async def _put_to_client(request: web.Request, id: str) -> None:
    """Let the interview put the questions now; it would within seconds in any case."""
    reception: Any = request.app.get(RECEPTION)
    if reception is None:
        return
    try:
        await reception.give_turns(id)
    except StorageUnavailable:
        return


def _choosing(
    request: web.Request,
    opened: Opened,
    asking: Asking,
    *,
    wrong: tuple[str, ...] = (),
    status: int = 200,
) -> web.Response:
    fault = _fault(request, opened)
    return render(
        request,
        "ask_more",
        status=status,
        id=opened.id,
        name=opened.report.name,
        asking=asking,
        written=asking.written,
        open_questions=_offered(request, opened),
        possible=fault is None,
        wrong=wrong or ((fault,) if fault else ()),
        to=mail_to(request, opened),
        can_mail=request.app.get(CAN_MAIL, False),
        longest=LONGEST_TEXT,
        longest_question=LONGEST,
        most=MOST_AT_ONCE,
    )


def _offered(request: web.Request, opened: Opened) -> tuple[Question, ...]:
    return left_open(request.app[PRACTICE], opened.read.intake)


def _preview(
    request: web.Request,
    opened: Opened,
    asking: Asking,
    careful: tuple[str, ...],
    *,
    first: dict[str, Any] | None = None,
    status: int = 200,
) -> web.Response:
    titles = {question.id: question.title for question in _offered(request, opened)}
    return render(
        request,
        "ask_more_preview",
        status=status,
        id=opened.id,
        name=opened.report.name,
        asking=asking,
        written=asking.written,
        titles=[titles[id] for id in asking.again],
        careful=careful,
        first=first,
        to=mail_to(request, opened) if asking.written.by_mail else None,
    )
