"""A mail server, and an address that webhooks call, both real and on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.smtp import SMTP as Smtpd
from aiosmtpd.smtp import AuthResult, LoginPassword

from rightfit.outbox.mail import MailServer, Post
from rightfit.outbox.worker import Worker
from rightfit.store import outbox
from rightfit.store.database import Database
from rightfit.store.outbox import Outgoing, Sending
from tests.engines import Clock
from tests.store.written_intakes import prepared, whole_intake

SENDER = "letters@slackwater.example"


class Mailbox:
    """What a mail server does with what it is told; ``came`` is what it took."""

    def __init__(self) -> None:
        self.came: list[EmailMessage] = []
        self.to: list[str] = []
        self.answers: dict[str, str] = {}
        self.breaks_off = False
        self.on_content: Callable[[], Awaitable[None]] | None = None

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.came.append(message_from_bytes(envelope.content, policy=policy.default))
        self.to.extend(envelope.rcpt_tos)
        if self.on_content:
            await self.on_content()
        if self.breaks_off:
            server.transport.abort()
        return "250 OK"


@asynccontextmanager
async def mail_server(
    box: Mailbox, port: int = 0, password: str | None = None
) -> AsyncIterator[MailServer]:
    """A server in the loop of the test; its settings, as ``serve`` would have them."""

    def authenticate(server: Any, session: Any, envelope: Any, kind: str, given: Any) -> AuthResult:
        known = isinstance(given, LoginPassword) and given.password == (password or "").encode()
        return AuthResult(success=known, handled=False)

    def make() -> Smtpd:
        auth = {"authenticator": authenticate, "auth_require_tls": False} if password else {}
        return Smtpd(box, hostname="mail.example", auth_required=bool(password), **auth)

    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", port)
    try:
        heard = server.sockets[0].getsockname()[1]
        yield MailServer("127.0.0.1", SENDER, port=heard, tls="none")
    finally:
        server.close()


class Called:
    """An address that webhooks call; ``answers`` are its next statuses, then 200."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.url = ""

    async def _take(self, request: web.Request) -> web.Response:
        self.came.append((dict(request.headers), await request.read()))
        status = self.answers.pop(0) if self.answers else 200
        headers = {"Location": "/elsewhere"} if status in (301, 302) else {}
        return web.Response(status=status, headers=headers)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Called]:
        app = web.Application()
        app.router.add_post("/{any:.*}", self._take)
        async with TestServer(app) as server:
            self.url = str(server.make_url("/told"))
            yield self


class House:
    """A database with one intake, a clock, and what waits in the outbox of it."""

    def __init__(self, database: Database, intake: str) -> None:
        self.database, self.intake, self.clock = database, intake, Clock()

    async def puts(self, going: Outgoing) -> bool:
        async with self.database.writing() as transaction:
            return await outbox.put(transaction, going, self.clock())

    async def sendings(self) -> tuple[Sending, ...]:
        async with self.database.reading() as transaction:
            return await outbox.sendings_of(transaction, self.intake)

    def worker(self, server: MailServer) -> Worker:
        return Worker(self.database, self.clock, {"mail": Post(server, patience=5)})


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    async with prepared(sqlite_url) as database:
        async with database.writing() as transaction:
            id = await whole_intake(transaction, "sea", "a receipt")
        yield House(database, id)
