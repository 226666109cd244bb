"""For practice leads: the record of what was done, and how far clients get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from aiohttp import web

from rightfit.privacy.audit import CLIENT, OPERATOR, SYSTEM, WHAT, Entry
from rightfit.privacy.people import Person
from rightfit.privacy.practice_settings import FIELDS
from rightfit.privacy.small_numbers import STEP, in_words, told
from rightfit.store import audit, intakes, people
from rightfit.store.funnel import funnel
from rightfit.web.app_keys import DATABASE, PRACTICE
from rightfit.web.coach_frame import render
from rightfit.web.leading import for_leads

routes = web.RouteTableDef()

_ON_A_PAGE = 100
_OTHERS: Mapping[str, str] = {
    CLIENT: "The client",
    SYSTEM: "By itself",
    OPERATOR: "Whoever runs the server",
}


class Line(msgspec.Struct, frozen=True):
    """One entry as it is read; ``intake`` is the id of one that is still there."""

    seq: int
    at: datetime
    who: str
    what: str
    more: str
    about_one: bool
    intake: str | None


class Step(msgspec.Struct, frozen=True):
    """One step of the interview: how many intakes came so far, in words and for a bar."""

    title: str
    count: str
    bar: int | None


@routes.get("/coach/practice/record")
@for_leads
async def show_record(request: web.Request) -> web.StreamResponse:
    """What was done, by whom and when, the newest first."""
    practice, asked = request.app[PRACTICE], request.query
    before = asked.get("before", "")
    is_number = before.isascii() and before.isdecimal() and len(before) < 10
    from_here = int(before) if is_number else None
    who = asked.get("who") or None
    what = asked.get("what") if asked.get("what") in WHAT else None
    async with request.app[DATABASE].reading() as transaction:
        everybody = await people.everybody(transaction, practice)
        entries = await audit.entries(
            transaction, before=from_here, most=_ON_A_PAGE + 1, by=who, what=what
        )
        there = tuple(head.id for head in await intakes.heads(transaction))
        names = await audit.names_of(transaction, there)
        newest, hashed = await audit.head(transaction)
        broken = await audit.verify(transaction) if "check" in asked else None
    return render(
        request,
        "practice_record",
        lines=[_line(entry, everybody, names) for entry in entries[:_ON_A_PAGE]],
        more=len(entries) > _ON_A_PAGE,
        people=[(f"coach:{one.coach.id}", one.coach.name) for one in everybody],
        others=_OTHERS,
        whats=WHAT,
        who=who,
        what=what,
        before=from_here,
        newest=newest,
        hashed=hashed,
        broken=broken,
    )


@routes.get("/coach/practice/progress")
@for_leads
async def show_funnel(request: web.Request) -> web.StreamResponse:
    """How many clients reach each question; never which."""
    practice = request.app[PRACTICE]
    async with request.app[DATABASE].reading() as transaction:
        counts = await funnel(transaction)
    steps = [
        ("Opened the page and pressed Start", counts.opened),
        ("Agreed to the intake", counts.agreed),
        *(
            (question.title, counts.reached.get(question.id, 0))
            for question in practice.questions
            if question.id != "consent"
        ),
        ("Sent it", counts.sent),
    ]
    most = told(max(count for _, count in steps)) or 0
    return render(
        request,
        "practice_progress",
        steps=[Step(title, in_words(count), told(count)) for title, count in steps],
        most=most,
        step=STEP,
    )


def _line(entry: Entry, everybody: Sequence[Person], names: Mapping[str, str]) -> Line:
    return Line(
        seq=entry.seq,
        at=entry.at,
        who=_who(entry.by, everybody),
        what=WHAT.get(entry.what, entry.what),
        more=_more(entry, everybody),
        about_one=entry.about is not None,
        intake=names.get(entry.about) if entry.about else None,
    )


def _who(by: str, everybody: Sequence[Person]) -> str:
    if by in _OTHERS:
        return _OTHERS[by]
    id = by.removeprefix("coach:")
    return next((one.coach.name for one in everybody if one.coach.id == id), "Somebody who left")


def _more(entry: Entry, everybody: Sequence[Person]) -> str:
    """The details of an entry, in words."""
    told_of = entry.details
    if entry.what == "setting_changed":
        field = next((one for one in FIELDS if one.name == told_of.get("setting")), None)
        named = field.choices if field else {}
        before, after = (_value(told_of.get(key), named) for key in ("before", "after"))
        return f"{field.title if field else told_of.get('setting')}: {before}, now {after}"
    parts = []
    if "coach" in told_of:
        parts.append(_who(f"coach:{told_of['coach']}", everybody))
    if "role" in told_of:
        parts.append("as practice lead" if told_of["role"] == "lead" else "as coach")
    parts.extend(str(told_of[key]) for key in ("device", "part") if key in told_of)
    if "kind" in told_of:
        parts.append(_spelled(str(told_of["kind"])))
    if "decision" in told_of:
        parts.append(str(told_of["decision"]).replace("_", " "))
    for key, unit in _COUNTED.items():
        if key in told_of:
            parts.append(f"{told_of[key]} {unit}")
    return ", ".join(parts)


_COUNTED: Mapping[str, str] = {
    "erased": "erased",
    "count": "ended",
    "sign_ins": "sign-ins ended",
    "left": "codes left",
}


def _value(kept: str | int | None, named: Mapping[str, str]) -> str:
    if kept == "":
        return "no"
    return named.get(str(kept), str(kept))


def _spelled(name: str) -> str:
    """The name of an event in words: ``LetterSent`` is ``letter sent``."""
    return "".join(f" {each.lower()}" if each.isupper() else each for each in name).strip()
