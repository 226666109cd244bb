"""The consider round on the coach's side: tell, answer for yourself, take it back."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timezone

import msgspec
from aiohttp import web

from rightfit.practice import blanks, filled, not_for_letters
from rightfit.review import in_words
from rightfit.review.consider import (
    LONGEST_PAUSE,
    LONGEST_TRIAL,
    USUAL_PAUSE,
    USUAL_TRIAL,
    Round,
    expiry,
    may_follow,
    round_of,
    seen_by,
)
from rightfit.review.decisions import may_follow as machine
from rightfit.review.events import (
    ConsiderAnswered,
    ConsiderOpened,
    ConsiderWithdrawn,
)
from rightfit.store.settings import decided
from rightfit.summary.legible import as_name
from rightfit.web.app_keys import CLOCK, DATABASE, PRACTICE
from rightfit.web.coach_frame import SIGNED_IN
from rightfit.web.forms import form_of
from rightfit.web.intake_page import LONGEST
from rightfit.web.one_intake import Opened, no_such_intake, open_intake
from rightfit.web.together import REFUSED, shown, taken, whole_number

routes = web.RouteTableDef()

#: Hours of the pause -> how it is called.
PAUSES = {
    0: "No pause: the client asked for it",
    24: "A day",
    48: "Two days",
    72: "Three days",
    LONGEST_PAUSE: "A week",
}
#: What a coach answers; the client's buttons are the practice's wording.
ANSWERS = {
    "go_on": "I would like to go on",
    "talk_first": "I would like to talk about it first",
    "someone_else": "I think that somebody else should",
}

#: Stands where the time does not matter.
_ANY_TIME = datetime(2000, 1, 1, tzinfo=timezone.utc)


class Telling(msgspec.Struct, frozen=True):
    """What a coach has filled in to tell a client."""

    text: str = ""
    wording: str = ""
    pause: int = USUAL_PAUSE
    sessions: int = USUAL_TRIAL


@routes.get("/coach/intakes/{id}/consider", name="consider")
async def show_round(request: web.Request) -> web.StreamResponse:
    """The open round; else the page on which one is opened, with how the last one ended."""
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    found = round_of(opened.log)
    if found is not None and found.outcome is None:
        return _round(request, opened, found)
    async with request.app[DATABASE].reading() as transaction:
        pause = (await decided(transaction)).pause_hours
    return _telling(request, opened, _begin_from(request, opened, pause))


def _begin_from(request: web.Request, opened: Opened, pause: int) -> Telling:
    """The wording that was chosen, with its places filled in; the practice's usual pause."""
    wordings = request.app[PRACTICE].considering.wordings
    chosen = request.query.get("wording")
    wording = next((each for each in wordings if each.id == chosen), None)
    if wording is None:
        return Telling(pause=pause)
    places = {
        "name": as_name(opened.report.name) or "",
        "coach": request[SIGNED_IN].coach.name,
        "practice": request.app[PRACTICE].name,
    }
    return Telling(filled(wording.text, places), wording.id, pause)


def _telling(
    request: web.Request,
    opened: Opened,
    form: Telling,
    *,
    wrong: str | None = None,
    preview: bool = False,
    status: int = 200,
) -> web.Response:
    practice, now = request.app[PRACTICE], request.app[CLOCK]()
    possible = ConsiderOpened("x", None, USUAL_PAUSE, now)
    cannot = machine(opened.log, possible, code=practice.ethics_code, sent=opened.sent)
    last = round_of(opened.log)
    return shown(
        request,
        opened,
        "telling",
        status=status,
        form=form,
        wrong=wrong,
        cannot=cannot,
        preview=preview,
        careful=not_for_letters(form.text) if preview else (),
        wordings=practice.considering.wordings,
        pauses=PAUSES,
        longest_trial=LONGEST_TRIAL,
        last=seen_by(last, "coach", now) if last else None,
        answers=ANSWERS,
        considering=practice.considering,
    )


