"""What all pages for coaches have in common: the frame, the headers, and plain error pages."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

import aiohttp_jinja2
import msgspec
from aiohttp import web

from rightfit.practice import Coach
from rightfit.store.database import Conflict, StorageUnavailable
from rightfit.summary.legible import as_name, legible
from rightfit.web.app_keys import CLOCK, PRACTICE
from rightfit.web.legible import without_receipt
from rightfit.web.problems import Handler
from rightfit.web.when import as_time

_log = logging.getLogger(__name__)

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
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
    404: ("There is no such page", "It may have been moved, or the address was cut off."),
    405: ("That cannot be done here", "Go back, and use the buttons of the page."),
    413: ("That was too long", "Go back, and send less."),
    415: ("That did not arrive whole", "Go back, and send the form once more."),
    500: ("Something went wrong on our side", "Nothing was lost. Try again in a moment."),
    503: (
        "Not available just now",
        "The intakes could not be reached. Nothing was lost. Try again in a moment.",
    ),
}


class SignedIn(msgspec.Struct, frozen=True):
    """The coach who is looking. ``form_token`` goes into every form and binds it to them.

    ``recent`` says that they proved who they are within the last minutes; ``lead`` that they
    lead the practice; ``has_profile`` that they stand in coaches.yml; ``must_set_up`` that
    they get no further without setting up a second step.
    """

    coach: Coach
    form_token: str
    token_hash: str
    recent: bool
    lead: bool = False
    has_profile: bool = True
    has_second_step: bool = False
    must_set_up: bool = False

    @property
    def by(self) -> str:
        """How logs name them."""
        return f"coach:{self.coach.id}"


SIGNED_IN = web.RequestKey("signed_in", SignedIn)


def is_for_coaches(request: web.Request) -> bool:
    """Whether the request is for a page of the coaches, be there such a page or not."""
    return request.path == "/coach" or request.path.startswith("/coach/")


def render(
    request: web.Request, template: str, *, status: int = 200, **context: Any
) -> web.Response:
    """A page in the coaches' frame."""
    practice, now = request.app[PRACTICE], request.app[CLOCK]()
    frame = {
        "practice": practice,
        "me": request.get(SIGNED_IN),
        "legible": legible,
        "as_name": as_name,
        "without_receipt": without_receipt,
        "time": partial(as_time, now=now, zone=practice.time_zone),
    }
    return aiohttp_jinja2.render_template(
        f"coach/{template}.html.j2", request, {**frame, **context}, status=status
    )


def trouble(
    request: web.Request, status: int, heading: str | None = None, text: str | None = None
) -> web.Response:
    """A page that says in plain words what did not work."""
    usual = _TROUBLE.get(status, _TROUBLE[500 if status >= 500 else 400])
    return render(
        request,
        "trouble",
        status=status,
        heading=heading or usual[0],
        text=text or usual[1],
    )


@web.middleware
async def as_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put the coaches' headers on every answer, and a plain page in place of every error."""
    if not is_for_coaches(request):
        return await handler(request)
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = trouble(request, error.status)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
    except (StorageUnavailable, Conflict):
        response = trouble(request, 503)
        response.headers["Retry-After"] = "2"
    except Exception as error:  # noqa: BLE001 - the coach gets a plain page, whatever it was
        # Only the kind is logged: the error's own words may quote a client.
        _log.error("unexpected %s on a coach's page", type(error).__name__)
        response = trouble(request, 500)
    response.headers.update(_HEADERS)
    return response
