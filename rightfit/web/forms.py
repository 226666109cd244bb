"""Reading the forms of the coaches' pages, and leading on after them."""

from __future__ import annotations

import re

from aiohttp import web

#: Where a form may lead back to: a plain path below /coach, so never another site.
_LOCAL = re.compile(r"/coach(/[A-Za-z0-9_-]+)*(\?[a-z0-9_=&]{1,200})?")


async def form_of(request: web.Request) -> dict[str, str]:
    """The fields of a form; a request without a body has none."""
    if request.can_read_body and request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    try:
        return {name: str(value) for name, value in (await request.post()).items()}
    except (ValueError, LookupError):
        raise web.HTTPBadRequest from None


def local(there: str) -> str:
    """A path below /coach as asked for, or the list of intakes."""
    return there if _LOCAL.fullmatch(there) else "/coach"


def see(there: str) -> web.Response:
    """Go on to another page, after a form as after a link."""
    return web.Response(status=303, headers={"Location": there})
