"""What all pages have in common on which a client looks in on their intake later.

A client comes in with their receipt code, or by the link of a letter; a cookie that holds for
half an hour since it was last used lets them go on. The code is in no address and no page.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp_jinja2
import msgspec
from aiohttp import web

from rightfit.practice import Practice
from rightfit.privacy.receipts import digest, new_token
from rightfit.review.events import Entry
from rightfit.store import intakes, reviews, visits
from rightfit.store.database import Conflict, StorageUnavailable
from rightfit.store.intakes import Content
from rightfit.summary.legible import legible
from rightfit.web.app_keys import CLOCK, DATABASE, PRACTICE
from rightfit.web.problems import Handler
from rightfit.web.when import as_time

_log = logging.getLogger(__name__)

_COOKIE = "rightfit-later"
_HOLDS = timedelta(minutes=30)
#: A visit is written again only when this much of its time has passed.
_WRITTEN_EVERY = timedelta(minutes=2)

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    # Not no-referrer: with that, browsers send "Origin: null" even to the page's own site.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}

#: Status -> heading and text. Never what the program would say about it.
_TROUBLE = {
    400: ("That did not arrive whole", "Go back, and send the form once more."),
    403: (
        "That did not come from this page",
        "For safety it was not done. Go back, load the page again, and try once more.",
    ),
    404: ("There is no such page", "The address may have been cut off."),
    405: ("That cannot be done here", "Go back, and use the buttons of the page."),
    413: ("That was too long", "Go back, and send less."),
    415: ("That did not arrive whole", "Go back, and send the form once more."),
    500: ("Something went wrong on our side", "Nothing was lost. Try again in a moment."),
    503: (
        "Not available just now",
        "Your intake could not be reached. Nothing was lost. Try again in a moment.",
    ),
}


class Looking(msgspec.Struct, frozen=True):
    """A client who looks in on their intake, with all there is to see of it at this moment.

    ``log`` holds what coaches decided and noted as well: a section shows of it what is meant
    for the client, and nothing else. ``form_token`` goes into every form.
    """

    conversation: str
    practice: Practice
    content: Content
    log: tuple[Entry, ...]
    now: datetime
    form_token: str
    token_hash: str


class Section(msgspec.Struct, frozen=True):
    """One part of the page: what it shows, given who looks; null leaves it out.

    ``template`` is a file below ``templates/later/``, which gets what ``shows`` gives, and
    ``looking``.
    """

    id: str
    template: str
    shows: Callable[[Looking], Mapping[str, Any] | None]


LOOKING = web.RequestKey("looking", Looking)


def is_for_clients(request: web.Request) -> bool:
    """Whether the request is for a page of a client who looks in later."""
    return request.path == "/later" or request.path.startswith("/later/")


def render(
    request: web.Request, template: str, *, status: int = 200, **context: Any
) -> web.Response:
    """A page in the clients' frame."""
    practice, now = request.app[PRACTICE], request.app[CLOCK]()
    frame = {
        "practice": practice,
        "looking": request.get(LOOKING),
        "legible": legible,
        "time": partial(as_time, now=now, zone=practice.time_zone),
    }
    return aiohttp_jinja2.render_template(
        f"later/{template}.html.j2", request, {**frame, **context}, status=status
    )


def trouble(
    request: web.Request, status: int, heading: str | None = None, text: str | None = None
) -> web.Response:
    """A page that says in plain words what did not work."""
    usual = _TROUBLE.get(status, _TROUBLE[500 if status >= 500 else 400])
    return render(
        request, "trouble", status=status, heading=heading or usual[0], text=text or usual[1]
    )


@web.middleware
async def as_clients_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put the headers on every answer, and a plain page in place of every error."""
    if not is_for_clients(request):
        return await handler(request)
    try:
        response = await _guarded(request, handler)
    except web.HTTPException as error:
        response = trouble(request, error.status)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
    except (StorageUnavailable, Conflict):
        response = trouble(request, 503)
        response.headers["Retry-After"] = "2"
    except Exception as error:  # noqa: BLE001 - the client gets a plain page, whatever it was
        # Only the kind is logged: the error's own words may quote a client.
        _log.error("unexpected %s on a client's page", type(error).__name__)
        response = trouble(request, 500)
    response.headers.update(_HEADERS)
    return response


async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    token = request.cookies.get(_COOKIE, "")
    prolonged = await _recognise(request, token) if token else False
    if request.method not in ("GET", "HEAD"):
        if not _is_same_origin(request):
            return trouble(request, 403)
        looking = request.get(LOOKING)
        if looking is not None and not _is_open(request):
            sent = (await form_of(request)).get("form_token", "")
            if not hmac.compare_digest(sent.encode(), looking.form_token.encode()):
                return trouble(request, 403)
    if LOOKING not in request and not _is_open(request):
        return see("/later/enter")
    response = await handler(request)
    if prolonged and _COOKIE not in response.cookies:
        _give_cookie(request, response, token)
    return response


def _is_open(request: web.Request) -> bool:
    """Whether the page is there for those who have not come in; a page that is not, is, too."""
    resource = request.match_info.route.resource
    return resource is None or resource.canonical in (
        "/later/enter",
        "/later/open",
        "/later/open/{pass}",
    )


async def _recognise(request: web.Request, token: str) -> bool:
    """Note on the request who looks in; whether their cookie should be given anew."""
    now, hashed = request.app[CLOCK](), digest(token)
    database = request.app[DATABASE]
    async with database.reading() as transaction:
        visit = await visits.visit_of(transaction, hashed, now)
        if visit is None:
            return False
        content = await intakes.content(transaction, visit.conversation)
        log = await reviews.log_of(transaction, visit.conversation)
    if content is None:
        return False
    request[LOOKING] = Looking(
        conversation=visit.conversation,
        practice=request.app[PRACTICE],
        content=content,
        log=log,
        now=now,
        form_token=digest(f"form {token}"),
        token_hash=hashed,
    )
    if now + _HOLDS - visit.good_until < _WRITTEN_EVERY:
        return False
    async with database.writing() as transaction:
        await visits.prolong(transaction, hashed, now + _HOLDS)
    return True


def _is_same_origin(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


async def form_of(request: web.Request) -> dict[str, str]:
    """The fields of a form, the last one of each name; a request without a body has none."""
    if request.can_read_body and request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    try:
        return {name: str(value) for name, value in (await request.post()).items()}
    except (ValueError, LookupError):
        raise web.HTTPBadRequest from None


async def come_in(request: web.Request, conversation: str) -> web.StreamResponse:
    """Begin a visit and show the page.

    Raises:
        Conflict: the intake was erased meanwhile.
    """
    token, now = new_token(), request.app[CLOCK]()
    async with request.app[DATABASE].writing() as transaction:
        if LOOKING in request:
            await visits.end(transaction, request[LOOKING].token_hash)
        await visits.begin(transaction, conversation, digest(token), now, now + _HOLDS)
    response = see("/later")
    _give_cookie(request, response, token)
    return response


def go_out(response: web.StreamResponse) -> None:
    """Take the cookie back."""
    response.del_cookie(_COOKIE, path="/later")


def _give_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    response.set_cookie(
        _COOKIE,
        token,
        path="/later",
        max_age=int(_HOLDS.total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=request.secure,
    )


def see(there: str) -> web.Response:
    """Send the browser on with a plain GET."""
    return web.Response(status=303, headers={"Location": there})
