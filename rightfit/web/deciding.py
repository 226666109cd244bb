"""Where a coach decides, opens again, weighs a flag, writes a note, or says what they found.

Whatever was typed comes back on the page where something was wrong with it, or where somebody
else was first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from aiohttp import web

from rightfit.outbox.contents import entry_hooks
from rightfit.practice.naming import THEME_NAMES
from rightfit.records import CoachLine, Flag
from rightfit.review import in_words
from rightfit.review.decisions import can_reopen, may_follow, open_decisions
from rightfit.review.events import (
    BECAUSES,
    DECISIONS,
    Decided,
    Decision,
    Entry,
    Event,
    FlagWeighed,
    Found,
    NoteWritten,
    Reopened,
    by_coach,
)
from rightfit.store import outbox, reviews
from rightfit.store.database import Conflict
from rightfit.store.reviews import AlreadyMoved, MayNotFollow, NoSuchIntake
from rightfit.web.app_keys import CLOCK, DATABASE, PRACTICE
from rightfit.web.coach_frame import SIGNED_IN, render, trouble
from rightfit.web.history import short
from rightfit.web.intake_page import LONGEST
from rightfit.web.intake_view import FlagShown, beside
from rightfit.web.one_intake import Opened, no_such_intake, open_intake
from rightfit.web.signing_in import form_of

routes = web.RouteTableDef()

_IF_OPPOSITE = {
    "same": "Yes, I would decide the same",
    "not_sure": "I am not sure",
    "differently": "No, I would decide differently",
}
_FITS = {"fit": "It fitted", "partly": "It fitted in part", "no_fit": "It did not fit"}
_TOO_LONG = f"That is longer than {LONGEST:,} characters. Please shorten it."


class Form(msgspec.Struct, frozen=True):
    """What a coach has filled in; ``seen`` is how many entries of the log they had on screen."""

    seen: int | None = None
    reason: str = ""
    because: str = ""
    if_opposite: str = ""
    themes: tuple[str, ...] = ()
    fit: str = ""


# --- Deciding --------------------------------------------------------------------------------


@routes.get("/coach/intakes/{id}/decide/{decision}", name="decide")
async def ask_to_decide(request: web.Request) -> web.StreamResponse:
    """The page of one decision: what it means, and what has to be said along with it."""
    opened = await open_intake(request)
    decision = _decision(request)
    if opened is None or decision is None:
        return no_such_intake(request)
    form = Form(seen=len(opened.log), themes=_themes_met(request, opened))
    wrong, first = _cannot(request, opened, decision), _since(request, opened)
    return _deciding(request, opened, decision, form, wrong=wrong, first=first)


@routes.post("/coach/intakes/{id}/decide/{decision}")
async def decide(request: web.Request) -> web.StreamResponse:
    """Write the decision down, unless somebody was first or something is missing."""
    form, decision = await _form(request), _decision(request)
    if decision is None:
        return no_such_intake(request)
    event = Decided(
        decision,
        form.reason,
        because=next((each for each in BECAUSES if each == form.because), None),
        if_opposite=form.if_opposite or None,  # type: ignore[arg-type]
        themes=form.themes,
    )
    if decision != "refer":
        event = Decided(decision, form.reason)

    def again(opened: Opened, **fault: Any) -> web.Response:
        return _deciding(request, opened, decision, form, **fault)

    return await _written(request, event, form, again)


def _since(request: web.Request, opened: Opened) -> dict[str, Any] | None:
    """Who else has written since the intake was on this coach's screen, if anybody has."""
    seen = _number(request.query.get("seen", ""))
    by_me = by_coach(request[SIGNED_IN].coach.id)
    if seen is None or all(entry.by == by_me for entry in opened.log[seen:]):
        return None
    return _told(request, next(entry for entry in opened.log[seen:] if entry.by != by_me))


def _told(request: web.Request, entry: Entry) -> dict[str, Any]:
    practice, me = request.app[PRACTICE], request[SIGNED_IN].coach
    who = in_words.who(practice, me, entry.by)
    return {"who": who, "at": entry.at, "what": short(practice, me, entry)}


