"""The page behind the link of a packet, for whoever the client has sent it to.

It opens with a button, so that what previews links does not open it; the page, the JSON and the
PDF all come by that form, and their addresses hold nothing.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial

import aiohttp_jinja2
import msgspec
from aiohttp import web

from rightfit.privacy.packets import Packet, fingerprint, summary_in
from rightfit.store.allowances import Rate, TooMany, spend_arrival
from rightfit.store.database import Conflict, StorageUnavailable
from rightfit.summary.legible import as_name, legible
from rightfit.summary.reading_order import blocks, label, pairs
from rightfit.web.app_keys import CLOCK, DATABASE, HANDING_ON, PRACTICE, RECEIPTS
from rightfit.web.as_pdf import NoFont, as_pdf

routes = web.RouteTableDef()
_log = logging.getLogger(__name__)

#: Tries of one address; a link holds 128 bits of signature, this keeps the log of tries short.
_TRIES = Rate(per_minute=20, burst=40)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


@routes.get("/packet/{link}")
async def ask_to_open(request: web.Request) -> web.StreamResponse:
    """Say what this is, with a button."""
    return await _answer(request, opened=False)


@routes.post("/packet/{link}")
async def open_packet(request: web.Request) -> web.StreamResponse:
    """The packet, as a page or a file; whoever sent it hears that it arrived."""
    return await _answer(request, opened=True)


async def _answer(request: web.Request, *, opened: bool) -> web.StreamResponse:
    try:
        response = await (_opened(request) if opened else _closed(request))
    except TooMany as much:
        text = "That was tried too often. Wait a moment, then open the link again."
        response = _page(request, 429, "gone", text=text)
        response.headers["Retry-After"] = str(much.retry_after)
    except (StorageUnavailable, Conflict):
        response = _page(request, 503, "gone", text="Not available just now. Try again shortly.")
        response.headers["Retry-After"] = "2"
    response.headers.update(_HEADERS)
    return response


async def _closed(request: web.Request) -> web.Response:
    return _gone(request) if await _fetched(request, False) is None else _page(request, 200, "ask")


async def _opened(request: web.Request) -> web.Response:
    raw = await _fetched(request, True)
    if raw is None:
        return _gone(request)
    wanted = str((await request.post()).get("as", ""))
    practice = request.app[PRACTICE]
    if wanted == "json":
        return _file(raw, "application/json", "json")
    packet = msgspec.json.decode(raw, type=Packet)
    summary = summary_in(practice, packet.content)
    if wanted == "pdf":
        try:
            return _file(
                await asyncio.to_thread(as_pdf, practice, summary), "application/pdf", "pdf"
            )
        except NoFont as fault:
            _log.error("%s", fault)
            return _page(request, 503, "gone", text="No PDF can be made here. Print the page.")
    return _page(
        request,
        200,
        "open",
        packet=packet,
        name=as_name(packet.content.name),
        fingerprint=fingerprint(packet),
        blocks=blocks(practice, summary),
        label=partial(label, practice),
        pairs=partial(pairs, practice),
    )


async def _fetched(request: web.Request, arrived: bool) -> bytes | None:
    address = request.app[RECEIPTS].blind(f"packet {request.remote}")
    async with request.app[DATABASE].writing() as transaction:
        await spend_arrival(transaction, address, _TRIES, request.app[CLOCK]())
    return await request.app[HANDING_ON].open_link(request.match_info["link"], arrived=arrived)


def _gone(request: web.Request) -> web.Response:
    text = (
        "This link is over, or was cut off on its way, or the client has erased their intake."
        " Ask whoever gave it to you."
    )
    return _page(request, 410, "gone", text=text)


def _page(request: web.Request, status: int, what: str, **context: object) -> web.Response:
    practice = request.app[PRACTICE]
    frame = {"practice": practice, "what": what, "legible": legible}
    return aiohttp_jinja2.render_template(
        "packet.html.j2", request, {**frame, **context}, status=status
    )


def _file(body: bytes, kind: str, ending: str) -> web.Response:
    disposition = f'attachment; filename="packet.{ending}"'
    headers = {"Content-Disposition": disposition}
    return web.Response(body=body, content_type=kind, headers=headers)
