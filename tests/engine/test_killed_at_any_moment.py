"""The server dies by SIGKILL at random moments of conversations; nobody notices afterwards."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from rightfit.store.database import Database
from rightfit.store.reconcile import discrepancies
from tests.engine.scripted_client import EVERY_KIND_OF_TURN, Step
from tests.engines import PROJECT

#: Clients who are served at the same time.
_AT_ONCE = 4


class KillableServer:
    """One server after the other on the same database, each until it is killed."""

    def __init__(self, program: asyncio.subprocess.Process) -> None:
        self._program = program
        self._pid = 0
        self._address = ""
        self._up = asyncio.Event()
        self._replies_until_death = 0
        self._death_is_near = asyncio.Event()

    async def start(self) -> None:
        """Start a server; returns while it starts."""
        assert self._program.stdin
        self._program.stdin.write(b"start\n")
        self._pid = int(await self._said("Process: "))

    async def come_up(self) -> None:
        """Wait until the server that was started takes requests."""
        self._address = await self._said("Client page: ")
        self._up.set()

    async def up_to_its_death(self, replies: int) -> None:
        """Wait until so many more requests were answered."""
        self._replies_until_death = replies
        self._death_is_near.clear()
        await self._death_is_near.wait()

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        self._up.clear()
        os.kill(self._pid, signal.SIGKILL)

    async def address(self) -> str:
        """Where the server is, once it is up."""
        await self._up.wait()
        return self._address

    def replied(self) -> None:
        self._replies_until_death -= 1
        if self._replies_until_death <= 0:
            self._death_is_near.set()

    async def _said(self, opening: str) -> str:
        assert self._program.stdout
        while True:
            line = (await self._program.stdout.readline()).decode()
            if not line:
                raise RuntimeError("the server ended by itself")
            if line.startswith(opening):
                return line[len(opening) :].strip()


@asynccontextmanager
async def _server(practice: Path, data: Path, database: str) -> AsyncIterator[KillableServer]:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.engine.killable_server", practice, data, database),
        cwd=PROJECT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    server = KillableServer(program)
    try:
        yield server
    finally:
        assert program.stdin
        program.stdin.close()
        server.kill()
        await program.wait()


class Page:
    """A client's page: whatever is not answered is sent again, with the same id."""

    def __init__(self, server: KillableServer, session: aiohttp.ClientSession) -> None:
        self._server = server
        self._session = session
        self._token = ""
        self._receipt = ""
        self._cursor = 0

    async def play(self, steps: tuple[Step, ...]) -> None:
        await self._enter("/api/conversations", {})
        for kind, content in steps:
            if kind == "resume":
                await self._enter("/api/resume", {"receipt": self._receipt})
                continue
            said = {"text": content} if kind == "say" else {"choices": content}
            message = {"id": str(uuid.uuid4()), "seen": self._cursor, **said}
            self._cursor = (await self._call("POST", "/api/messages", message))["cursor"]

    async def _enter(self, path: str, body: dict[str, Any]) -> None:
        entered = await self._call("POST", path, body)
        self._token, self._receipt = entered["token"], entered["receipt"]
        self._cursor = entered["cursor"]

    async def portrait(self) -> dict[str, Any]:
        """All that the conversation comes to, without what differs between two like it."""
        shown = await self._call("GET", "/api/messages?after=0")
        export = await self._call("GET", "/api/export")
        for message in shown["messages"]:
            del message["id"]
            message["text"] = message["text"].replace(self._receipt, "RECEIPT")
        answers = [
            {key: value for key, value in answer.items() if key != "at"}
            for answer in export["versions"] + export["intake"]["answers"]
        ]
        return {**shown, "state": export["intake"]["state"], "answers": answers}

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        while True:
            address = await self._server.address()
            try:
                async with self._session.request(
                    method,
                    address.rstrip("/") + path,
                    json=body,
                    headers={"Authorization": f"Bearer {self._token}"},
                ) as response:
                    reply = await response.json()
            except aiohttp.ClientError:
                continue
            self._server.replied()
            assert response.status in (200, 201), reply
            return reply


@pytest.mark.parametrize(("database", "seed", "kills"), [("sqlite", 11, 160), ("postgres", 12, 40)])
async def test_a_server_that_is_killed_goes_on_as_if_nothing_had_happened(
    database: str,
    seed: int,
    kills: int,
    request: pytest.FixtureRequest,
    trained: Path,
    short_practice: Path,
    tmp_path: Path,
) -> None:
    url: str = request.getfixturevalue(f"{database}_url")
    chance = random.Random(seed)
    played: list[Page] = []
    async with (
        _server(short_practice, tmp_path, url) as server,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session,
    ):
        enough = False

        async def keep_coming() -> None:
            while not enough:
                page = Page(server, session)
                await page.play(EVERY_KIND_OF_TURN)
                played.append(page)

        async def keep_dying() -> None:
            nonlocal enough
            for _ in range(kills):
                await server.start()
                if chance.random() < 0.9:
                    await server.come_up()
                    await server.up_to_its_death(replies=chance.randrange(1, 9))
                # The moment of death; nothing is waited for.
                await asyncio.sleep(chance.uniform(0, 0.03))
                server.kill()
            enough = True
            await server.start()
            await server.come_up()

        everybody = [asyncio.create_task(keep_coming()) for _ in range(_AT_ONCE)]
        everybody.append(asyncio.create_task(keep_dying()))
        _, others = await asyncio.wait(everybody, return_when=asyncio.FIRST_EXCEPTION)
        for task in others:
            task.cancel()
        await asyncio.gather(*everybody)

        undisturbed = Page(server, session)
        await undisturbed.play(EVERY_KIND_OF_TURN)
        expected = await undisturbed.portrait()
        for page in played:
            assert await page.portrait() == expected
    assert len(played) > kills // 8

    store = Database(url)
    try:
        async with store.reading() as transaction:
            assert await discrepancies(transaction) == ()
    finally:
        await store.close()
