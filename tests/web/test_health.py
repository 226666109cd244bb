"""Operators are told the truth, and nothing of what clients said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rightfit.engine.model import DIALOGUE, MANIFEST, READER
from rightfit.store import inbox
from tests.engines import Clock, StartEngine
from tests.web.api import Api, model_copy, serving


def _missing(model: Path) -> None:
    (model / DIALOGUE).unlink()


def _truncated(model: Path) -> None:
    file = next((model / READER).iterdir())
    file.write_bytes(file.read_bytes()[:-100])


def _foreign(model: Path) -> None:
    (model / DIALOGUE).write_bytes(b"another model")


def _no_manifest(model: Path) -> None:
    (model / MANIFEST).unlink()


async def _readiness(api: Api) -> tuple[int, Any]:
    async with api.client.get("/readyz") as response:
        return response.status, await response.json()


async def test_a_working_server_is_alive_and_ready(
    start_engine: StartEngine, database_url: str
) -> None:
    async with serving(start_engine, database_url) as api:
        async with api.client.get("/healthz") as response:
            assert response.status == 200
        status, parts = await _readiness(api)
        assert (status, parts["ready"]) == (200, True)
        assert parts["model"]["made_from"]
        assert parts["queue"]["oldest_waiting_seconds"] == 0


@pytest.mark.parametrize("spoil", [_missing, _truncated, _foreign, _no_manifest])
async def test_a_spoilt_model_is_not_ready(
    start_engine: StartEngine,
    sqlite_url: str,
    trained: Path,
    tmp_path: Path,
    spoil: Callable[[Path], None],
) -> None:
    project = model_copy(trained, tmp_path)
    async with serving(start_engine, sqlite_url, project=project) as api:
        assert (await _readiness(api))[0] == 200
        spoil(project / ".rightfit" / "model")
        status, parts = await _readiness(api)
    assert (status, parts["ready"], parts["model"]["ready"]) == (503, False, False)


async def test_a_message_that_waits_too_long_is_told(
    start_engine: StartEngine, sqlite_url: str
) -> None:
    clock = Clock()
    async with serving(start_engine, sqlite_url, clock=clock) as api:
        await api.open()
        async with api.engine.database.writing() as transaction:
            await inbox.accept(
                transaction,
                conversation=await api.engine.reception.conversation_of(api.token),
                channel="web",
                key="left behind",
                kind="text",
                body="hello",
                at=clock(),
            )
        clock.advance(minutes=5)
        status, parts = await _readiness(api)
    assert (status, parts["queue"]["oldest_waiting_seconds"]) == (503, 300)


async def test_a_database_that_takes_no_writes_is_told(
    start_engine: StartEngine, sqlite_url: str
) -> None:
    async with serving(start_engine, sqlite_url) as api:
        async with api.engine.database.writing() as transaction:
            await transaction.exec_driver_sql("DROP TABLE settings")
        status, parts = await _readiness(api)
    assert (status, parts["database"]["ready"]) == (503, False)


async def test_metrics_count_without_content(start_engine: StartEngine, sqlite_url: str) -> None:
    async with serving(start_engine, sqlite_url) as api:
        await api.open()
        await api.say("MARKER in what a client says")
        await api.call("GET", "/api/nothing-MARKER")
        async with api.client.get("/metrics") as response:
            text = await response.text()
    assert 'rightfit_requests_total{route="/api/messages",status="200"} 1.0' in text
    assert "MARKER" not in text
    assert api.token not in text
