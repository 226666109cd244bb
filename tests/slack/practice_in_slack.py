"""A practice with its engine, its Slack room and a workspace, for tests; nothing runs by itself.

``going_on`` works on what was delivered and posts what is due, moving the clock only as far as
it takes for Slack's one message a second.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer

from rightfit.engine.assembly import Engine
from rightfit.records import Intake, Message
from rightfit.slack.room import SlackRoom, open_room
from rightfit.slack.settings import Credentials, SlackSettings
from rightfit.store import conversations, intakes, slack
from tests.engines import Clock, StartEngine
from tests.slack.slack_server import TEAM, App, Slack

CLIENTS = Credentials("xoxb-clients", ("a signing secret",))
COACHES = Credentials("xoxb-coaches", ("a signing secret",))


class InSlack:
    """The practice, the room and the workspace of one test."""

    def __init__(self, engine: Engine, room: SlackRoom, server: Slack, clock: Clock) -> None:
        self.engine, self.room, self.slack, self.clock = engine, room, server, clock
        self.app: App = server.apps["xoxb-clients"]

    async def going_on(self, rounds: int = 60) -> None:
        """Work and post until nothing is due any more."""
        for _ in range(rounds):
            if self.room.working:
                await self.room.working.settle()
            sent = 0
            for app in self.room.apps:
                sent += await app.outbox.step()
            self.clock.advance(seconds=1.1)
            if not sent and not await self._waits():
                return

    async def _waits(self) -> bool:
        from sqlalchemy import func, select

        from rightfit.store.slack_tables import slack_outbox

        query = select(func.count()).where(
            slack_outbox.c.done_at.is_(None), slack_outbox.c.not_before <= self.clock()
        )
        async with self.engine.database.reading() as transaction:
            return bool((await transaction.execute(query)).scalar())

    async def content(self, user: str) -> tuple[Intake, tuple[Message, ...]]:
        """What is stored of somebody's intake."""
        async with self.engine.database.reading() as transaction:
            person = await slack.person_of(transaction, TEAM, user)
            assert person
            found = await intakes.content(transaction, person.conversation)
        assert found
        return found.intake, found.transcript

    async def asked(self, user: str) -> str | None:
        """The slot that is asked for."""
        async with self.engine.database.reading() as transaction:
            person = await slack.person_of(transaction, TEAM, user)
            held = person and await conversations.conversation(transaction, person.conversation)
        return held.on_screen.asked if held else None


