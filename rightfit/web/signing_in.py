"""How a coach gets in and out: one-time link, password, sign-out, and the guard at the door.

A sign-in holds for twelve hours since it was last used and for seven days at most. A coach
works with it through a day without signing in twice, and a laptop left open overnight,
with clients' health or politics on it, is closed in the morning.
"""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from rightfit.practice import Coach, Practice
from rightfit.privacy import passwords
from rightfit.privacy.receipts import digest, new_token
from rightfit.store import sign_ins
from rightfit.store.allowances import Rate, TooMany, spend_arrival
from rightfit.store.database import Conflict
from rightfit.web.app_keys import CLOCK, DATABASE, PRACTICE
from rightfit.web.coach_frame import SIGNED_IN, SignedIn, is_for_coaches, render, trouble
from rightfit.web.problems import Handler

routes = web.RouteTableDef()

_COOKIE = "rightfit-coach"
_HOLDS, _AT_MOST = timedelta(hours=12), timedelta(days=7)
#: A sign-in is written again only when this much of its time has passed.
_WRITTEN_EVERY = timedelta(minutes=10)
#: For so long after signing in a new password needs no old one: it may be forgotten.
_RECENT = timedelta(minutes=15)
_TRIES_FROM_ADDRESS, _TRIES_FOR_NAME = Rate(per_minute=2, burst=10), Rate(per_minute=4, burst=20)

_WITHOUT_SIGNING_IN = ("/coach/sign-in", "/coach/sign-in/{token}")
#: Where a sign-in may lead back to: a plain path below /coach, so never another site.
_LOCAL = re.compile(r"/coach(/[A-Za-z0-9_-]+)*(\?[a-z0-9_=&]{1,200})?")

#: Hashing takes 64 MiB and a tenth of a second of a core; two at a time are enough.
_HASHING = ThreadPoolExecutor(2, thread_name_prefix="passwords")
_Result = TypeVar("_Result")


# --- The guard -------------------------------------------------------------------------------


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let nobody past /coach/sign-in who is not signed in, and no form that is not ours."""
    if not is_for_coaches(request):
        return await handler(request)
    token = request.cookies.get(_COOKIE, "")
    prolonged = await _recognise(request, token) if token else False
    me = request.get(SIGNED_IN)
    resource = request.match_info.route.resource
    is_open = resource is not None and resource.canonical in _WITHOUT_SIGNING_IN
    if me is None and not is_open:
        wanted = request.path_qs if request.method in ("GET", "HEAD") else "/coach"
        return _see(f"/coach/sign-in?{urlencode({'next': _local(wanted)})}")
    if request.method not in ("GET", "HEAD"):
        if not _is_same_origin(request):
            return trouble(request, 403)
        if me is not None and not is_open:
            sent = (await form_of(request)).get("form_token", "")
            if not hmac.compare_digest(sent.encode(), me.form_token.encode()):
                return trouble(request, 403)
    response = await handler(request)
    if prolonged and _COOKIE not in response.cookies:
        _give_cookie(request, response, token)
    return response


async def _recognise(request: web.Request, token: str) -> bool:
    """Note on the request who is signed in; whether their cookie should be given anew."""
    now, hashed = request.app[CLOCK](), digest(token)
    database = request.app[DATABASE]
    async with database.reading() as transaction:
        found = await sign_ins.sign_in_of(transaction, hashed, now)
    coach = _coach(request.app[PRACTICE], found.coach) if found else None
    if found is None or coach is None:
        return False
    request[SIGNED_IN] = SignedIn(
        coach=coach,
        form_token=digest(f"form {token}"),
        token_hash=hashed,
        recent=now - found.made_at < _RECENT,
    )
    good_until = min(now + _HOLDS, found.made_at + _AT_MOST)
    if good_until - found.good_until < _WRITTEN_EVERY:
        return False
    async with database.writing() as transaction:
        await sign_ins.prolong(transaction, hashed, good_until, now)
    return True


def _is_same_origin(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


async def form_of(request: web.Request) -> dict[str, str]:
    """The fields of a form; a request without a body has none."""
    if request.can_read_body and request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    try:
        return {name: str(value) for name, value in (await request.post()).items()}
    except (ValueError, LookupError):
        raise web.HTTPBadRequest from None


# --- Signing in ------------------------------------------------------------------------------


@routes.get("/coach/sign-in")
async def ask_to_sign_in(request: web.Request) -> web.StreamResponse:
    """The page with name and password; whoever is signed in goes on at once."""
    there = _local(request.query.get("next", ""))
    if SIGNED_IN in request:
        return _see(there)
    return render(request, "sign_in", next=there, name="", wrong=None, out="out" in request.query)


@routes.post("/coach/sign-in")
async def sign_in_by_password(request: web.Request) -> web.StreamResponse:
    """Sign in by name or id and password. What was wrong with them is not told."""
    form = await form_of(request)
    name, password = form.get("coach", ""), form.get("password", "")
    there = _local(form.get("next", ""))
    try:
        await _count_try(request, name)
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
    coach = _coach_named(request.app[PRACTICE], name)
    database = request.app[DATABASE]
    async with database.reading() as transaction:
        hashed = await sign_ins.password_of(transaction, coach.id) if coach else None
    password = password[: passwords.AT_MOST * 4]
    if not await _hashing(lambda: passwords.is_password(hashed, password)) or coach is None:
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
        stronger = await _hashing(lambda: passwords.hash_of(password))
        async with database.writing() as transaction:
            await sign_ins.rehash_password(transaction, coach.id, hashed, stronger)
    return await _enter(request, coach, there)


@routes.get("/coach/sign-in/{token}")
async def show_link(request: web.Request) -> web.StreamResponse:
    """A page with a button, so that what previews links does not use this one up."""
    async with request.app[DATABASE].reading() as transaction:
        id = await sign_ins.coach_of_link(transaction, _link(request), request.app[CLOCK]())
    coach = _coach(request.app[PRACTICE], id)
    if coach is None:
        return render(request, "link_over", status=410)
    return render(request, "link", coach=coach)


@routes.post("/coach/sign-in/{token}")
async def sign_in_by_link(request: web.Request) -> web.StreamResponse:
    """Use the link up; who has no password yet is offered to set one."""
    async with request.app[DATABASE].writing() as transaction:
        id = await sign_ins.use_link(transaction, _link(request), request.app[CLOCK]())
        hashed = await sign_ins.password_of(transaction, id) if id else None
    coach = _coach(request.app[PRACTICE], id)
    if coach is None:
        return render(request, "link_over", status=410)
    return await _enter(request, coach, "/coach" if hashed else "/coach/password")


@routes.post("/coach/sign-out")
async def sign_out(request: web.Request) -> web.StreamResponse:
    """End this sign-in."""
    async with request.app[DATABASE].writing() as transaction:
        await sign_ins.sign_out(transaction, request[SIGNED_IN].token_hash)
    response = _see("/coach/sign-in?out=1")
    response.del_cookie(_COOKIE, path="/coach")
    return response


# --- The password ----------------------------------------------------------------------------


@routes.get("/coach/password")
async def ask_for_password(request: web.Request) -> web.StreamResponse:
    """The page on which a password is set or changed."""
    return await _password_page(request, status=200, wrong={})


@routes.post("/coach/password")
async def set_password(request: web.Request) -> web.StreamResponse:
    """Set the password; the coach's other sign-ins end."""
    me, form = request[SIGNED_IN], await form_of(request)
    database, practice = request.app[DATABASE], request.app[PRACTICE]
    old, new, again = (form.get(field, "") for field in ("old", "new", "again"))
    async with database.reading() as transaction:
        hashed = await sign_ins.password_of(transaction, me.coach.id)
    wrong = {}
    if hashed and not me.recent:
        try:
            await _count_try(request, me.coach.id)
        except TooMany as much:
            wrong["old"] = f"That was tried too often. Wait {much.retry_after} seconds."
        else:
            old = old[: passwords.AT_MOST * 4]
            if not await _hashing(lambda: passwords.is_password(hashed, old)):
                wrong["old"] = "This is not your current password."
    fault = passwords.fault_of(new, (me.coach.id, *me.coach.name.split(), *practice.name.split()))
    if fault:
        wrong["new"] = fault
    elif new != again:
        wrong["again"] = "The two are not the same. Please type it again."
    if wrong:
        return await _password_page(request, status=422, wrong=wrong)
    hashed_new = await _hashing(lambda: passwords.hash_of(new))
    async with database.writing() as transaction:
        await sign_ins.set_password(
            transaction, me.coach.id, hashed_new, request.app[CLOCK](), keep=me.token_hash
        )
    return render(request, "password_set")


