"""Letting a coach in once they have proved who they are, and how often that may be tried."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlencode

from aiohttp import web

from rightfit.practice import Coach
from rightfit.privacy.receipts import digest, new_token
from rightfit.store import audit, second_steps, sign_ins
from rightfit.store.allowances import Rate, spend_arrival
from rightfit.store.database import Conflict
from rightfit.web.app_keys import CLOCK, DATABASE
from rightfit.web.coach_frame import SIGNED_IN
from rightfit.web.devices import device_of
from rightfit.web.forms import see

COOKIE = "rightfit-coach"
#: Between the two steps of signing in.
HALF_COOKIE = "rightfit-coach-half"
#: A sign-in holds for so long since it was last used, and for so long at most.
HOLDS, AT_MOST = timedelta(hours=12), timedelta(days=7)
_HALF_HOLDS = timedelta(minutes=10)
_TRIES_FROM_ADDRESS, _TRIES_FOR_NAME = Rate(per_minute=2, burst=10), Rate(per_minute=4, burst=20)
#: Six digits could be tried out; at this pace that takes years.
_TRIES_OF_CODES = Rate(per_minute=0.5, burst=6)

#: Hashing takes 64 MiB and a tenth of a second of a core; two at a time are enough.
_HASHING = ThreadPoolExecutor(2, thread_name_prefix="passwords")
_Result = TypeVar("_Result")


async def enter(request: web.Request, coach: Coach, there: str) -> web.StreamResponse:
    """Let a coach in who has done the first step; where there is a second, ask for that."""
    async with request.app[DATABASE].reading() as transaction:
        asked = await second_steps.of(transaction, coach.id) is not None
    if not asked:
        return await let_in(request, coach, there)
    token, now = new_token(), request.app[CLOCK]()
    async with request.app[DATABASE].writing() as transaction:
        await second_steps.add_half(transaction, coach.id, digest(token), now, now + _HALF_HOLDS)
    response = see(f"/coach/second-step?{urlencode({'next': there})}")
    response.set_cookie(
        HALF_COOKIE,
        token,
        path="/coach",
        max_age=int(_HALF_HOLDS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.secure,
    )
    return response


async def let_in(
    request: web.Request, coach: Coach, there: str, *, second: str | None = None
) -> web.StreamResponse:
    """Sign a coach in on this device; ``second`` is what the second step was done with."""
    token, now = new_token(), request.app[CLOCK]()
    device = device_of(request.headers.get("User-Agent", ""))
    by = f"coach:{coach.id}"
    async with request.app[DATABASE].writing() as transaction:
        if SIGNED_IN in request:
            await sign_ins.sign_out(transaction, request[SIGNED_IN].token_hash)
        await sign_ins.add_sign_in(transaction, coach.id, digest(token), now, now + HOLDS, device)
        if second == "recovery code":
            left = await second_steps.codes_left(transaction, coach.id)
            await audit.note(transaction, "recovery_code_used", by, now, left=left)
        await audit.note(transaction, "signed_in", by, now, device=device)
    response = see(there)
    give_cookie(request, response, token)
    response.del_cookie(HALF_COOKIE, path="/coach")
    return response


def give_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Let the browser keep a sign-in for as long as it holds."""
    response.set_cookie(
        COOKIE,
        token,
        path="/coach",
        max_age=int(HOLDS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.secure,
    )


async def count_try(request: web.Request, name: str) -> None:
    """Take one try from the allowances of the address and of the name; raises TooMany.

    Names share 4,096 allowances by their hash: whether a name is a coach's cannot be seen
    from them, and nobody can fill the table with names.
    """
    address = digest(f"sign-in from {request.remote}")
    named = digest("sign-in as " + digest(name.strip().casefold())[:3])
    await _count(request, (address, _TRIES_FROM_ADDRESS), (named, _TRIES_FOR_NAME))


async def count_code(request: web.Request, coach: str) -> None:
    """Take one try of a code from the allowance of a coach; raises TooMany."""
    await _count(request, (digest(f"second step of {coach}"), _TRIES_OF_CODES))


async def _count(request: web.Request, *allowances: tuple[str, Rate]) -> None:
    now = request.app[CLOCK]()
    while True:
        try:
            async with request.app[DATABASE].writing() as transaction:
                for key, rate in allowances:
                    await spend_arrival(transaction, key, rate, now)
            return
        except Conflict:
            # Two first tries at once; the other one's row is there now.
            continue


async def hashing(work: Callable[[], _Result]) -> _Result:
    """What comes of some hashing, off the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_HASHING, work)
