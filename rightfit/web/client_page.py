"""The hosted page for clients, and the script that puts the intake on a coach's own site."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import aiohttp_jinja2
from aiohttp import web

from rightfit.web.app_keys import PRACTICE

routes = web.RouteTableDef()


@routes.get("/")
async def page(request: web.Request) -> web.Response:
    """The intake on a page of its own; ``?coach=ID`` chooses the coach beforehand."""
    practice = request.app[PRACTICE]
    coach = next((c for c in practice.coaches if c.id == request.query.get("coach")), None)
    return aiohttp_jinja2.render_template(
        "client/intake.html.j2",
        request,
        {
            "practice_name": practice.name,
            "coach": coach.id if coach else None,
            "coach_name": coach.name if coach else None,
        },
    )


@routes.get("/embed.js")
async def embed(request: web.Request) -> web.FileResponse:
    """The launcher, from a place that does not change."""
    return web.FileResponse(Path(str(files("rightfit.web") / "static" / "embed.js")))
