"""The referral on the coach's side: whom to suggest, by what they declare themselves."""

from __future__ import annotations

from aiohttp import web

from rightfit.practice.naming import THEME_NAMES
from rightfit.review.events import ReferralOffered
from rightfit.review.referral import declared, may_name_somebody, referral_of
from rightfit.web.app_keys import CLOCK, PRACTICE
from rightfit.web.coach_frame import SIGNED_IN
from rightfit.web.considering import plain
from rightfit.web.forms import form_of
from rightfit.web.one_intake import Opened, no_such_intake, open_intake
from rightfit.web.together import REFUSED, shown, taken

routes = web.RouteTableDef()

#: Characters of the words that go with a suggestion.
_LONGEST_NOTE = 1000


@routes.get("/coach/intakes/{id}/referral", name="referral")
async def show_referral(request: web.Request) -> web.StreamResponse:
    """Who can be suggested, who was, and how far it is."""
    opened = await open_intake(request)
    return no_such_intake(request) if opened is None else _page(request, opened)


def _page(
    request: web.Request, opened: Opened, wrong: str | None = None, to: str = "", note: str = ""
) -> web.Response:
    practice, found = request.app[PRACTICE], referral_of(opened.log)
    everybody = declared(practice, request[SIGNED_IN].coach.id)
    names = {(each.kind, each.id): each.name for each in declared(practice, None)}
    return shown(
        request,
        opened,
        "referral",
        status=422 if wrong else 200,
        wrong=wrong,
        now=request.app[CLOCK](),
        may=may_name_somebody(opened.log),
        everybody=everybody,
        themes=THEME_NAMES,
        referral=found,
        offered=[
            names.get((each.kind, each.to), "Somebody who is not here any more")
            for each in (found.offers if found else ())
        ],
        sent_to=names.get((found.packet.kind, found.packet.to)) if found and found.packet else None,
        to=to,
        note=note,
        longest_note=_LONGEST_NOTE,
    )


@routes.post("/coach/intakes/{id}/referral")
async def name_somebody(request: web.Request) -> web.StreamResponse:
    """Suggest one of them to the client."""
    sent, opened = await form_of(request), await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    kind, _, id = sent.get("to", "").partition(":")
    note = plain(sent.get("note", ""))
    if len(note) > _LONGEST_NOTE:
        wrong = f"Your words are longer than {_LONGEST_NOTE:,} characters. Please shorten them."
        return _page(request, opened, wrong, sent.get("to", ""), note)
    if kind not in ("coach", "partner"):
        return _page(request, opened, "Choose whom you suggest.", "", note)
    if (kind, id) == ("coach", request[SIGNED_IN].coach.id):
        return _page(request, opened, REFUSED["nobody"], "", note)
    event = ReferralOffered(kind, id, note)  # type: ignore[arg-type]
    done = await taken(request, opened, event, "referral")
    if isinstance(done, str):
        return _page(request, opened, done, sent.get("to", ""), note)
    return done
