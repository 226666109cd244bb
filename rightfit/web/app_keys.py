"""Where handlers find what they work with in the aiohttp application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from aiohttp import web

from rightfit.practice import Practice
from rightfit.privacy.receipts import Receipts
from rightfit.store.database import Database

if TYPE_CHECKING:
    # Rasa comes with it, and the coach's pages do without.
    from rightfit.engine.clockwork import Clockwork
    from rightfit.engine.handing_on import HandingOn
    from rightfit.engine.reception import Reception

RECEPTION: web.AppKey[Reception] = web.AppKey("reception")
HANDING_ON: web.AppKey[HandingOn] = web.AppKey("handing_on")
CLOCKWORK: web.AppKey[Clockwork] = web.AppKey("clockwork")
DATABASE = web.AppKey("database", Database)
PRACTICE = web.AppKey("practice", Practice)
RECEIPTS = web.AppKey("receipts", Receipts)
#: Where the pages are reached from outside; null where it is as the request says.
ADDRESS: web.AppKey[str | None] = web.AppKey("address")
#: Whether a mail server is set up.
CAN_MAIL = web.AppKey("can_mail", bool)
CLOCK: web.AppKey[Callable[[], datetime]] = web.AppKey("clock")


def address_of(request: web.Request) -> str:
    """Where the pages are reached from outside, without a slash at the end."""
    told = request.app.get(ADDRESS)
    return (told or f"{request.scheme}://{request.host}").rstrip("/")
