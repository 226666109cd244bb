"""The web application: which rooms it has and what holds for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

from rightfit.engine import model
from rightfit.engine.assembly import Engine
from rightfit.engine.background import in_background
from rightfit.practice import rehearsal_of
from rightfit.store.database import Conflict, StorageUnavailable
from rightfit.store.inbox import oldest_waiting
from rightfit.store.settings import prove_writable
from rightfit.web import (
    account,
    chat,
    client_page,
    health,
    later,
    later_referral,
    later_together,
    leading,
    oversight,
    packet_page,
    rehearsal,
    review,
    second_step,
    signing_in,
)
from rightfit.web.app_keys import (
    ADDRESS,
    CAN_MAIL,
    CLOCK,
    CLOCKWORK,
    DATABASE,
    HANDING_ON,
    PRACTICE,
    RECEIPTS,
    RECEPTION,
)
from rightfit.web.later_frame import as_clients_pages
from rightfit.web.problems import Handler, as_problems
from rightfit.web.proxied import told_by_proxy

#: Seconds; a message that waits longer than this means that turns are not being played.
_TOO_OLD = 60.0

_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
#: The element is used on other sites; it sends no cookies, only the client's own token.
_FROM_ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "86400",
}


def make_app(engine: Engine) -> web.Application:
    """The application over a working engine."""
    app = web.Application(
        middlewares=[
            *([told_by_proxy] if engine.settings.behind_proxy else []),
            health.measured,
            _preflight,
            as_problems,
            as_clients_pages,
            *review.middlewares,
        ],
        client_max_size=engine.settings.limits.body,
    )
    app[RECEPTION] = engine.reception
    app[DATABASE] = engine.database
    app[PRACTICE] = engine.practice
    app[CLOCK] = engine.clock
    app[CLOCKWORK] = engine.clockwork
    app[HANDING_ON] = engine.handing_on
    app[RECEIPTS] = engine.receipts
    app[ADDRESS] = engine.settings.address
    app[CAN_MAIL] = engine.settings.mail is not None
    app[rehearsal.REHEARSED] = rehearsal_of(engine.settings.practice)
    app[health.READINESS] = lambda: _readiness(engine)
    health.add_metrics(app)
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.PackageLoader("rightfit.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for room in (
        chat,
        client_page,
        later,
        later_together,
        later_referral,
        packet_page,
        health,
        review,
        rehearsal,
        signing_in,
        account,
        second_step,
        leading,
        oversight,
    ):
        app.router.add_routes(room.routes)
    app.router.add_static("/static", Path(str(files("rightfit.web") / "static")))
    app.on_response_prepare.append(_headers)

    async def beside(app: web.Application) -> AsyncIterator[None]:
        """While the app runs, do what goes on beside answering."""
        async with in_background(
            engine.reception,
            engine.database,
            engine.clock,
            engine.outbox,
            chores=[engine.clockwork.look],
        ):
            yield

    app.cleanup_ctx.append(beside)
    return app


async def _readiness(engine: Engine) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    try:
        manifest = await asyncio.to_thread(model.check, engine.settings.model)
        parts["model"] = {"ready": True, "made_from": manifest.made_from}
    except model.ModelNotReady:
        parts["model"] = {"ready": False, "fault": "missing, damaged or not trained here"}
    try:
        async with engine.database.writing() as transaction:
            await prove_writable(transaction, engine.clock().isoformat())
            oldest = await oldest_waiting(transaction)
        age = max((engine.clock() - oldest).total_seconds(), 0.0) if oldest else 0.0
        parts["database"] = {"ready": True}
        parts["queue"] = {"ready": age < _TOO_OLD, "oldest_waiting_seconds": round(age, 1)}
    except (StorageUnavailable, Conflict) as error:
        parts["database"] = {"ready": False, "fault": str(error)}
    return parts


@web.middleware
async def _preflight(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a browser that asks whether the element may call from another site."""
    if request.method == "OPTIONS" and _is_shared(request):
        return web.Response(status=204)
    return await handler(request)


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    """Headers for all, event streams too: open for the element, closed for the pages."""
    for name, value in (_FROM_ANYWHERE if _is_shared(request) else _PAGE_HEADERS).items():
        response.headers.setdefault(name, value)
    # Modules of two versions must not meet in one browser; unchanged ones cost one 304.
    kept = "no-store" if request.path.startswith("/api/") else "no-cache"
    response.headers.setdefault("Cache-Control", kept)


def _is_shared(request: web.Request) -> bool:
    return request.path.startswith(("/api/", "/static/", "/embed.js"))
