"""The client's later page: how things stand, letters, questions, export and erasing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from rightfit.engine.refusals import NoSuchConversation
from rightfit.privacy.export import export_of
from rightfit.privacy.receipts import digest
from rightfit.review.client_status import status_of, told_to_client
from rightfit.review.decisions import position
from rightfit.review.letters import letters_in
from rightfit.store import conversations, visits
from rightfit.store.allowances import Rate, TooMany, spend_arrival
from rightfit.web import later_together
from rightfit.web.app_keys import CLOCK, DATABASE, RECEIPTS, RECEPTION
from rightfit.web.later_frame import (
    LOOKING,
    Looking,
    Section,
    come_in,
    form_of,
    go_out,
    render,
    see,
)

routes = web.RouteTableDef()

#: Tries to come in, for each address. A code has 80 bits; this keeps the log of tries short.
_TRIES = Rate(per_minute=6, burst=20)


def _questions(looking: Looking) -> Mapping[str, Any] | None:
    """That the coach has asked something and waits for it."""
    return {} if position(looking.log).state == "asked" else None


def _letters(looking: Looking) -> Mapping[str, Any] | None:
    """The letters, the newest first."""
    letters = letters_in(looking.log)[::-1]
    return {"letters": letters} if letters else None


#: What the page shows between how things stand and what a client can do, from top to bottom:
#: first what waits for them. A new section is a template and a function, here in its place.
SECTIONS: tuple[Section, ...] = (
    Section("questions", "parts/questions.html.j2", _questions),
    *later_together.SECTIONS,
    Section("letters", "parts/letters.html.j2", _letters),
)


@routes.get("/later")
@routes.get("/later/")
async def show(request: web.Request) -> web.StreamResponse:
    """The page itself."""
    looking = request[LOOKING]
    intake = looking.content.intake
    status = status_of(intake.state, intake.sent_at is not None, looking.log)
    shown = [(section, section.shows(looking)) for section in SECTIONS]
    return render(
        request,
        "page",
        status_words=told_to_client(looking.practice, status),
        asked=position(looking.log).state == "asked",
        sent_at=datetime.fromisoformat(intake.sent_at) if intake.sent_at else None,
        unfinished=intake.state in ("open", "paused"),
        sections=[(section, found) for section, found in shown if found is not None],
    )


# --- Coming in and going out -----------------------------------------------------------------


@routes.get("/later/enter")
async def ask_for_code(request: web.Request) -> web.StreamResponse:
    """The form for the receipt code; whoever is in goes on at once."""
    if LOOKING in request:
        return see("/later")
    return render(request, "enter", wrong=None, out="out" in request.query)


@routes.post("/later/enter")
async def enter_by_code(request: web.Request) -> web.StreamResponse:
    """Come in with the receipt code."""
    receipts, typed = request.app[RECEIPTS], (await form_of(request)).get("code", "")[:100]
    slowed = await _count_try(request)
    if slowed is not None:
        return slowed
    hashed = digest(receipts.normal(typed))
    async with request.app[DATABASE].reading() as transaction:
        conversation = await conversations.conversation_of_receipt(transaction, hashed)
        held = await conversations.conversation(transaction, conversation) if conversation else None
        erased = await conversations.erased_at(transaction, hashed)
    if held is not None and held.state != "declined":
        return await come_in(request, held.id)
    wrong = (
        "Everything of this intake was erased. Its code opens nothing any more."
        if erased
        else "No intake has this code. Check it letter by letter: four groups of four."
    )
    return render(request, "enter", status=422, wrong=wrong, out=False)


@routes.get("/later/open/{pass}")
async def show_pass(request: web.Request) -> web.StreamResponse:
    """A page with a button: what previews links does not come in, and the next page's
    address holds nothing."""
    return render(request, "open", given=request.match_info["pass"])


@routes.post("/later/open")
async def enter_by_pass(request: web.Request) -> web.StreamResponse:
    """Come in by the link of a letter."""
    given = (await form_of(request)).get("pass", "")[:200]
    slowed = await _count_try(request)
    if slowed is not None:
        return slowed
    conversation = request.app[RECEIPTS].conversation_of_pass(given, request.app[CLOCK]())
    async with request.app[DATABASE].reading() as transaction:
        held = await conversations.conversation(transaction, conversation) if conversation else None
    if held is None:
        wrong = (
            "This link is over, or your intake was erased. You can come in with your receipt code."
        )
        return render(request, "enter", status=410, wrong=wrong, out=False)
    return await come_in(request, held.id)


async def _count_try(request: web.Request) -> web.StreamResponse | None:
    """Take one try from the allowance of the address; a page that says to wait, or null."""
    address = request.app[RECEIPTS].blind(f"later {request.remote}")
    try:
        async with request.app[DATABASE].writing() as transaction:
            await spend_arrival(transaction, address, _TRIES, request.app[CLOCK]())
    except TooMany as much:
        wait = f"{much.retry_after} seconds" if much.retry_after > 1 else "a second"
        wrong = f"That was tried too often. Wait {wait}, then try again."
        response = render(request, "enter", status=429, wrong=wrong, out=False)
        response.headers["Retry-After"] = str(much.retry_after)
        return response
    return None


@routes.post("/later/leave")
async def leave(request: web.Request) -> web.StreamResponse:
    """End the visit on this device."""
    async with request.app[DATABASE].writing() as transaction:
        await visits.end(transaction, request[LOOKING].token_hash)
    response = see("/later/enter?out=1")
    go_out(response)
    return response


# --- What a client can do with the whole of it -----------------------------------------------


@routes.get("/later/conversation")
async def conversation(request: web.Request) -> web.StreamResponse:
    """The conversation, entered without typing the code again."""
    looking = request[LOOKING]
    coach = next(
        (c for c in looking.practice.coaches if c.id == looking.content.intake.coach), None
    )
    return render(
        request,
        "conversation",
        code=request.app[RECEIPTS].of(looking.conversation),
        coach=coach,
    )


@routes.get("/later/export")
async def export(request: web.Request) -> web.Response:
    """Everything that the client said and was written, as a file."""
    looking = request[LOOKING]
    content = looking.content
    letters = [(entry.at, letter) for entry, letter in letters_in(looking.log)]
    return web.json_response(
        export_of(content.intake, content.versions, content.transcript, letters, looking.log),
        headers={"Content-Disposition": 'attachment; filename="my-intake.json"'},
    )


@routes.get("/later/erase")
async def ask_before_erasing(request: web.Request) -> web.StreamResponse:
    """Ask whether to erase everything."""
    return render(request, "erase")


@routes.post("/later/erase")
async def erase(request: web.Request) -> web.StreamResponse:
    """Erase everything of this intake."""
    if (await form_of(request)).get("sure") != "yes":
        return see("/later/erase")
    looking = request[LOOKING]
    try:
        receipt, at = await request.app[RECEPTION].erase(looking.conversation)
    except NoSuchConversation:
        # The same button pressed twice, or another device was faster.
        receipt, at = request.app[RECEIPTS].of(looking.conversation), looking.now
    response = render(request, "erased", receipt=receipt, at=at, gone=True)
    go_out(response)
    return response