@routes.post("/coach/intakes/{id}/consider")
async def tell(request: web.Request) -> web.StreamResponse:
    """Show what the client will read; or, from there, send it."""
    sent, opened = await form_of(request), await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    form = Telling(
        plain(sent.get("text", "")),
        sent.get("wording", "")[:64],
        whole_number(sent.get("pause", "")),
        whole_number(sent.get("sessions", "")),
    )
    wrong = _fault(form)
    action = sent.get("action")
    if wrong is not None or action == "change":
        return _telling(request, opened, form, wrong=wrong, status=422 if wrong else 200)
    if action != "send":
        return _telling(request, opened, form, preview=True)
    event = ConsiderOpened(
        form.text,
        form.wording or None,
        form.pause,
        expiry(request.app[CLOCK](), form.pause),
        form.sessions,
    )
    done = await taken(request, opened, event, "consider")
    if isinstance(done, str):
        latest = await open_intake(request)
        if latest is None:
            return no_such_intake(request)
        return _telling(request, latest, form, wrong=_who_was_first(request, latest, done))
    return done


def _fault(form: Telling) -> str | None:
    if len(form.text) > LONGEST:
        return f"That is longer than {LONGEST:,} characters. Please shorten it."
    open_blanks = blanks(form.text)
    if open_blanks:
        return f"{open_blanks[0]} is still to be filled in, or to be taken out."
    if form.pause not in PAUSES:
        return REFUSED["pause"]
    fault = may_follow((), ConsiderOpened(form.text, None, form.pause, _ANY_TIME, form.sessions))
    return REFUSED[fault] if fault else None


def _who_was_first(request: web.Request, opened: Opened, wrong: str) -> str:
    found = round_of(opened.log)
    if found is None or found.outcome is not None:
        return wrong
    who = in_words.who(request.app[PRACTICE], request[SIGNED_IN].coach, found.opened.by)
    where = "on another page" if who == "You" else "before you"
    return f"{who} opened a consider round {where}. Nothing of this one was sent."


def plain(text: str) -> str:
    """Line ends of one kind, and nothing that only machines see."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t\u200c\u200d" or unicodedata.category(c)[0] != "C")
    return "\n".join(line.rstrip() for line in "".join(kept).split("\n")).strip()


# --- The open round --------------------------------------------------------------------------


def _round(
    request: web.Request, opened: Opened, found: Round, wrong: str | None = None, status: int = 200
) -> web.Response:
    practice, me = request.app[PRACTICE], request[SIGNED_IN].coach
    barred = practice.ethics_code == "aca_ncda"
    seen = seen_by(found, "coach", request.app[CLOCK](), own_values_bar=barred)
    return shown(
        request,
        opened,
        "round",
        status=status,
        wrong=wrong,
        round=seen if found.coach == me.id else msgspec.structs.replace(seen, mine=None),
        is_mine=found.coach == me.id,
        who=in_words.who(practice, me, found.opened.by),
        answers=ANSWERS,
        barred=barred,
    )


@routes.post("/coach/intakes/{id}/consider/answer")
async def answer(request: web.Request) -> web.StreamResponse:
    """Answer for the coach's own side, or answer otherwise."""
    sent, opened = await form_of(request), await open_intake(request)
    found = round_of(opened.log) if opened is not None else None
    if opened is None or found is None:
        return no_such_intake(request)
    given = next((each for each in ANSWERS if each == sent.get("answer")), None)
    wrong: web.StreamResponse | str = "Choose one of the answers."
    if found.coach != request[SIGNED_IN].coach.id:
        wrong = "Who has opened the round answers in it."
    elif given is not None:
        event = ConsiderAnswered("coach", given)  # type: ignore[arg-type]
        wrong = await taken(request, opened, event, "consider")
    if isinstance(wrong, str):
        return _again(request, opened, wrong)
    return wrong


@routes.post("/coach/intakes/{id}/consider/withdraw")
async def withdraw(request: web.Request) -> web.StreamResponse:
    """Take the round back; any coach of the practice can, should the one who opened it be away."""
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    done = await taken(request, opened, ConsiderWithdrawn("coach"), "consider")
    return _again(request, opened, done) if isinstance(done, str) else done


def _again(request: web.Request, opened: Opened, wrong: str) -> web.Response:
    found = round_of(opened.log)
    if found is not None and found.outcome is None:
        return _round(request, opened, found, wrong, status=422)
    return _telling(request, opened, Telling(), wrong=wrong, status=409)
