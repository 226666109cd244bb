"""Where a coach takes in a packet that another practice's client has sent them."""

from __future__ import annotations

import asyncio

from aiohttp import web

from rightfit.privacy.packets import PacketFaulty, fingerprint, read_packet
from rightfit.web.app_keys import HANDING_ON, RECEIPTS
from rightfit.web.coach_frame import SIGNED_IN, render

routes = web.RouteTableDef()


@routes.get("/coach/import", name="taking_in")
async def ask_for_packet(request: web.Request) -> web.StreamResponse:
    """The form for the file."""
    return render(request, "taking_in", wrong=None, done=None)


@routes.post("/coach/import")
async def take_in(request: web.Request) -> web.StreamResponse:
    """Take a packet in as an intake of the coach who is signed in."""
    sent = (await request.post()).get("packet")
    raw = b""
    if isinstance(sent, web.FileField):
        raw = await asyncio.to_thread(sent.file.read)
    elif isinstance(sent, str):
        raw = sent.encode()
    try:
        packet = await asyncio.to_thread(read_packet, raw)
    except PacketFaulty as fault:
        return render(request, "taking_in", status=422, wrong=str(fault), done=None)
    hands = request.app[HANDING_ON]
    id, is_new = await hands.take_in(packet, request[SIGNED_IN].coach.id)
    return render(
        request,
        "taking_in",
        wrong=None,
        done=id,
        is_new=is_new,
        content=packet.content,
        fingerprint=fingerprint(packet),
        code=request.app[RECEIPTS].of(id),
    )
