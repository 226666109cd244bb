"""The database fails under a request: the page is told to send it again, and may."""

from __future__ import annotations

import itertools
import uuid
from contextlib import nullcontext
from pathlib import Path

import pytest

from rightfit.web import app
from tests.engine.failing_storage import FailingStorage
from tests.engines import StartEngine
from tests.web.api import serving


@pytest.fixture(autouse=True)
def nothing_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail and upkeep call the storage, too; the call that fails has to be the request's."""
    monkeypatch.setattr(app, "in_background", lambda *parts, **more: nullcontext())


async def test_a_message_that_could_not_be_kept_is_sent_again_with_the_same_id(
    start_engine: StartEngine, database_url: str, short_practice: Path
) -> None:
    async with serving(start_engine, database_url, practice=short_practice) as api:
        storage = FailingStorage(api.engine.database, "unheard")
        await api.open()
        await api.choose("yes")
        for at in itertools.count(1):
            id, text = str(uuid.uuid4()), f"Said when call {at} failed"
            storage.arm(at)
            status, answer = await api.send(id, text=text)
            if not storage.struck:
                break
            assert (status, answer["type"]) == (503, "urn:rightfit:problem:storage")
            assert int(answer["headers"]["Retry-After"]) >= 1
            assert text not in str(answer)
            storage.arm(0)
            status, answer = await api.send(id, text=text)
            assert (status, answer["messages"][0]["text"]) == (200, text)
            _, shown = await api.call("GET", "/api/messages")
            assert [m["text"] for m in shown["messages"]].count(text) == 1
        assert at > 10


async def test_reading_and_opening_and_erasing_say_so_too(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> None:
    async with serving(start_engine, sqlite_url, practice=short_practice) as api:
        storage = FailingStorage(api.engine.database, "refused")
        await api.open()
        for method, path, body in (
            ("GET", "/api/messages", None),
            ("GET", "/api/export", None),
            ("POST", "/api/conversations", {}),
            ("POST", "/api/resume", {"receipt": api.receipt}),
            ("DELETE", "/api/conversation", None),
        ):
            storage.arm(2)
            status, answer = await api.call(method, path, body)
            assert (status, int(answer["headers"]["Retry-After"]) >= 1) == (503, True), path
            storage.arm(0)
            assert (await api.call(method, path, body))[0] in (200, 201), path
