"""A coach's own way in: password, second step, and the devices they are signed in on."""

from __future__ import annotations

from aiohttp import web

from rightfit.privacy import passwords
from rightfit.store import audit, second_steps, sign_ins
from rightfit.store.allowances import TooMany
from rightfit.web.app_keys import CLOCK, DATABASE, PRACTICE
from rightfit.web.coach_frame import SIGNED_IN, render
from rightfit.web.entering import count_try, hashing
from rightfit.web.forms import form_of, see

routes = web.RouteTableDef()


@routes.get("/coach/account")
async def show_account(request: web.Request) -> web.StreamResponse:
    """How this coach signs in, and where they are signed in."""
    me = request[SIGNED_IN]
    async with request.app[DATABASE].reading() as transaction:
        has_password = await sign_ins.password_of(transaction, me.coach.id) is not None
        second = await second_steps.of(transaction, me.coach.id)
        codes = await second_steps.codes_left(transaction, me.coach.id)
        mine = await sign_ins.sign_ins_of(transaction, request.app[CLOCK](), me.coach.id)
    return render(
        request,
        "account",
        has_password=has_password,
        second=second,
        codes=codes,
        sign_ins=mine,
        done=request.query.get("done"),
    )


@routes.post("/coach/account/sign-ins")
async def end_sign_ins(request: web.Request) -> web.StreamResponse:
    """End one sign-in of this coach, or all but this one."""
    me, form = request[SIGNED_IN], await form_of(request)
    which, now = form.get("which", ""), request.app[CLOCK]()
    async with request.app[DATABASE].writing() as transaction:
        if which == "others":
            ended = await sign_ins.end_others(transaction, me.coach.id, keep=me.token_hash)
        else:
            ended = int(await sign_ins.end(transaction, me.coach.id, which))
        if ended:
            await audit.note(transaction, "sign_ins_ended", me.by, now, count=ended)
    return see("/coach/account?done=ended")


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
            await count_try(request, me.coach.id)
        except TooMany as much:
            wrong["old"] = f"That was tried too often. Wait {much.retry_after} seconds."
        else:
            old = old[: passwords.AT_MOST * 4]
            if not await hashing(lambda: passwords.is_password(hashed, old)):
                wrong["old"] = "This is not your current password."
    fault = passwords.fault_of(new, (me.coach.id, *me.coach.name.split(), *practice.name.split()))
    if fault:
        wrong["new"] = fault
    elif new != again:
        wrong["again"] = "The two are not the same. Please type it again."
    if wrong:
        return await _password_page(request, status=422, wrong=wrong)
    hashed_new = await hashing(lambda: passwords.hash_of(new))
    async with database.writing() as transaction:
        await sign_ins.set_password(
            transaction, me.coach.id, hashed_new, request.app[CLOCK](), keep=me.token_hash
        )
        await audit.note(transaction, "password_set", me.by, request.app[CLOCK]())
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