def _number(text: str) -> int | None:
    """A number as a page of ours has written it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None


def _cannot(request: web.Request, opened: Opened, decision: Decision) -> str | None:
    """Why this cannot be decided at all just now; what is only missing is asked for instead."""
    if not opened.sent:
        return may_follow(
            opened.log, Decided(decision), code=request.app[PRACTICE].ethics_code, sent=False
        )
    if decision in open_decisions(opened.at):
        return None
    return may_follow(opened.log, Decided(decision), code=request.app[PRACTICE].ethics_code)


def _deciding(
    request: web.Request,
    opened: Opened,
    decision: Decision,
    form: Form,
    *,
    wrong: str | None = None,
    first: Mapping[str, Any] | None = None,
    status: int = 200,
) -> web.Response:
    practice, shown = request.app[PRACTICE], _flags(request, opened)
    barred = practice.ethics_code == "aca_ncda"
    return render(
        request,
        "decide",
        status=status,
        **_top(request, opened, form),
        decision=decision,
        title=in_words.DECISIONS[decision],
        means=in_words.MEANS[decision],
        wrong=wrong,
        first=first,
        possible=opened.sent and decision in open_decisions(opened.at),
        may_reopen=can_reopen(opened.at),
        open_flags=[each for each in shown if each.verdict is None],
        becauses={
            id: title
            for id, title in in_words.BECAUSES.items()
            if not (barred and id == "own_limit")
        },
        barred=barred,
        if_opposite=_IF_OPPOSITE,
        themes=_themes(opened),
    )


def _decision(request: web.Request) -> Decision | None:
    named = request.match_info["decision"]
    return next((each for each in DECISIONS if each == named), None)


def _themes(opened: Opened) -> dict[str, str]:
    """What the client's needs are about, as the coach reads it."""
    return {need.theme: THEME_NAMES[need.theme] for need in opened.read.intake.needs}


def _themes_met(request: web.Request, opened: Opened) -> tuple[str, ...]:
    """The themes at which a need meets a line of this coach."""
    lines = [each.flag.coach_line for each in _flags(request, opened)]
    return tuple(dict.fromkeys(line.theme for line in lines if isinstance(line, CoachLine)))


# --- Opening again, and what was found -------------------------------------------------------


@routes.get("/coach/intakes/{id}/reopen", name="reopen")
async def ask_to_reopen(request: web.Request) -> web.StreamResponse:
    """The page on which a decision is opened again."""
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    form = Form(seen=len(opened.log))
    possible = Reopened("a sentence")
    wrong = may_follow(opened.log, possible, code=request.app[PRACTICE].ethics_code)
    return render(request, "reopen", **_top(request, opened, form), wrong=wrong, first=None)


@routes.post("/coach/intakes/{id}/reopen")
async def reopen(request: web.Request) -> web.StreamResponse:
    """Open a decision again."""
    form = await _form(request)

    def again(opened: Opened, **fault: Any) -> web.Response:
        fault = {"wrong": None, "first": None, **fault}
        return render(request, "reopen", **_top(request, opened, form), **fault)

    return await _written(request, Reopened(form.reason), form, again)


@routes.get("/coach/intakes/{id}/found", name="found")
async def ask_what_was_found(request: web.Request) -> web.StreamResponse:
    """The page on which a coach says how it went."""
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    wrong = may_follow(opened.log, Found("fit"), code=request.app[PRACTICE].ethics_code)
    return _finding(request, opened, Form(seen=None), wrong=wrong)


@routes.post("/coach/intakes/{id}/found")
async def say_what_was_found(request: web.Request) -> web.StreamResponse:
    """Write down how it went; it takes no side, so it comes after whatever is there."""
    form = msgspec.structs.replace(await _form(request), seen=None)

    def again(opened: Opened, **fault: Any) -> web.Response:
        return _finding(request, opened, form, **fault)

    if form.fit not in _FITS:
        opened = await open_intake(request)
        if opened is None:
            return no_such_intake(request)
        return again(opened, wrong="Choose how it went.", status=422)
    event = Found(form.fit, form.reason, form.themes)  # type: ignore[arg-type]
    return await _written(request, event, form, again)


def _finding(
    request: web.Request, opened: Opened, form: Form, wrong: str | None = None, status: int = 200
) -> web.Response:
    top = _top(request, opened, form)
    return render(
        request, "found", status=status, **top, wrong=wrong, fits=_FITS, themes=THEME_NAMES
    )


# --- Flags and notes -------------------------------------------------------------------------


@routes.post("/coach/intakes/{id}/flags/{flag}", name="weigh")
async def weigh(request: web.Request) -> web.StreamResponse:
    """Uphold one of the coach's own flags, or set it aside with a reason."""
    sent, opened = await form_of(request), await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    key = request.match_info["flag"]
    shown = next((each for each in _flags(request, opened) if each.key == key), None)
    if shown is None:
        return render(
            request,
            "trouble",
            status=409,
            heading="This question has changed",
            text="The client's words or your line are others by now. Go back, and look again.",
            words=sent.get("own", ""),
        )
    chosen, own = sent.get("verdict", ""), sent.get("own", "").strip()
    reasons = shown.flag.override_reasons
    wrong = _weighing_fault(chosen, own, len(reasons))
    if wrong:
        return render(
            request, "weigh", status=422, **_top(request, opened, Form()), shown=shown,
            chosen=chosen, own=own, wrong=wrong,
        )  # fmt: skip
    given = reasons[int(chosen)] if chosen.isdecimal() else ""
    event = _weighed(shown.flag, key, upheld=chosen == "upheld", given=given, own=own)
    try:
        await _append(request, opened.id, None, event)
    except NoSuchIntake:
        return no_such_intake(request)
    return _see(f"/coach/intakes/{opened.id}#flag-{key}")