async def _password_page(
    request: web.Request, *, status: int, wrong: dict[str, str]
) -> web.Response:
    me = request[SIGNED_IN]
    async with request.app[DATABASE].reading() as transaction:
        has_one = await sign_ins.password_of(transaction, me.coach.id) is not None
    return render(
        request,
        "password",
        status=status,
        has_one=has_one,
        ask_old=has_one and not me.recent,
        at_least=passwords.AT_LEAST,
        wrong=wrong,
    )


# --- Pieces ----------------------------------------------------------------------------------


async def _enter(request: web.Request, coach: Coach, there: str) -> web.StreamResponse:
    token, now = new_token(), request.app[CLOCK]()
    async with request.app[DATABASE].writing() as transaction:
        if SIGNED_IN in request:
            await sign_ins.sign_out(transaction, request[SIGNED_IN].token_hash)
        await sign_ins.add_sign_in(transaction, coach.id, digest(token), now, now + _HOLDS)
    response = _see(there)
    _give_cookie(request, response, token)
    return response


def _give_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    response.set_cookie(
        _COOKIE,
        token,
        path="/coach",
        max_age=int(_HOLDS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.secure,
    )


async def _count_try(request: web.Request, name: str) -> None:
    """Take one try from the allowances of the address and of the name; raises TooMany.

    Names share 4,096 allowances by their hash: whether a name is a coach's cannot be seen
    from them, and nobody can fill the table with names.
    """
    now = request.app[CLOCK]()
    address = digest(f"sign-in from {request.remote}")
    named = digest("sign-in as " + digest(name.strip().casefold())[:3])
    while True:
        try:
            async with request.app[DATABASE].writing() as transaction:
                await spend_arrival(transaction, address, _TRIES_FROM_ADDRESS, now)
                await spend_arrival(transaction, named, _TRIES_FOR_NAME, now)
            return
        except Conflict:
            # Two first tries at once; the other one's row is there now.
            continue


async def _hashing(work: Callable[[], _Result]) -> _Result:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, work)


def _coach(practice: Practice, id: str | None) -> Coach | None:
    return next((coach for coach in practice.coaches if coach.id == id), None)


def _coach_named(practice: Practice, name: str) -> Coach | None:
    wanted = " ".join(name.casefold().split())
    for coach in practice.coaches:
        if wanted in (coach.id.casefold(), " ".join(coach.name.casefold().split())):
            return coach
    return None


def _link(request: web.Request) -> str:
    return digest(request.match_info["token"])


def _local(there: str) -> str:
    return there if _LOCAL.fullmatch(there) else "/coach"


def _see(there: str) -> web.Response:
    return web.Response(status=303, headers={"Location": there})
