"""The second step: asked for when signing in, set up, renewed and turned off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import segno
from aiohttp import web
from markupsafe import Markup

from rightfit.privacy import second_step
from rightfit.privacy.receipts import digest
from rightfit.store import audit, people, second_steps
from rightfit.store.allowances import TooMany
from rightfit.store.settings import decided
from rightfit.web.app_keys import CLOCK, DATABASE, PRACTICE
from rightfit.web.coach_frame import SIGNED_IN, render
from rightfit.web.entering import HALF_COOKIE, count_code, let_in
from rightfit.web.forms import form_of, local, see

routes = web.RouteTableDef()

_NOT_RIGHT = "This code is not right, or was used before. Wait for the next one in your app."


# --- While signing in ----------------------------------------------------------------------------


@routes.get("/coach/second-step")
async def ask_second_step(request: web.Request) -> web.StreamResponse:
    """The page that asks for the code, once the password was right."""
    there = local(request.query.get("next", ""))
    if SIGNED_IN in request and HALF_COOKIE not in request.cookies:
        return see(there)
    if await _half(request) is None:
        return see("/coach/sign-in")
    return render(request, "second_step", next=there, wrong=None)


@routes.post("/coach/second-step")
async def do_second_step(request: web.Request) -> web.StreamResponse:
    """Let in whoever gives a code of their app, or a recovery code."""
    form, now = await form_of(request), request.app[CLOCK]()
    there, typed = local(form.get("next", "")), form.get("code", "")[:100]
    half = await _half(request)
    if half is None:
        return see("/coach/sign-in")
    try:
        await count_code(request, half)
    except TooMany as much:
        wrong = _too_often(much)
        response = render(request, "second_step", status=429, next=there, wrong=wrong)
        response.headers["Retry-After"] = str(much.retry_after)
        return response
    async with request.app[DATABASE].writing() as transaction:
        person = await people.may_enter(transaction, request.app[PRACTICE], half)
        used = await _use(transaction, half, typed, now) if person else None
        if used is None and person:
            await audit.note(transaction, "second_step_wrong", f"coach:{half}", now)
        if used is not None:
            await second_steps.end_half(transaction, _half_hash(request))
    if person is None:
        return see("/coach/sign-in")
    if used is None:
        return render(request, "second_step", status=422, next=there, wrong=_NOT_RIGHT)
    return await let_in(request, person.coach, there, second=used)


async def _half(request: web.Request) -> str | None:
    """The coach whose password or link was right; null where that is nobody, or long ago."""
    if HALF_COOKIE not in request.cookies:
        return None
    async with request.app[DATABASE].reading() as transaction:
        return await second_steps.half_of(transaction, _half_hash(request), request.app[CLOCK]())


def _half_hash(request: web.Request) -> str:
    return digest(request.cookies.get(HALF_COOKIE, ""))


async def _use(transaction: Any, coach: str, typed: str, now: datetime) -> str | None:
    """Use up the code that was typed; what it is, or null where it is not right."""
    known = await second_steps.of(transaction, coach)
    if known is None:
        return None
    step = second_step.step_of(known.secret, typed, now, known.last_step)
    if step is not None and await second_steps.use(transaction, coach, step):
        return "app"
    hashed = second_step.recovery_hash(coach, typed)
    return "recovery code" if await second_steps.use_code(transaction, coach, hashed, now) else None


def _too_often(much: TooMany) -> str:
    minutes = -(-much.retry_after // 60)
    unit = "minute" if minutes == 1 else "minutes"
    return f"That was tried too often. Wait {minutes} {unit}, then try again."


# --- Setting it up, and off --------------------------------------------------------------------


@routes.get("/coach/account/second-step")
async def show_set_up(request: web.Request) -> web.StreamResponse:
    """The QR code and the secret, for an app on the coach's phone."""
    return await _set_up_page(request, second_step.new_secret())


@routes.post("/coach/account/second-step")
async def set_up(request: web.Request) -> web.StreamResponse:
    """Set the second step up, once a code proves that the app has the secret."""
    me, form = request[SIGNED_IN], await form_of(request)
    secret, now = form.get("secret", ""), request.app[CLOCK]()
    if not me.recent or not second_step.is_secret(secret):
        return await _set_up_page(request, second_step.new_secret())
    step = second_step.step_of(secret, form.get("code", "")[:100], now, -1)
    if step is None:
        wrong = "This is not the code that the app shows now. Type the newest one."
        return await _set_up_page(request, secret, status=422, wrong=wrong)
    codes = second_step.new_recovery_codes()
    hashes = [second_step.recovery_hash(me.coach.id, code) for code in codes]
    async with request.app[DATABASE].writing() as transaction:
        await second_steps.set_up(transaction, me.coach.id, secret, step, hashes, now)
        await audit.note(transaction, "second_step_set", me.by, now)
    return render(request, "recovery_codes", codes=codes, first=True)


@routes.post("/coach/account/recovery-codes")
async def renew_codes(request: web.Request) -> web.StreamResponse:
    """Make new recovery codes in the place of the old ones."""
    return await _with_code(request, "recovery_codes_made")


@routes.post("/coach/account/second-step/off")
async def turn_off(request: web.Request) -> web.StreamResponse:
    """Turn the second step off."""
    return await _with_code(request, "second_step_off")


async def _with_code(request: web.Request, what: str) -> web.StreamResponse:
    """Do what only whoever has the app may do."""
    me, form = request[SIGNED_IN], await form_of(request)
    now, typed = request.app[CLOCK](), form.get("code", "")[:100]
    try:
        await count_code(request, me.coach.id)
    except TooMany as much:
        return render(request, "second_step_again", status=429, what=what, wrong=_too_often(much))
    codes: tuple[str, ...] = ()
    async with request.app[DATABASE].writing() as transaction:
        used = await _use(transaction, me.coach.id, typed, now)
        if used is None:
            await audit.note(transaction, "second_step_wrong", me.by, now)
        elif what == "second_step_off":
            await second_steps.forget(transaction, me.coach.id)
            await audit.note(transaction, what, me.by, now)
        else:
            codes = second_step.new_recovery_codes()
            hashes = [second_step.recovery_hash(me.coach.id, code) for code in codes]
            await second_steps.new_codes(transaction, me.coach.id, hashes)
            await audit.note(transaction, what, me.by, now)
    if used is None:
        return render(request, "second_step_again", status=422, what=what, wrong=_NOT_RIGHT)
    if what == "second_step_off":
        return see("/coach/account?done=off")
    return render(request, "recovery_codes", codes=codes, first=False)


async def _set_up_page(
    request: web.Request, secret: str, *, status: int = 200, wrong: str | None = None
) -> web.Response:
    me, practice = request[SIGNED_IN], request.app[PRACTICE]
    async with request.app[DATABASE].reading() as transaction:
        required = (await decided(transaction)).second_step_required
    address = second_step.address_of(secret, me.coach.name, practice.name)
    picture = segno.make(address, error="m", micro=False)
    return render(
        request,
        "second_step_set_up",
        status=status,
        secret=secret,
        in_groups=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        # segno writes the picture out of modules alone: nothing of the address is in it as text.
        picture=Markup(picture.svg_inline(scale=5, border=4, dark="#000", light="#fff")),  # noqa: S704
        required=required,
        wrong=wrong,
    )
