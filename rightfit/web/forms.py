"""Reading the forms of the coaches' pages, and leading on after them."""

from __future__ import annotations

import re

from aiohttp import web

from rightfit.privacy.packets import LARGEST

#: Where a form may lead back to: a plain path below /coach, so never another site.
_LOCAL = re.compile(r"/coach(/[A-Za-z0-9_-]+)*(\?[a-z0-9_=&]{1,200})?")

#: Where a file can be sent along.
_WITH_FILES = {"/coach/import": ("multipart/form-data",)}


async def form_of(request: web.Request) -> dict[str, str]:
    """The fields of a form; a request without a body has none."""
    kinds = ("application/x-www-form-urlencoded", *(_WITH_FILES.get(request.path, ())))
    if request.can_read_body and request.content_type not in kinds:
        raise web.HTTPUnsupportedMediaType
    try:
        return {name: str(value) for name, value in (await request.post()).items()}
    except (ValueError, LookupError):
        raise web.HTTPBadRequest from None


def roomy(request: web.Request) -> web.Request:
    """The request itself; where a file can be sent along, with room for one."""
    if request.path not in _WITH_FILES:
        return request
    return request.clone(client_max_size=LARGEST + 64 * 1024)


def local(there: str) -> str:
    """A path below /coach as asked for, or the list of intakes."""
    return there if _LOCAL.fullmatch(there) else "/coach"


def see(there: str) -> web.Response:
    """Go on to another page, after a form as after a link."""
    return web.Response(status=303, headers={"Location": there})
