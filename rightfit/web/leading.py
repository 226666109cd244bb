"""For practice leads: who may sign in, with which role, and what holds for the whole practice."""

from __future__ import annotations

import shlex
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

import msgspec
from aiohttp import web

from rightfit.privacy.people import (
    ROLES,
    Person,
    Role,
    fault_of_invitation,
    why_not_make,
    why_not_remove,
)
from rightfit.privacy.practice_settings import (
    FIELDS,
    PracticeSettings,
    changes,
    checked,
    in_form,
)
from rightfit.store import audit, people, retention, second_steps, sign_ins
from rightfit.store.database import Conflict
from rightfit.store.settings import decide, decided
from rightfit.web.app_keys import CLOCK, DATABASE, PRACTICE
from rightfit.web.coach_frame import SIGNED_IN, render, trouble
from rightfit.web.forms import form_of, see
from rightfit.web.links import new_link

routes = web.RouteTableDef()

_LINK_HOLDS = timedelta(hours=24)
_Page = Callable[[web.Request], Awaitable[web.StreamResponse]]


def for_leads(page: _Page) -> _Page:
    """A page that only practice leads get."""

    @wraps(page)
    async def shown(request: web.Request) -> web.StreamResponse:
        if not request[SIGNED_IN].lead:
            return trouble(
                request,
                403,
                "This page is for practice leads",
                "They invite coaches and decide how long intakes are kept. Ask one of them.",
            )
        return await page(request)

    return shown


class Row(msgspec.Struct, frozen=True):
    """Somebody in the list, with what their way in is."""

    person: Person
    ways_in: str
    last_seen: datetime | None
    why_not_remove: str | None
    other_role: Role | None


# --- People ----------------------------------------------------------------------------------


@routes.get("/coach/practice")
@for_leads
async def show_people(request: web.Request) -> web.StreamResponse:
    """Everybody of the practice, and a form to invite somebody."""
    return await _people_page(request)


@routes.post("/coach/practice/invite")
@for_leads
async def invite(request: web.Request) -> web.StreamResponse:
    """Let somebody new in, and show the link that is to be handed to them."""
    me, form, practice = request[SIGNED_IN], await form_of(request), request.app[PRACTICE]
    id, name = form.get("id", "").strip(), " ".join(form.get("name", "").split())
    role: Role = "lead" if form.get("role") == "lead" else "coach"
    now, database = request.app[CLOCK](), request.app[DATABASE]
    try:
        async with database.writing() as transaction:
            everybody = await people.everybody(transaction, practice)
            wrong = fault_of_invitation(everybody, id, name)
            if not wrong:
                await people.invite(transaction, practice, id, name, role, now)
                await audit.note(transaction, "coach_invited", me.by, now, coach=id, role=role)
    except Conflict:
        wrong = {"id": f"The id {id} was taken just now. Take another."}
    if wrong:
        return await _people_page(request, status=422, wrong=wrong, form=form)
    return await _link_page(request, id)


@routes.post("/coach/practice/people")
@for_leads
async def change_person(request: web.Request) -> web.StreamResponse:
    """Do one thing about one person: a link, a role, the second step, removing, letting back."""
    form = await form_of(request)
    id, what = form.get("coach", ""), form.get("do", "")
    async with request.app[DATABASE].reading() as transaction:
        everybody = await people.everybody(transaction, request.app[PRACTICE])
    person = next((one for one in everybody if one.coach.id == id), None)
    if person is None or what not in _DO:
        return trouble(request, 404, "There is no such coach", "Go back, and load the page again.")
    if what == "link":
        return await _link_page(request, id)
    fault = await _do(request, what, id)
    if fault:
        return await _people_page(request, status=422, fault=fault)
    return see(f"/coach/practice?done={what}")


_DO = ("link", "lead", "coach", "reset", "remove", "return")


async def _do(request: web.Request, what: str, id: str) -> str | None:
    """What is against it, decided on how things stand at that moment; null once it is done."""
    me, practice, now = request[SIGNED_IN], request.app[PRACTICE], request.app[CLOCK]()
    async with request.app[DATABASE].writing() as transaction:
        everybody = await people.everybody(transaction, practice)
        if what == "remove":
            if fault := why_not_remove(everybody, id, me.coach.id):
                return fault
            ended = await people.remove(transaction, practice, id, now)
            await audit.note(transaction, "coach_removed", me.by, now, coach=id, sign_ins=ended)
        elif what == "return":
            await people.let_back_in(transaction, practice, id, now)
            await audit.note(transaction, "coach_invited", me.by, now, coach=id, role="coach")
        elif what == "reset":
            await second_steps.forget(transaction, id)
            await audit.note(transaction, "second_step_reset", me.by, now, coach=id)
        else:
            role = next(role for role in ROLES if role == what)
            if fault := why_not_make(everybody, id, role):
                return fault
            await people.make(transaction, practice, id, role, now)
            await audit.note(transaction, "role_changed", me.by, now, coach=id, role=role)
    return None


