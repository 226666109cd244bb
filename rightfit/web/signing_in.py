"""How a coach gets in and out: one-time link, password, sign-out, and the guard at the door.

A sign-in holds for twelve hours since it was last used and for seven days at most. A coach
works with it through a day without signing in twice, and a laptop left open overnight,
with clients' health or politics on it, is closed in the morning.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from rightfit.practice import Coach
from rightfit.privacy import passwords
from rightfit.privacy.receipts import digest
from rightfit.store import audit, conversations, people, second_steps, sign_ins
from rightfit.store.allowances import TooMany
from rightfit.store.settings import decided
from rightfit.web.app_keys import CLOCK, DATABASE, PRACTICE
from rightfit.web.coach_frame import SIGNED_IN, SignedIn, is_for_coaches, render, trouble
from rightfit.web.entering import (
    AT_MOST,
    COOKIE,
    HOLDS,
    count_try,
    enter,
    give_cookie,
    hashing,
)
from rightfit.web.forms import form_of as form_of
from rightfit.web.forms import local, roomy, see
from rightfit.web.problems import Handler

routes = web.RouteTableDef()

#: A sign-in is written again only when this much of its time has passed.
_WRITTEN_EVERY = timedelta(minutes=10)
#: For so long after signing in, what protects the sign-in itself may be changed as it is.
_RECENT = timedelta(minutes=15)

_WITHOUT_SIGNING_IN = ("/coach/sign-in", "/coach/sign-in/{token}", "/coach/second-step")
#: What somebody may still do who is yet to set up the second step that the practice asks for.
_WITHOUT_SECOND_STEP = ("/coach/account/second-step", "/coach/sign-out", "/coach/password")


# --- The guard -------------------------------------------------------------------------------


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let nobody past /coach/sign-in who is not signed in, and no form that is not ours."""
    if not is_for_coaches(request):
        return await handler(request)
    request = roomy(request)
    token = request.cookies.get(COOKIE, "")
    prolonged = await _recognise(request, token) if token else False
    me = request.get(SIGNED_IN)
    place = _place(request)
    is_open = place in _WITHOUT_SIGNING_IN
    if me is None and not is_open:
        wanted = request.path_qs if request.method in ("GET", "HEAD") else "/coach"
        return see(f"/coach/sign-in?{urlencode({'next': local(wanted)})}")
    if request.method not in ("GET", "HEAD"):
        if not _is_same_origin(request):
            return trouble(request, 403)
        if me is not None and not is_open:
            sent = (await form_of(request)).get("form_token", "")
            if not hmac.compare_digest(sent.encode(), me.form_token.encode()):
                return trouble(request, 403)
    if me is not None and not is_open and me.must_set_up and place not in _WITHOUT_SECOND_STEP:
        return see("/coach/account/second-step")
    if me is not None and place.startswith("/coach/intakes/{id}"):
        await _note_reading(request, me)
    response = await handler(request)
    if prolonged and COOKIE not in response.cookies:
        give_cookie(request, response, token)
    return response


