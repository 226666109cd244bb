"""Working together, on the coach's side: say when a session was, six taps, and leave."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from rightfit.review.events import PactLeft, PulseAsked, PulseGiven, Side
from rightfit.review.pact import HIGHEST, PARTS, Concern, calls, pact_of, to_give
from rightfit.web.app_keys import PRACTICE
from rightfit.web.forms import form_of
from rightfit.web.one_intake import Opened, no_such_intake, open_intake
from rightfit.web.together import REFUSED, shown, taken, whole_number

routes = web.RouteTableDef()

#: What a pulse calls the coach for. No figure, and nothing of who tapped what.
CONCERNS: Mapping[tuple[str, str], str] = {
    ("goals", "low"): (
        "What you are working towards may not be what the client wants. Begin your next talk"
        " with the goal, and let them say it anew."
    ),
    ("goals", "apart"): (
        "You and the client see the goal differently. Ask each other what should be different"
        " when you are done."
    ),
    ("tasks", "low"): (
        "The way of working may not suit. Ask what helps and what does not, and change it together."
    ),
    ("tasks", "apart"): (
        "You and the client see the way of working differently. Ask what they take from it."
    ),
    ("bond", "low"): (
        "Something may be amiss between you. Ask how it is to work with you, and leave time for"
        " the answer."
    ),
    ("bond", "apart"): (
        "You and the client feel differently about how it is between you. Ask, and listen first."
    ),
}


def in_a_sentence(concern: Concern) -> str:
    """What to do about a concern."""
    return CONCERNS[concern.part, concern.what]


def taps_of(form: Mapping[str, str], side: Side, session: int) -> PulseGiven | None:
    """Six taps as a form sends them, ``goals_0`` to ``bond_1``; null where one is missing.

    A form counts from the first button, yes, at 0; a pulse counts from no.
    """
    taps = []
    for part in PARTS:
        pair = tuple(HIGHEST - whole_number(form.get(f"{part}_{n}", "")) for n in range(2))
        if not all(0 <= tap <= HIGHEST for tap in pair):
            return None
        taps.append(pair)
    return PulseGiven(side, session, *taps)  # type: ignore[arg-type]


@routes.get("/coach/intakes/{id}/pact", name="pact")
async def show_pact(request: web.Request) -> web.StreamResponse:
    """How it goes, as far as a coach is told, and what they can do."""
    opened = await open_intake(request)
    return no_such_intake(request) if opened is None else _page(request, opened)


def _page(
    request: web.Request,
    opened: Opened,
    wrong: str | None = None,
    given: Mapping[str, str] | None = None,
) -> web.Response:
    pact, considering = pact_of(opened.log), request.app[PRACTICE].considering
    return shown(
        request,
        opened,
        "pact",
        status=422 if wrong else 200,
        wrong=wrong,
        pact=pact,
        concerns=[in_a_sentence(each) for each in calls(opened.log)],
        owed=to_give(pact, "coach") if pact else None,
        statements=[(part, considering.pulse["coach"][part]) for part in PARTS],
        taps=considering.taps,
        given=given or {},
    )


@routes.post("/coach/intakes/{id}/pact/asked")
async def session_was(request: web.Request) -> web.StreamResponse:
    """Say that the session was, after which both are asked."""
    opened = await open_intake(request)
    pact = pact_of(opened.log) if opened is not None else None
    if opened is None or pact is None:
        return no_such_intake(request)
    session = whole_number((await form_of(request)).get("session", ""))
    done = await taken(request, opened, PulseAsked(session), "pact")
    return _page(request, opened, done) if isinstance(done, str) else done


@routes.post("/coach/intakes/{id}/pact/pulse")
async def give_pulse(request: web.Request) -> web.StreamResponse:
    """The coach's own six taps."""
    sent, opened = await form_of(request), await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    event = taps_of(sent, "coach", whole_number(sent.get("session", "")))
    if event is None:
        return _page(request, opened, REFUSED["bad_taps"], sent)
    done = await taken(request, opened, event, "pact")
    return _page(request, opened, done) if isinstance(done, str) else done


@routes.post("/coach/intakes/{id}/pact/leave")
async def leave(request: web.Request) -> web.StreamResponse:
    """End the working together; no reason is needed."""
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    done = await taken(request, opened, PactLeft("coach"), "pact")
    return _page(request, opened, done) if isinstance(done, str) else done