class Person:
    """Somebody in the workspace who talks with the app for clients."""

    def __init__(self, practice: InSlack, user: str = "U0CLIENT") -> None:
        self.practice, self.user = practice, user
        self.app, self.slack = practice.app, practice.slack
        self.channel = "D" + user[1:] + self.app.token[-1].upper()
        self.slack.channels.setdefault(self.channel, [])

    # --- what they do

    def typed(self, text: str, **more: Any) -> dict[str, Any]:
        """The event of a message that stands in the direct message now."""
        channel = more.pop("channel", self.channel)
        message = {"type": "message", "user": self.user, "text": text, "ts": self.slack.ts()}
        self.slack.channels.setdefault(channel, []).append(dict(message))
        kind = "im" if channel.startswith("D") else "channel"
        return {**message, "channel": channel, "channel_type": kind, **more}

    async def send(self, event: dict[str, Any], **how: Any) -> int:
        """Deliver an event; the status of the answer."""
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A0",
            "event_id": f"Ev{self.slack.ts()}",
            "event": event,
        }
        status, _ = await self.slack.deliver(self.app, body, **how)
        return status

    async def say(self, text: str, **more: Any) -> dict[str, Any]:
        """Type something, and see what comes."""
        event = self.typed(text, **more)
        assert await self.send(event) == 200
        await self.practice.going_on()
        return event

    async def edit(self, event: dict[str, Any], text: str) -> None:
        """Change a message that was sent before."""
        before = {"type": "message", "user": self.user, "text": event["text"], "ts": event["ts"]}
        now = {**before, "text": text, "edited": {"user": self.user, "ts": self.slack.ts()}}
        changed = {
            "type": "message",
            "subtype": "message_changed",
            "channel": self.channel,
            "channel_type": "im",
            "ts": self.slack.ts(),
            "message": now,
            "previous_message": before,
        }
        assert await self.send(changed) == 200
        await self.practice.going_on()

    async def delete(self, event: dict[str, Any]) -> None:
        """Delete a message that was sent before."""
        deleted = {
            "type": "message",
            "subtype": "message_deleted",
            "channel": self.channel,
            "channel_type": "im",
            "ts": self.slack.ts(),
            "deleted_ts": event["ts"],
            "previous_message": {
                "type": "message",
                "user": self.user,
                "text": event["text"],
                "ts": event["ts"],
            },
        }
        assert await self.send(deleted) == 200
        await self.practice.going_on()

    async def press(self, *titles: str, on: dict[str, Any] | None = None) -> int:
        """Press a button, or choose from a menu, on the last message that has it."""
        message = on or next(
            each for each in reversed(self.shown()) if set(titles) <= set(offers(each))
        )
        payload = self._pressed(message, titles)
        status, _ = await self.slack.interact(self.app, payload)
        await self.practice.going_on()
        return status

    def _pressed(self, message: dict[str, Any], titles: tuple[str, ...]) -> dict[str, Any]:
        state: dict[str, Any] = {}
        for block in message["blocks"]:
            menu = block.get("accessory") or {}
            if menu.get("type") == "multi_static_select":
                picked = [each for each in menu["options"] if each["text"]["text"] in titles]
                state = {block["block_id"]: {menu["action_id"]: {"selected_options": picked}}}
            for element in block.get("elements") or []:
                if element.get("type") == "static_select":
                    for option in element["options"]:
                        if option["text"]["text"] in titles:
                            chosen = {**element, "selected_option": option}
                            return self._payload(message, block, chosen, state)
                if element.get("type") == "button" and (
                    element["text"]["text"] in titles or element["action_id"] == "choose_done"
                ):
                    return self._payload(message, block, element, state)
        raise AssertionError(f"no button {titles}")

    def _payload(
        self, message: dict[str, Any], block: dict[str, Any], element: dict[str, Any], state: Any
    ) -> dict[str, Any]:
        return {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": self.user, "team_id": TEAM},
            "channel": {"id": self.channel},
            "message": {"ts": message["ts"]},
            "trigger_id": self.slack.trigger(),
            "state": {"values": state},
            "actions": [{**element, "block_id": block["block_id"], "action_ts": self.slack.ts()}],
        }

    # --- what they see

    def shown(self) -> list[dict[str, Any]]:
        """What the app has posted in the direct message, oldest first."""
        return [each for each in self.slack.channels[self.channel] if each.get("bot_id")]

    def texts(self) -> list[str]:
        """The same in words."""
        return [words(each) for each in self.shown()]


def words(message: dict[str, Any]) -> str:
    """Everything that can be read in a message."""
    return "\n".join(_words(message.get("blocks") or [])) or message.get("text", "")


def _words(value: Any) -> list[str]:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            return [value["text"]]
        return [each for part in value.values() for each in _words(part)]
    return [each for part in value for each in _words(part)] if isinstance(value, list) else []


def offers(message: dict[str, Any]) -> list[str]:
    """The titles of what can be pressed or chosen in a message."""
    found: list[str] = []
    for block in message.get("blocks") or []:
        elements = [*(block.get("elements") or []), block.get("accessory") or {}]
        for element in elements:
            if element.get("type") == "button":
                found.append(element["text"]["text"])
            found += [option["text"]["text"] for option in element.get("options") or []]
    return found


@asynccontextmanager
async def in_slack(
    start_engine: StartEngine,
    url: str,
    settings: SlackSettings | None = None,
    **engine_settings: Any,
) -> AsyncIterator[InSlack]:
    """A practice in Slack, with a clock that only tests move."""
    clock = Clock()
    server = Slack(clock)
    await server.start()
    for credentials in (CLIENTS, COACHES):
        server.install(credentials.bot_token.removeprefix("xoxb-"), credentials.bot_token)
    chosen = msgspec.structs.replace(settings or SlackSettings(clients=CLIENTS), api=server.api)
    async with (
        start_engine(url, clock=clock, **engine_settings) as engine,
        open_room(engine, chosen) as room,
    ):
        ways_in = await _ways_in(room, server)
        for app in room.apps:
            assert await app.introduce()
        yield InSlack(engine, room, server, clock)
        await ways_in.close()
    await server.stop()


async def _ways_in(room: SlackRoom, server: Slack) -> TestServer:
    app = web.Application(client_max_size=65536)
    for each in room.apps:
        app.router.add_post(f"/slack/{each.which}", each.doorway.handle)
    ways_in = TestServer(app)
    await ways_in.start_server()
    for each in room.apps:
        there = server.apps[each.credentials.bot_token]
        there.address = str(ways_in.make_url(f"/slack/{each.which}"))
    return ways_in
