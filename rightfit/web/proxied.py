"""Who is calling, where a reverse proxy stands in front of the server."""

from __future__ import annotations

from aiohttp import web

from rightfit.web.problems import Handler


@web.middleware
async def told_by_proxy(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Take the caller's address and scheme from the proxy; only used where there is one.

    The last address is the one that the proxy itself saw; those before it are the caller's
    own words.
    """
    told = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
    if not told.isascii():
        told = ""
    scheme = request.headers.get("X-Forwarded-Proto", request.scheme).strip().lower()
    return await handler(request.clone(remote=told or request.remote or "", scheme=scheme))
