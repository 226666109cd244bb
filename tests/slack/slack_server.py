"""Slack, as far as Rightfit can tell: its Web API, its signed requests, and Socket Mode.

Written from Slack's documented contract for the tests: signatures over the raw body, three
seconds for an acknowledgement, retries with their headers and reasons, one message a second
for each channel (429 with Retry-After), trigger ids that expire, blocks that are refused.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.slack.block_rules import faults as block_faults

#: Why Slack sends an event again, in its own words (Events API, error handling).
RETRY_REASONS = (
    "http_timeout",
    "too_many_redirects",
    "connection_failed",
    "ssl_error",
    "http_error",
    "unknown_error",
)
#: Seconds for an acknowledgement, and for a trigger id.
ACKNOWLEDGE, TRIGGER_LIVES = 3.0, 3.0
#: Seconds that a test waits at most; far more than anything takes.
PATIENCE = 30.0

TEAM, BOT_USER, BOT = "T0PRACTICE", "U0BOT", "B0BOT"
ALL_SCOPES = (
    "app_mentions:read,chat:write,im:history,im:read,im:write,reactions:read,commands,users:read"
)


@dataclass
class App:
    """One app as it is installed: tokens, secret, scopes, and the address it is called at."""

    name: str
    token: str
    secret: str = "a signing secret"
    app_token: str = "xapp-1-test"
    scopes: str = ALL_SCOPES
    address: str = ""
    bot_user: str = BOT_USER
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    homes: dict[str, Any] = field(default_factory=dict)


@dataclass
class Call:
    """One call of the Web API as it arrived."""

    method: str
    args: dict[str, Any]
    at: datetime


class Slack:
    """One workspace. ``clock`` tells its time; a test moves it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.apps: dict[str, App] = {}
        self.channels: dict[str, list[dict[str, Any]]] = {}
        self.kinds: dict[str, str] = {}
        self.calls: list[Call] = []
        self.ephemeral: list[dict[str, Any]] = []
        self.views: dict[str, dict[str, Any]] = {}
        self.triggers: dict[str, datetime] = {}
        self.responses: list[dict[str, Any]] = []
        #: method and arguments -> what goes wrong: "down", "dropped" (done, but no answer),
        #: "lost" (not done, no answer), "limited", or one of Slack's own error codes.
        self.trouble: Callable[[str, dict[str, Any]], str | None] = lambda method, args: None
        self.retry_after = 30
        self._numbers = itertools.count(1)
        self._posted: dict[str, datetime] = {}
        self._server: TestServer | None = None
        self._envelopes: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._news = asyncio.Condition()

    # ------------------------------------------------------------------ running

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/socket/{app}", self._socket)
        app.router.add_post("/response/{number}", self._response)
        self._server = TestServer(app)
        await self._server.start_server()

    async def stop(self) -> None:
        for app in self.apps.values():
            for socket in app.sockets:
                await socket.close()
        if self._server:
            await self._server.close()

    async def until(self, holds: Callable[[], Any]) -> None:
        """Wait for something that comes by a call or a connection of the app's own."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(holds), PATIENCE)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    @property
    def api(self) -> str:
        assert self._server
        return str(self._server.make_url("/api/"))

    def install(self, name: str, token: str, **more: Any) -> App:
        app = App(name, token, **more)
        self.apps[token] = app
        return app

    def ts(self) -> str:
        """A new ts: Slack's clock, and a number that is never used twice."""
        return f"{int(self.clock().timestamp())}.{next(self._numbers):06d}"

    # ------------------------------------------------------------------ the Web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append(Call(method, args, self.clock()))
        wrong = self.trouble(method, args)
        if wrong == "down":
            return web.Response(status=503, text="upstream connect error")
        if wrong == "limited":
            return self._limited()
        if wrong == "lost":
            assert request.transport
            request.transport.abort()
            return web.Response()
        if wrong and wrong != "dropped":
            return web.json_response({"ok": False, "error": wrong})
        app = self.apps.get(token)
        if app is None and method == "apps.connections.open":
            app = next((each for each in self.apps.values() if each.app_token == token), None)
        if app is None:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        handler = getattr(self, "_" + method.replace(".", "_").lower(), None)
        if handler is None:
            return web.json_response({"ok": False, "error": "unknown_method"})
        answer = handler(app, args)
        await self._tell()
        if wrong == "dropped":
            assert request.transport
            request.transport.abort()
            return web.Response()
        if answer.get("error") == "ratelimited":
            return self._limited()
        return web.json_response(answer, headers={"x-oauth-scopes": app.scopes})

    def _limited(self) -> web.Response:
        return web.json_response(
            {"ok": False, "error": "ratelimited"},
            status=429,
            headers={"Retry-After": str(self.retry_after)},
        )

    def _auth_test(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        return {
            "ok": True,
            "team": "The practice",
            "team_id": TEAM,
            "user": app.name,
            "user_id": app.bot_user,
            "bot_id": BOT,
            "url": "https://practice.slack.test/",
        }

    def _apps_connections_open(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        assert self._server
        url = self._server.make_url(f"/socket/{app.token}").with_scheme("ws")
        return {"ok": True, "url": str(url)}

    def _users_info(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        if not str(args.get("user", "")).startswith("U"):
            return {"ok": False, "error": "user_not_found"}
        return {"ok": True, "user": {"id": args["user"], "team_id": TEAM, "deleted": False}}

    def _conversations_open(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        channel = "D" + str(args["users"])[1:] + app.token[-1].upper()
        self.channels.setdefault(channel, [])
        return {"ok": True, "channel": {"id": channel}}

    def _conversations_info(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        channel = str(args.get("channel"))
        if channel not in self.channels:
            return {"ok": False, "error": "channel_not_found"}
        kind = self.kinds.get(channel, "member")
        return {
            "ok": True,
            "channel": {
                "id": channel,
                "name": "intakes",
                "is_member": kind == "member",
                "is_private": False,
            },
        }

    def _conversations_history(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        if "im:history" not in app.scopes and "channels:history" not in app.scopes:
            return {"ok": False, "error": "missing_scope"}
        oldest = float(args.get("oldest") or 0)
        found = [m for m in self.channels.get(args["channel"], []) if float(m["ts"]) > oldest]
        if str(args.get("include_all_metadata")).lower() not in ("1", "true"):
            found = [{k: v for k, v in m.items() if k != "metadata"} for m in found]
        return {"ok": True, "messages": found[::-1][: int(args.get("limit", 100))]}

    def _chat_postmessage(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        channel = str(args["channel"])
        if channel not in self.channels:
            return {"ok": False, "error": "channel_not_found"}
        if self.kinds.get(channel) == "outside":
            return {"ok": False, "error": "not_in_channel"}
        wrong = self._refused(args)
        if wrong:
            return wrong
        last = self._posted.get(channel)
        if last is not None and (self.clock() - last).total_seconds() < 1:
            self.retry_after = 1
            return {"ok": False, "error": "ratelimited"}
        self._posted[channel] = self.clock()
        message = {
            "type": "message",
            "ts": self.ts(),
            "bot_id": BOT,
            "user": app.bot_user,
            "text": args.get("text", ""),
            "blocks": args.get("blocks") or [],
            "metadata": args.get("metadata"),
            "thread_ts": args.get("thread_ts"),
            "args": args,
        }
        self.channels[channel].append(message)
        return {"ok": True, "channel": channel, "ts": message["ts"], "message": message}

    def _refused(self, args: dict[str, Any], surface: str = "message") -> dict[str, Any] | None:
        if not args.get("text") and not args.get("blocks"):
            return {"ok": False, "error": "no_text"}
        if len(args.get("text") or "") > 40000:
            return {"ok": False, "error": "msg_too_long"}
        wrong = block_faults(args.get("blocks") or [], surface)
        if wrong:
            messages = [f"[ERROR] {each}" for each in wrong]
            return {
                "ok": False,
                "error": "invalid_blocks",
                "response_metadata": {"messages": messages},
            }
        return None

    def _chat_postephemeral(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        if args["channel"] not in self.channels:
            return {"ok": False, "error": "channel_not_found"}
        self.ephemeral.append(args)
        return self._refused(args) or {"ok": True, "message_ts": self.ts()}

    def _chat_update(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        message = self._message(args)
        if message is None:
            return {"ok": False, "error": "message_not_found"}
        wrong = self._refused(args)
        if wrong:
            return wrong
        message["text"], message["blocks"] = args.get("text", ""), args.get("blocks") or []
        message["updates"] = message.get("updates", 0) + 1
        return {"ok": True, "channel": args["channel"], "ts": args["ts"]}

    def _chat_delete(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        message = self._message(args)
        if message is None:
            return {"ok": False, "error": "message_not_found"}
        if not message.get("bot_id"):
            return {"ok": False, "error": "cant_delete_message"}
        self.channels[args["channel"]].remove(message)
        return {"ok": True, "channel": args["channel"], "ts": args["ts"]}

    def _message(self, args: dict[str, Any]) -> dict[str, Any] | None:
        there = self.channels.get(args["channel"], [])
        return next((message for message in there if message["ts"] == args["ts"]), None)

    # --- views

    def trigger(self) -> str:
        """A new trigger id; it lives three seconds."""
        id = f"{next(self._numbers)}.trigger"
        self.triggers[id] = self.clock()
        return id

    def _views_open(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        made = self.triggers.pop(str(args.get("trigger_id")), None)
        if made is None:
            return {"ok": False, "error": "invalid_trigger"}
        if (self.clock() - made).total_seconds() > TRIGGER_LIVES:
            return {"ok": False, "error": "expired_trigger_id"}
        return self._keep_view(app, f"V{next(self._numbers)}", args["view"])

    def _views_push(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        return self._views_open(app, args)

    def _views_update(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        known = self.views.get(str(args.get("view_id")))
        if known is None:
            return {"ok": False, "error": "not_found"}
        if args.get("hash") and args["hash"] != known["hash"]:
            return {"ok": False, "error": "hash_conflict"}
        return self._keep_view(app, str(args["view_id"]), args["view"])

    def _views_publish(self, app: App, args: dict[str, Any]) -> dict[str, Any]:
        wrong = view_faults(args["view"])
        if wrong:
            return _invalid_view(wrong)
        app.homes[str(args["user_id"])] = args["view"]
        return {"ok": True, "view": args["view"]}

    def _keep_view(self, app: App, id: str, view: dict[str, Any]) -> dict[str, Any]:
        wrong = view_faults(view)
        if wrong:
            return _invalid_view(wrong)
        kept = {**view, "id": id, "hash": f"{next(self._numbers)}.hash"}
        self.views[id] = kept
        return {"ok": True, "view": kept}

    # ------------------------------------------------------------------ calling the app

    async def deliver(
        self, app: App, body: dict[str, Any], *, retry: str | None = None, number: int = 1
    ) -> tuple[int, str]:
        """Send an Events API request as Slack does; status and body of the answer.

        No answer within three seconds counts as status 0.
        """
        headers = {"Content-Type": "application/json"}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": retry}
        return await self.send(app, json.dumps(body).encode(), headers)

    async def interact(self, app: App, payload: dict[str, Any]) -> tuple[int, str]:
        """Send what a press, a submitted form and the like come as."""
        form = urlencode({"payload": json.dumps(payload)}).encode()
        return await self.send(app, form, {"Content-Type": "application/x-www-form-urlencoded"})

    async def command(self, app: App, user: str, text: str = "", **more: str) -> tuple[int, str]:
        """Send a slash command."""
        fields = {
            "command": "/intakes",
            "text": text,
            "user_id": user,
            "team_id": TEAM,
            "channel_id": "C0ANY",
            "trigger_id": self.trigger(),
            "response_url": "",
            **more,
        }
        form = urlencode(fields).encode()
        return await self.send(app, form, {"Content-Type": "application/x-www-form-urlencoded"})

    async def send(
        self,
        app: App,
        body: bytes,
        headers: dict[str, str],
        *,
        secret: str | None = None,
        timestamp: int | None = None,
    ) -> tuple[int, str]:
        """Sign a body and post it; ``secret`` and ``timestamp`` may be wrong ones."""
        at = str(timestamp if timestamp is not None else int(self.clock().timestamp()))
        signed = {
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": signature(secret or app.secret, at, body),
        }
        try:
            async with aiohttp.ClientSession() as session:
                timeout = aiohttp.ClientTimeout(total=ACKNOWLEDGE)
                async with session.post(
                    app.address, data=body, headers={**headers, **signed}, timeout=timeout
                ) as response:
                    return response.status, await response.text()
        except asyncio.TimeoutError:
            return 0, ""

    # ------------------------------------------------------------------ Socket Mode

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        app = self.apps[request.match_info["app"]]
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        app.sockets.append(socket)
        await self._tell()
        await socket.send_json({"type": "hello", "num_connections": len(app.sockets)})
        async for message in socket:
            if message.type == aiohttp.WSMsgType.TEXT:
                told = json.loads(message.data)
                waiting = self._envelopes.pop(told.get("envelope_id", ""), None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(told.get("payload") or {})
        return socket

    async def deliver_by_socket(
        self, app: App, kind: str, payload: dict[str, Any], attempt: int = 0
    ) -> dict[str, Any] | None:
        """Send an envelope over the newest connection; null without an answer in time."""
        id = f"envelope-{next(self._numbers)}"
        waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._envelopes[id] = waiting
        await app.sockets[-1].send_json(
            {
                "type": kind,
                "envelope_id": id,
                "payload": payload,
                "accepts_response_payload": kind != "events_api",
                "retry_attempt": attempt,
                "retry_reason": "timeout" if attempt else "",
            }
        )
        try:
            return await asyncio.wait_for(waiting, ACKNOWLEDGE)
        except asyncio.TimeoutError:
            return None

    async def _response(self, request: web.Request) -> web.Response:
        self.responses.append(await request.json())
        return web.Response(text="ok")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's signature, version v0, over the raw body."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def view_faults(view: dict[str, Any]) -> list[str]:
    """What Slack refuses of a modal or a Home tab."""
    surface = "home" if view.get("type") == "home" else "modal"
    found = block_faults(view.get("blocks"), surface)
    if surface == "modal":
        for part in ("title", "submit", "close"):
            text = view.get(part)
            if part == "title" and not text:
                found.append("missing required field: title")
            if text and not 1 <= len(text["text"]) <= 24:
                found.append(f"{part} must be between 1 and 24 characters")
        has_input = any(block["type"] == "input" for block in view.get("blocks") or [])
        if has_input and not view.get("submit"):
            found.append("a view with input blocks needs submit")
    if len(view.get("private_metadata") or "") > 3000:
        found.append("private_metadata must be less than 3001 characters")
    if len(json.dumps(view)) > 250_000:
        found.append("view_too_large")
    return found


def _invalid_view(wrong: list[str]) -> dict[str, Any]:
    return {
        "ok": False,
        "error": "invalid_arguments",
        "response_metadata": {"messages": [f"[ERROR] {each}" for each in wrong]},
    }


async def _arguments(request: web.Request) -> dict[str, Any]:
    """The arguments of a call, whether they come as JSON or as a form."""
    if request.content_type == "application/json":
        args: dict[str, Any] = await request.json()
        return {**args, **dict(request.query)}
    args = dict(parse_qsl((await request.read()).decode()))
    args.update(request.query)
    for key in ("blocks", "metadata", "view"):
        if isinstance(args.get(key), str):
            args[key] = json.loads(args[key])
    return args
