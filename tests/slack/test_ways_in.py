"""Slack calls this server, or this server calls Slack: the same comes of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import msgspec
from aiohttp.test_utils import TestServer

from rightfit.engine.assembly import now
from rightfit.slack.room import join
from rightfit.slack.settings import SlackSettings
from rightfit.web.app import make_app
from tests.engines import StartEngine
from tests.slack.practice_in_slack import CLIENTS, COACHES, Person, in_slack, words
from tests.slack.slack_server import TEAM, Slack

BY_SOCKET = msgspec.structs.replace(CLIENTS, signing_secrets=(), app_token="xapp-1-test")


async def test_by_socket_mode(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    settings = SlackSettings(clients=BY_SOCKET)
    async with in_slack(start_engine, sqlite_url, settings, practice=short_practice) as practice:
        assert practice.room.clients
        task = asyncio.create_task(practice.room.clients.stay_connected())
        await practice.slack.until(lambda: practice.app.sockets)
        client = Person(practice)
        event = client.typed("hi")
        payload = {"type": "event_callback", "team_id": TEAM, "event": event}
        for attempt in range(2):
            answer = await practice.slack.deliver_by_socket(
                practice.app, "events_api", payload, attempt
            )
            assert answer == {}, "acknowledged, and the second is the first"
        await practice.going_on()
        assert len(client.texts()) == 1 and "automated assistant" in client.texts()[0]

        pressed = client._pressed(client.shown()[-1], ("Yes, that is fine",))
        assert await practice.slack.deliver_by_socket(practice.app, "interactive", pressed) == {}
        await practice.going_on()
        assert await practice.asked(client.user) == "name"

        # Slack closes a connection now and then; the library opens another.
        await practice.app.sockets[-1].close()
        await practice.slack.until(lambda: len(practice.app.sockets) == 2)
        named = client.typed("Ada")
        payload = {"type": "event_callback", "team_id": TEAM, "event": named}
        assert await practice.slack.deliver_by_socket(practice.app, "events_api", payload) == {}
        await practice.going_on()
        assert await practice.asked(client.user) == "experience"

        other = {**payload, "team_id": "T0OTHER", "event": client.typed("hello")}
        assert await practice.slack.deliver_by_socket(practice.app, "events_api", other) == {}
        await practice.going_on()
        assert await practice.asked(client.user) == "experience"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_within_the_server_everything_goes_on_by_itself(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    slack = Slack(now)
    await slack.start()
    app = slack.install("clients", CLIENTS.bot_token)
    slack.install("coaches", COACHES.bot_token)
    both = SlackSettings(clients=CLIENTS, coaches=COACHES, api=slack.api)
    async with start_engine(sqlite_url, practice=short_practice, clock=now) as engine:
        application = make_app(engine)
        join(application, engine, both)
        server = TestServer(application)
        await server.start_server()
        app.address = str(server.make_url("/slack/clients"))
        channel = slack.channels.setdefault("D0CLIENTS", [])
        event = {
            "type": "message",
            "channel_type": "im",
            "channel": "D0CLIENTS",
            "user": "U0CLIENT",
            "text": "hi",
            "ts": slack.ts(),
        }
        body = {"type": "event_callback", "team_id": TEAM, "event": event}

        async def delivered() -> int:
            return (await slack.deliver(app, body))[0]

        # Until Slack has said which workspace this is, nobody is let in.
        status = await delivered()
        while status == 503:
            status = await delivered()
        assert status == 200
        await slack.until(lambda: channel)
        assert "automated assistant" in words(channel[0])
        # The same application serves the web, with its own limit on bodies.
        async with (
            aiohttp.ClientSession() as session,
            session.get(server.make_url("/healthz")) as response,
        ):
            assert response.status == 200
        await server.close()
    await slack.stop()