def _weighing_fault(chosen: str, own: str, reasons: int) -> str | None:
    if len(own) > LONGEST:
        return _TOO_LONG
    if chosen == "own" and not own:
        return "Say in your own words why you set it aside."
    known = chosen in ("upheld", "own") or (
        chosen.isascii() and chosen.isdecimal() and len(chosen) < 3 and int(chosen) < reasons
    )
    return None if known else "Choose whether it holds, or why you set it aside."


def _weighed(flag: Flag, key: str, *, upheld: bool, given: str, own: str) -> FlagWeighed:
    line = flag.coach_line if isinstance(flag.coach_line, CoachLine) else None
    return FlagWeighed(
        flag.rule,
        line.theme if line else None,
        "upheld" if upheld else "overridden",
        " ".join(each for each in (given, own) if each),
        flag=key,
        mode=line.mode if line else None,
        level=flag.level,
    )


@routes.post("/coach/intakes/{id}/notes", name="note")
async def write_note(request: web.Request) -> web.StreamResponse:
    """Keep a private note of the coach."""
    text, opened = (await form_of(request)).get("text", "").strip(), await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    if len(text) > LONGEST:
        form = Form(reason=text)
        top = _top(request, opened, form)
        return render(request, "note", status=422, **top, wrong=_TOO_LONG)
    if text:
        try:
            await _append(request, opened.id, None, NoteWritten(text))
        except NoSuchIntake:
            return no_such_intake(request)
    return _see(f"/coach/intakes/{opened.id}#notes")


# --- Pieces ----------------------------------------------------------------------------------


async def _form(request: web.Request) -> Form:
    sent = await form_of(request)
    themes = (await request.post()).getall("theme", [])
    return Form(
        seen=_number(sent.get("seen", "")) or 0,
        reason=sent.get("reason", "").strip(),
        because=sent.get("because", ""),
        if_opposite=sent.get("if_opposite", "") if sent.get("if_opposite") in _IF_OPPOSITE else "",
        themes=tuple(str(each) for each in themes if each in THEME_NAMES),
        fit=sent.get("fit", ""),
    )


async def _append(request: web.Request, id: str, seen: int | None, event: Event) -> None:
    me, practice, at = request[SIGNED_IN].coach, request.app[PRACTICE], request.app[CLOCK]()
    async with request.app[DATABASE].writing() as transaction:
        seq = await reviews.record(
            transaction, id, seen, event, by_coach(me.id), at, practice.ethics_code
        )
        for each in entry_hooks(practice, id, seq, event, me.id, at):
            await outbox.put(transaction, each, at)


async def _written(
    request: web.Request, event: Event, form: Form, again: Callable[..., web.Response]
) -> web.StreamResponse:
    """Write the entry and lead back to the intake; ``again`` shows the form with what is wrong."""
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    if len(form.reason) > LONGEST:
        return again(opened, wrong=_TOO_LONG, status=422)
    try:
        await _append(request, opened.id, form.seen, event)
    except NoSuchIntake:
        return no_such_intake(request)
    except MayNotFollow as fault:
        return again(opened, wrong=str(fault), status=422)
    except AlreadyMoved as moved:
        latest = await open_intake(request)
        if latest is None:
            return no_such_intake(request)
        first = _told(request, moved.first)
        wrong = _cannot(request, latest, event.decision) if isinstance(event, Decided) else None
        return again(latest, wrong=wrong, first=first, status=409)
    except Conflict:
        # A number that no page of ours has shown.
        return trouble(request, 400)
    return _see(f"/coach/intakes/{opened.id}#decide")


def _top(request: web.Request, opened: Opened, form: Form) -> dict[str, Any]:
    """What every page of a decision shows on top: whose intake, their goal, where it stands."""
    return {
        "id": opened.id,
        "form": form,
        "seen": len(opened.log),
        "name": opened.report.name,
        "goal": [q.quote for line in opened.summary.headline for q in line.quotes][:2],
        "where": in_words.where(opened.at) if opened.sent else None,
        "longest": LONGEST,
    }


def _flags(request: web.Request, opened: Opened) -> tuple[FlagShown, ...]:
    shown = beside(
        request.app[PRACTICE],
        request[SIGNED_IN].coach,
        opened.read.intake,
        opened.summary,
        opened.report,
        opened.read.transcript,
        opened.log,
    )
    return shown.flags


def _see(there: str) -> web.Response:
    return web.Response(status=303, headers={"Location": there})
