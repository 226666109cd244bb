"""The Slack room: both apps joined to the engine, for as long as the server runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from rightfit.engine.assembly import Engine
from rightfit.slack import clients_app, coaches_app
from rightfit.slack.clients_app import Working
from rightfit.slack.coaches_app import CoachesApp
from rightfit.slack.desk import Desk
from rightfit.slack.doorway import Doorway, Signed, Workspaces, app_behind, quiet_logger
from rightfit.slack.interviewing import Interviews
from rightfit.slack.posting import Outbox
from rightfit.slack.settings import Credentials, SlackSettings, Which
from rightfit.slack.watching import Watching, hand_letters_over

_log = logging.getLogger(__name__)

#: Seconds for a call of Slack's API; between sweeps; between tries to reach Slack at the start.
_CALL, _SWEEP_EVERY, _TRY_EVERY = 10, 3.0, 10.0

Routine = Callable[[], Awaitable[None]]


class AppRoom:
    """One of the two apps: its client of Slack's API, its way in, and its outbox."""

    def __init__(
        self,
        which: Which,
        engine: Engine,
        settings: SlackSettings,
        credentials: Credentials,
        session: aiohttp.ClientSession,
    ) -> None:
        self.which, self.credentials = which, credentials
        self.client = AsyncWebClient(
            token=credentials.bot_token,
            base_url=settings.api,
            timeout=_CALL,
            session=session,
            logger=quiet_logger(),
            retry_handlers=[],
        )
        self.workspaces = Workspaces(settings.workspaces)
        self.app: AsyncApp = app_behind(self.workspaces, credentials.bot_token)
        self.outbox = Outbox(which, self.client, engine.database, engine.clock)
        self.doorway = Doorway(self.app, Signed(credentials.signing_secrets, engine.clock))

    async def introduce(self) -> bool:
        """Learn from Slack which workspace this is; false where it cannot be reached now."""
        try:
            told = await self.client.auth_test()
        except SlackApiError as error:
            _log.error("Slack refuses the token for %s: %s", self.which, error.response["error"])
            return False
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            _log.warning("Slack cannot be reached: %s", type(error).__name__)
            return False
        self.workspaces.learn(str(told["team_id"]))
        return True

    async def stay_introduced(self) -> None:
        """Try until Slack has answered."""
        while True:
            if await self.introduce():
                return
            await asyncio.sleep(_TRY_EVERY)

    async def stay_connected(self) -> None:
        """Keep a Socket Mode connection for as long as this runs."""
        handler = AsyncSocketModeHandler(
            self.app,
            self.credentials.app_token,
            logger=quiet_logger(),
            web_client=self.client,
        )
        try:
            while True:
                try:
                    await handler.connect_async()  # type: ignore[no-untyped-call]
                    break
                except Exception as error:  # noqa: BLE001 - whatever it was, Slack may come back
                    _log.warning("no connection to Slack: %s", type(error).__name__)
                    await asyncio.sleep(_TRY_EVERY)
            # From here on the library connects again by itself.
            await asyncio.Event().wait()
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]


class SlackRoom:
    """Both apps. ``clients`` and ``coaches`` are null where they are not set up."""

    def __init__(
        self, engine: Engine, settings: SlackSettings, session: aiohttp.ClientSession
    ) -> None:
        def app(which: Which) -> AppRoom | None:
            credentials = settings.of(which)
            if credentials is None:
                return None
            return AppRoom(which, engine, settings, credentials, session)

        self.clients, self.coaches = app("clients"), app("coaches")
        self.interviews: Interviews | None = None
        self.working: Working | None = None
        if self.clients:
            self.interviews = Interviews(engine, self.clients.outbox.wake)
            self.working = Working(self.interviews)
            clients_app.listen(self.clients.app, self.working)
        desk = Desk(engine.database, engine.practice, engine.clock)
        self._desk = desk
        self.watching: Watching | None = None
        if self.coaches:
            self.watching = Watching(desk, settings, self.coaches.outbox.wake)
            deciding = CoachesApp(
                desk,
                self.coaches.client,
                settings.address or engine.settings.address,
                self.watching.sweep,
                can_mail=engine.settings.mail is not None,
            )
            coaches_app.listen(self.coaches.app, deciding)

    @property
    def apps(self) -> list[AppRoom]:
        """Those that are set up."""
        return [app for app in (self.clients, self.coaches) if app]

    def routines(self) -> list[Routine]:
        """What goes on beside the requests."""
        found: list[Routine] = []
        for app in self.apps:
            found += [app.stay_introduced, app.outbox.run]
            if app.credentials.by_socket:
                found.append(app.stay_connected)
        if self.interviews:
            found.append(_again_and_again(self.interviews.sweep))
            found.append(_again_and_again(self.letters))
        if self.watching:
            found.append(_again_and_again(self.watching.sweep))
        return found

    async def letters(self) -> None:
        """Show clients in Slack what coaches have written to them."""
        if self.clients:
            await hand_letters_over(self._desk, self.clients.outbox.wake)


def _again_and_again(sweep: Routine) -> Routine:
    async def run() -> None:
        while True:
            try:
                await sweep()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next may succeed
                _log.warning("a look at what waits for Slack failed: %s", type(error).__name__)
            await asyncio.sleep(_SWEEP_EVERY)

    return run


@contextlib.asynccontextmanager
async def open_room(engine: Engine, settings: SlackSettings) -> AsyncIterator[SlackRoom]:
    """The room, without anything going on in it yet."""
    timeout = aiohttp.ClientTimeout(total=_CALL)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        room = SlackRoom(engine, settings, session)
        yield room
        if room.working:
            await room.working.settle()


def join(app: web.Application, engine: Engine, settings: SlackSettings) -> None:
    """Let Slack into the application, under ``/slack/clients`` and ``/slack/coaches``."""
    here: dict[str, SlackRoom] = {}

    async def living(_: web.Application) -> AsyncIterator[None]:
        async with open_room(engine, settings) as room:
            here["room"] = room
            tasks: list[asyncio.Task[Any]] = [
                asyncio.ensure_future(routine()) for routine in room.routines()
            ]
            yield
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def way_in(which: Which) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            room = here["room"].clients if which == "clients" else here["room"].coaches
            assert room is not None
            return await room.doorway.handle(request)

        return handle

    for which in ("clients", "coaches"):
        credentials = settings.of(which)
        if credentials and credentials.signing_secrets and not credentials.by_socket:
            app.router.add_post(f"/slack/{which}", way_in(which))
    app.cleanup_ctx.append(living)
