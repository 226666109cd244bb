"""Where handlers find what they work with in the aiohttp application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from rightfit.engine.reception import Reception
from rightfit.practice import Practice
from rightfit.store.database import Database

RECEPTION = web.AppKey("reception", Reception)
DATABASE = web.AppKey("database", Database)
PRACTICE = web.AppKey("practice", Practice)
CLOCK: web.AppKey[Callable[[], datetime]] = web.AppKey("clock")
