"""The chat API over a real engine, served to a test."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from aiohttp.test_utils import TestClient, TestServer

from rightfit.engine.assembly import Engine
from rightfit.web.app import make_app
from tests.engines import StartEngine


class Api:
    """A client of the chat API, with the token of one conversation after ``open``."""

    def __init__(self, client: TestClient[Any, Any], engine: Engine) -> None:
        self.client = client
        self.engine = engine
        self.token = self.receipt = ""

    async def call(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **more: Any
    ) -> tuple[int, Any]:
        """The status and the JSON of the answer; a problem must call itself one."""
        headers = {"Authorization": f"Bearer {token if token is not None else self.token}"}
        headers |= more.pop("headers", {})
        if body is not None:
            more["json"] = body
        async with self.client.request(method, path, headers=headers, **more) as response:
            if response.status >= 400:
                assert response.content_type == "application/problem+json", await response.text()
                problem = await response.json()
                assert problem["status"] == response.status
                assert problem["type"] and problem["title"] and problem["detail"]
                return response.status, {**problem, "headers": dict(response.headers)}
            return response.status, await response.json()

    async def open(self, **body: Any) -> Any:
        status, opened = await self.call("POST", "/api/conversations", body)
        assert status == 201, opened
        self.token, self.receipt = opened["token"], opened["receipt"]
        return opened

    async def send(self, id: str | None = None, **body: Any) -> tuple[int, Any]:
        body["id"] = id or str(uuid.uuid4())
        return await self.call("POST", "/api/messages", body)

    async def say(self, text: str) -> Any:
        status, outcome = await self.send(text=text)
        assert status == 200, outcome
        return outcome

    async def choose(self, choice: str) -> Any:
        status, outcome = await self.send(choice=choice)
        assert status == 200, outcome
        return outcome


@asynccontextmanager
async def serving(
    start_engine: StartEngine, url: str, project: Path | None = None, **settings: Any
) -> AsyncIterator[Api]:
    """An engine on the database and its application, for as long as the block lasts.

    With ``project``, readiness looks at the model of that project.
    """
    async with start_engine(url, **settings) as engine:
        if project is not None:
            there = msgspec.structs.replace(engine.settings, project=project)
            engine = msgspec.structs.replace(engine, settings=there)
        async with TestServer(make_app(engine)) as server, TestClient(server) as client:
            yield Api(client, engine)


def model_copy(trained: Path, folder: Path) -> Path:
    """A project whose model can be spoilt: links to this one's files, and a copy of the model."""
    for name in ("domain.yml", "config.yml", "data", "practice"):
        (folder / name).symlink_to(trained.parents[1] / name)
    shutil.copytree(trained, folder / ".rightfit" / "model")
    return folder