def _place(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


async def _recognise(request: web.Request, token: str) -> bool:
    """Note on the request who is signed in; whether their cookie should be given anew."""
    now, hashed = request.app[CLOCK](), digest(token)
    database = request.app[DATABASE]
    async with database.reading() as transaction:
        found = await sign_ins.sign_in_of(transaction, hashed, now)
        if found is None:
            return False
        person = await people.may_enter(transaction, request.app[PRACTICE], found.coach)
        if person is None:
            return False
        required = (await decided(transaction)).second_step_required
        has_one = await second_steps.of(transaction, found.coach) is not None
    request[SIGNED_IN] = SignedIn(
        coach=person.coach,
        form_token=digest(f"form {token}"),
        token_hash=hashed,
        recent=now - found.made_at < _RECENT,
        lead=person.is_lead,
        has_profile=person.has_profile,
        has_second_step=has_one,
        must_set_up=required and not has_one,
    )
    good_until = min(now + HOLDS, found.made_at + AT_MOST)
    if good_until - found.good_until < _WRITTEN_EVERY:
        return False
    async with database.writing() as transaction:
        await sign_ins.prolong(transaction, hashed, good_until, now)
    return True


async def _note_reading(request: web.Request, me: SignedIn) -> None:
    """Record that a coach reads an intake, before they do: no reading goes unrecorded.

    What is done to one is recorded where it is done.
    """
    if request.method not in ("GET", "HEAD"):
        return
    id = request.match_info["id"]
    part = request.path.removeprefix(f"/coach/intakes/{id}").strip("/").partition("/")[0]
    async with request.app[DATABASE].writing() as transaction:
        if await conversations.conversation(transaction, id) is not None:
            more = {"part": part[:80]} if part else {}
            await audit.note(
                transaction, "intake_read", me.by, request.app[CLOCK](), intake=id, **more
            )


def _is_same_origin(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


# --- Signing in ------------------------------------------------------------------------------


@routes.get("/coach/sign-in")
async def ask_to_sign_in(request: web.Request) -> web.StreamResponse:
    """The page with name and password; whoever is signed in goes on at once."""
    there = local(request.query.get("next", ""))
    if SIGNED_IN in request:
        return see(there)
    return render(request, "sign_in", next=there, name="", wrong=None, out="out" in request.query)


@routes.post("/coach/sign-in")
async def sign_in_by_password(request: web.Request) -> web.StreamResponse:
    """Sign in by name or id and password. What was wrong with them is not told."""
    form = await form_of(request)
    name, password = form.get("coach", ""), form.get("password", "")
    there = local(form.get("next", ""))
    try:
        await count_try(request, name)
    except TooMany as much:
        wait = f"{much.retry_after} seconds" if much.retry_after > 1 else "a second"
        response = render(
            request,
            "sign_in",
            status=429,
            next=there,
            name=name,
            wrong=f"That was tried too often. Wait {wait}, then try again.",
            out=False,
        )
        response.headers["Retry-After"] = str(much.retry_after)
        return response
    database = request.app[DATABASE]
    async with database.reading() as transaction:
        everybody = await people.everybody(transaction, request.app[PRACTICE])
        coach = _named([one.coach for one in everybody if one.removed_at is None], name)
        hashed = await sign_ins.password_of(transaction, coach.id) if coach else None
    password = password[: passwords.AT_MOST * 4]
    if not await hashing(lambda: passwords.is_password(hashed, password)) or coach is None:
        return render(
            request,
            "sign_in",
            status=422,
            next=there,
            name=name,
            wrong="This name and this password do not belong together. Check both, then try again.",
            out=False,
        )
    if hashed is not None and passwords.is_dated(hashed):
        stronger = await hashing(lambda: passwords.hash_of(password))
        async with database.writing() as transaction:
            await sign_ins.rehash_password(transaction, coach.id, hashed, stronger)
    return await enter(request, coach, there)


@routes.get("/coach/sign-in/{token}")
async def show_link(request: web.Request) -> web.StreamResponse:
    """A page with a button, so that what previews links does not use this one up."""
    async with request.app[DATABASE].reading() as transaction:
        id = await sign_ins.coach_of_link(transaction, _link(request), request.app[CLOCK]())
        person = await people.may_enter(transaction, request.app[PRACTICE], id) if id else None
    if person is None:
        return render(request, "link_over", status=410)
    return render(request, "link", coach=person.coach)


@routes.post("/coach/sign-in/{token}")
async def sign_in_by_link(request: web.Request) -> web.StreamResponse:
    """Use the link up; who has no password yet is offered to set one."""
    async with request.app[DATABASE].writing() as transaction:
        id = await sign_ins.use_link(transaction, _link(request), request.app[CLOCK]())
        hashed = await sign_ins.password_of(transaction, id) if id else None
        person = await people.may_enter(transaction, request.app[PRACTICE], id) if id else None
    if person is None:
        return render(request, "link_over", status=410)
    return await enter(request, person.coach, "/coach" if hashed else "/coach/password")


@routes.post("/coach/sign-out")
async def sign_out(request: web.Request) -> web.StreamResponse:
    """End this sign-in; where a page wants a new one at once, it leads back there."""
    me, there = request[SIGNED_IN], (await form_of(request)).get("next", "")
    async with request.app[DATABASE].writing() as transaction:
        await sign_ins.sign_out(transaction, me.token_hash)
        await audit.note(transaction, "signed_out", me.by, request.app[CLOCK]())
    more = f"&{urlencode({'next': local(there)})}" if there else ""
    response = see(f"/coach/sign-in?out=1{more}")
    response.del_cookie(COOKIE, path="/coach")
    return response


def _named(coaches: list[Coach], name: str) -> Coach | None:
    wanted = " ".join(name.casefold().split())
    for coach in coaches:
        if wanted in (coach.id.casefold(), " ".join(coach.name.casefold().split())):
            return coach
    return None


def _link(request: web.Request) -> str:
    return digest(request.match_info["token"])
