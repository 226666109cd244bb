"""Errors as problem details (RFC 9457), for the chat API; never a stack trace."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import hdrs, web
from aiohttp.web_protocol import RequestHandler

from rightfit.engine.refusals import Ended, Erased, MovedOn, NoSuchConversation, NotOnScreen
from rightfit.store.allowances import TooMany
from rightfit.store.database import Conflict, StorageUnavailable

_log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: Status -> title, for every error that the API answers with (design, section 9).
TITLES = {
    400: "Not readable",
    401: "Not signed in to a conversation",
    404: "Not found",
    405: "Method not allowed",
    409: "Not possible now",
    410: "Erased",
    413: "Too long",
    415: "Not JSON",
    417: "Not expected",
    422: "Not understood",
    429: "Too many at once",
    500: "Our fault",
    503: "Not available just now",
}


class Problem(Exception):
    """An error to be told: ``kind`` is a stable word, ``detail`` says what to do."""

    def __init__(
        self, status: int, kind: str, detail: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.retry_after = retry_after

    def response(self) -> web.Response:
        """The problem as ``application/problem+json``."""
        body: dict[str, Any] = {
            "type": f"urn:rightfit:problem:{self.kind}",
            "title": TITLES.get(self.status, "Problem"),
            "status": self.status,
            "detail": self.detail,
        }
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return web.Response(
            status=self.status,
            text=json.dumps(body),
            content_type="application/problem+json",
            headers=headers,
        )


def _known(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    if isinstance(error, NoSuchConversation):
        return Problem(404, "no-such-conversation", "There is no such conversation.")
    if isinstance(error, Erased):
        return Problem(404, "erased", "Everything of this intake was erased.")
    if isinstance(error, Ended):
        return Problem(409, "ended", "This intake has ended. Start a new one.")
    if isinstance(error, MovedOn):
        return Problem(
            409,
            "moved-on",
            "The question on screen has changed. Read the new one, then send again.",
        )
    if isinstance(error, NotOnScreen):
        return Problem(
            409, "not-on-screen", "That choice is not on screen. Read the new messages and choose."
        )
    if isinstance(error, TooMany):
        return Problem(
            429,
            "too-many",
            "That was a lot at once. Wait a moment, then send it again.",
            retry_after=error.retry_after,
        )
    if isinstance(error, (StorageUnavailable, Conflict)):
        return Problem(
            503,
            "storage",
            "The message could not be kept just now. Send it again in a moment.",
            retry_after=2,
        )
    return None


@web.middleware
async def as_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever goes wrong under ``/api`` into problem details."""
    if not request.path.startswith("/api/"):
        return await handler(request)
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        return Problem(413, "too-long", "The body is too long. Send less at a time.").response()
    except web.HTTPException as error:
        if error.status < 400:
            raise
        kind = "not-found" if error.status == 404 else "method"
        problem = Problem(error.status, kind, "See /api/openapi.json for what there is.").response()
        if "Allow" in error.headers:
            problem.headers["Allow"] = error.headers["Allow"]
        return problem
    except Exception as error:  # noqa: BLE001 - the client gets a plain word, whatever it was
        known = _known(error)
        if known is None:
            # Only the kind is logged: the error's own words may quote the client.
            _log.error("unexpected %s at %s", type(error).__name__, request.path)
            known = Problem(500, "unexpected", "Something went wrong on our side. Try again.")
        return known.response()


class ApiRoutes(web.RouteTableDef):
    """Routes whose every refusal is a problem: ``Expect`` is answered before any middleware."""

    def route(self, method: str, path: str, **options: Any) -> Any:
        """As aiohttp's, with our answer to ``Expect``."""
        return super().route(method, path, expect_handler=_expected, **options)


async def _expected(request: web.Request) -> web.Response | None:
    if request.headers[hdrs.EXPECT].lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # The answer's own head is still to come.
        request.writer.output_size = 0
        return None
    return Problem(417, "expect", "Expect can only be 100-continue. Leave it out.").response()


_our_fault = RequestHandler.handle_error


def _unreadable(
    self: RequestHandler,
    request: web.BaseRequest,
    status: int = 500,
    exc: BaseException | None = None,
    message: str | None = None,
) -> web.StreamResponse:
    """Answer bytes that are no request; aiohttp would log what is wrong with them, and quote it."""
    if status >= 500:
        return _our_fault(self, request, status, exc, message)
    problem = Problem(status, "not-http", "That is no request that can be read.").response()
    problem.force_close()
    return problem


# No application is asked about them, so aiohttp leaves no other place to say it.
RequestHandler.handle_error = _unreadable  # type: ignore[method-assign]
