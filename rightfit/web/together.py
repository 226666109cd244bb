"""What the coaches' pages about the round, the trial and the referral have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from rightfit.engine.clockwork import StepRefused
from rightfit.review import in_words
from rightfit.review.events import Event, by_coach
from rightfit.store.reviews import MayNotFollow, NoSuchIntake
from rightfit.web.app_keys import CLOCKWORK
from rightfit.web.coach_frame import SIGNED_IN, render
from rightfit.web.intake_page import LONGEST
from rightfit.web.one_intake import Opened, no_such_intake

#: Why a step cannot be taken, to a coach.
REFUSED: Mapping[str, str] = {
    "no_round": "There is no consider round.",
    "over": "This is over already. Look at how it ended.",
    "open_round": "A consider round is open already.",
    "not_offered": "This cannot be chosen here.",
    "sessions": "Choose for how many coaching sessions you would try it, from 1 to 12.",
    "pause": "Choose a pause of up to seven days.",
    "empty": "There is nothing in it yet. Write what the client should know.",
    "no_pact": "You are not working together yet.",
    "not_asked": "Nobody is asked just now.",
    "given": "You have answered already.",
    "asked": "Both were asked already.",
    "bad_taps": "Tap one answer for each of the six sentences.",
    "bad_session": "Both are asked after the first coaching session, and after the last.",
    "not_yet": "Decide to refer first, or wait until a round or a trial has ended.",
    "nobody": "There is nobody of that name to suggest any more.",
    "named": "You have suggested this one already.",
    "enough": "Three are suggested. More would be a list to be lost in.",
    "sent": "The client has sent their packet already.",
}


async def take(request: web.Request, conversation: str, event: Event) -> str | None:
    """Write one step of the coach who is signed in; null, or what stood in its way.

    Raises:
        NoSuchIntake: it was erased meanwhile.
    """
    try:
        by = by_coach(request[SIGNED_IN].coach.id)
        await request.app[CLOCKWORK].take(conversation, event, by)
    except StepRefused as refused:
        return REFUSED[refused.fault]
    except MayNotFollow as fault:
        return str(fault)
    return None


async def taken(
    request: web.Request, opened: Opened, event: Event, page: str
) -> web.StreamResponse | str:
    """The answer to a form with one step: on to the page, or what stood in its way."""
    try:
        wrong = await take(request, opened.id, event)
    except NoSuchIntake:
        return no_such_intake(request)
    if wrong is not None:
        return wrong
    return web.Response(status=303, headers={"Location": f"/coach/intakes/{opened.id}/{page}"})


def shown(
    request: web.Request, opened: Opened, template: str, *, status: int = 200, **context: Any
) -> web.Response:
    """A page about one intake, with whose it is and where it stands on top."""
    return render(
        request,
        template,
        status=status,
        id=opened.id,
        seen=len(opened.log),
        name=opened.report.name,
        goal=[q.quote for line in opened.summary.headline for q in line.quotes][:2],
        where=in_words.where(opened.at) if opened.sent else None,
        longest=LONGEST,
        **{"wrong": None, **context},
    )


def whole_number(text: str) -> int:
    """A number as a form sends it; -1 where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else -1
