"""Who may come in from Slack: what it has signed, just now, from a workspace on the list."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web
from slack_bolt import BoltResponse
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import Clock, SignatureVerifier

_log = logging.getLogger(__name__)

#: Bytes; Slack's own payloads stay far below.
MOST = 256 * 1024


def quiet_logger() -> logging.Logger:
    """For Slack's libraries: they log bodies and tokens, so they tell of errors alone."""
    logger = logging.getLogger("rightfit.slack.library")
    logger.setLevel(logging.ERROR)
    return logger


class _At(Clock):
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()


class Signed:
    """Tells what Slack has signed, with either of two secrets, in the last five minutes."""

    def __init__(self, secrets: Sequence[str], clock: Callable[[], datetime]) -> None:
        self._verifiers = [SignatureVerifier(secret, _At(clock)) for secret in secrets]

    def is_valid(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether the raw body bears a good signature."""
        timestamp = headers.get("X-Slack-Request-Timestamp", "")
        signature = headers.get("X-Slack-Signature", "")
        if not (timestamp.isascii() and timestamp.isdecimal() and signature.isascii()):
            return False
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return any(each.is_valid(text, timestamp, signature) for each in self._verifiers)


class Workspaces:
    """Those that are let in; as long as none is known, nobody is."""

    def __init__(self, listed: frozenset[str] = frozenset()) -> None:
        self._listed = listed

    @property
    def known(self) -> bool:
        """Whether it is known yet who is let in."""
        return bool(self._listed)

    def learn(self, own: str) -> None:
        """The workspace that the app is installed in, where none is listed."""
        self._listed = self._listed or frozenset((own,))

    def lets_in(self, teams: frozenset[str]) -> bool:
        """Whether all of these workspaces are on the list, and at least one is named."""
        return bool(teams) and teams <= self._listed


def teams_in(body: Mapping[str, Any]) -> frozenset[str]:
    """Every workspace that a payload names: where it happened, and whose person did it."""
    event, user, team = body.get("event"), body.get("user"), body.get("team")
    named = [body.get("team_id"), team.get("id") if isinstance(team, dict) else None]
    if isinstance(user, dict):
        named.append(user.get("team_id"))
    if isinstance(event, dict):
        named += [event.get("user_team"), event.get("source_team")]
    return frozenset(str(each) for each in named if each)


def app_behind(workspaces: Workspaces, token: str) -> AsyncApp:
    """A Bolt app that acknowledges after its listener is done, for workspaces on the list."""
    logger = quiet_logger()

    async def only_listed(
        req: AsyncBoltRequest, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        if req.body.get("type") == "url_verification":
            return await next()
        if not workspaces.known:
            return BoltResponse(status=503, body="not ready")
        if not workspaces.lets_in(teams_in(req.body)):
            _log.warning("somebody of a workspace that is not on the list was turned away")
            if req.mode == "socket_mode":
                # Without an acknowledgement it would come again.
                return BoltResponse(status=200, body="")
            return BoltResponse(
                status=403, body="not on the list", headers={"x-slack-no-retry": ["1"]}
            )
        return await next()

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        # Asking Slack here would lose what it delivers while its API is down.
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    app = AsyncApp(
        logger=logger,
        name="rightfit",
        process_before_response=True,
        # Verified over the raw bytes before anything is parsed: see Doorway.
        request_verification_enabled=False,
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,
        before_authorize=only_listed,
        authorize=authorize,
    )

    @app.error
    async def failed(error: Exception) -> BoltResponse:
        # Its kind alone: its words may quote somebody.
        _log.error("a delivery from Slack was not taken: %s", type(error).__name__)
        return BoltResponse(status=503, body="not kept, send again")

    return app


class Doorway:
    """The address that Slack calls for one app."""

    def __init__(self, app: AsyncApp, signed: Signed) -> None:
        self._app = app
        self._signed = signed

    async def handle(self, request: web.Request) -> web.Response:
        """Take one request of Slack's: its size, its signature, and only then its content."""
        if (request.content_length or 0) > MOST:
            return web.Response(status=413, text="too long")
        body = bytearray()
        async for chunk in request.content.iter_chunked(16384):
            body += chunk
            if len(body) > MOST:
                return web.Response(status=413, text="too long")
        if not self._signed.is_valid(bytes(body), request.headers):
            return web.Response(status=401, text="not signed by Slack")
        try:
            asked = AsyncBoltRequest(
                body=body.decode("utf-8"),
                query=request.query_string,
                headers=dict(request.headers),
            )
        except ValueError:
            return web.Response(status=400, text="not readable")
        return await to_aiohttp_response(await self._app.async_dispatch(asked))