async def _link_page(request: web.Request, id: str) -> web.StreamResponse:
    me, now, database = request[SIGNED_IN], request.app[CLOCK](), request.app[DATABASE]
    async with database.reading() as transaction:
        person = await people.may_enter(transaction, request.app[PRACTICE], id)
    if person is None:
        return await _people_page(request, status=422, fault="Let this coach back in first.")
    link = await new_link(
        database, id, f"{request.scheme}://{request.host}", now, _LINK_HOLDS, by=me.by
    )
    # Somebody pastes it into a shell.
    quoted = shlex.quote(person.coach.name)
    return render(request, "practice_link", person=person, link=link, quoted=quoted)


async def _people_page(
    request: web.Request,
    *,
    status: int = 200,
    wrong: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    fault: str | None = None,
) -> web.Response:
    me, now = request[SIGNED_IN], request.app[CLOCK]()
    async with request.app[DATABASE].reading() as transaction:
        everybody = await people.everybody(transaction, request.app[PRACTICE])
        passwords = await sign_ins.who_have_passwords(transaction)
        steps = await second_steps.who_have_one(transaction)
        seen = await sign_ins.last_seen(transaction, now)
    rows = [
        Row(
            person,
            _ways_in(person.coach.id, passwords, steps),
            seen.get(person.coach.id),
            why_not_remove(everybody, person.coach.id, me.coach.id),
            _other_role(everybody, person),
        )
        for person in everybody
    ]
    return render(
        request,
        "practice_people",
        status=status,
        rows=[row for row in rows if row.person.removed_at is None],
        removed=[row for row in rows if row.person.removed_at is not None],
        with_step=steps,
        wrong=wrong or {},
        form=form or {},
        fault=fault,
        done=_DONE.get(request.query.get("done", "")),
    )


_DONE: Mapping[str, str] = {
    "lead": "Done. They lead the practice now.",
    "coach": "Done. They are a coach now, and not a lead.",
    "reset": "Their second step is off. They sign in with their password, and can set it up anew.",
    "remove": "They are signed out everywhere and cannot sign in any more.",
    "return": "They may sign in again. Make a sign-in link and hand it to them.",
}


def _ways_in(id: str, passwords: frozenset[str], steps: frozenset[str]) -> str:
    if id not in passwords:
        return "No password yet, signs in by link" + (" and second step" if id in steps else "")
    return "Password and second step" if id in steps else "Password, no second step"


def _other_role(everybody: tuple[Person, ...], person: Person) -> Role | None:
    other: Role = "coach" if person.role == "lead" else "lead"
    return None if why_not_make(everybody, person.coach.id, other) else other


# --- Settings --------------------------------------------------------------------------------


@routes.get("/coach/practice/settings")
@for_leads
async def show_settings(request: web.Request) -> web.StreamResponse:
    """What holds for the whole practice."""
    async with request.app[DATABASE].reading() as transaction:
        stands = await decided(transaction)
    return _settings_page(request, in_form(stands), done="done" in request.query)


@routes.post("/coach/practice/settings")
@for_leads
async def save_settings(request: web.Request) -> web.StreamResponse:
    """Keep the settings, once nothing is wrong with them and their price is known."""
    me, form, now = request[SIGNED_IN], await form_of(request), request.app[CLOCK]()
    typed = {field.name: form.get(field.name, "") for field in FIELDS}
    after, wrong = checked(typed)
    if wrong:
        return _settings_page(request, typed, status=422, wrong=wrong)
    if after.second_step_required and not me.has_second_step:
        wrong = {"second_step_required": "Set up your own second step first, so that you get in."}
        return _settings_page(request, typed, status=422, wrong=wrong)
    async with request.app[DATABASE].writing() as transaction:
        before = await decided(transaction)
        costs = await _newly_due(request, transaction, before, after)
        if costs and form.get("knowing") != str(costs):
            return _settings_page(request, typed, status=409, costs=costs)
        changed = changes(before, after)
        await decide(transaction, {name: new for name, (_, new) in changed.items()})
        for name, (old, new) in changed.items():
            await audit.note(
                transaction, "setting_changed", me.by, now, setting=name, before=old, after=new
            )
    return see("/coach/practice/settings?done=1")


async def _newly_due(
    request: web.Request,
    transaction: Any,
    before: PracticeSettings,
    after: PracticeSettings,
) -> int:
    """How many intakes would be erased by these settings that would not be by those before."""
    now = request.app[CLOCK]()
    was = {one.id for one in await retention.due(transaction, before, now)}
    return sum(one.id not in was for one in await retention.due(transaction, after, now))


def _settings_page(
    request: web.Request,
    form: Mapping[str, str],
    *,
    status: int = 200,
    wrong: Mapping[str, str] | None = None,
    costs: int = 0,
    done: bool = False,
) -> web.Response:
    return render(
        request,
        "practice_settings",
        status=status,
        fields=FIELDS,
        form=form,
        wrong=wrong or {},
        costs=costs,
        done=done,
    )
