"""Whichever storage call of a turn fails: nothing is lost, doubled, shifted or shown early."""

from __future__ import annotations

import contextlib
import itertools
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from rightfit.engine.assembly import Engine
from rightfit.engine.refusals import NoSuchConversation
from rightfit.store.tables import metadata
from tests.engine.failing_storage import FailingStorage, Way
from tests.engine.scripted_client import (
    EVERY_KIND_OF_TURN,
    EVERY_KIND_OF_WEIGHING,
    ScriptedClient,
    Step,
    portrait,
)
from tests.engines import Noticing, StartEngine

#: The practice to play on, and the turns to play.
INTAKE = ("short_practice", EVERY_KIND_OF_TURN)
WEIGHING = ("needs_practice", EVERY_KIND_OF_WEIGHING)


async def _undisturbed(engine: Engine, steps: tuple[Step, ...]) -> dict[str, Any]:
    client = ScriptedClient(engine.reception)
    await client.open()
    await client.play(*steps)
    return await portrait(engine, client)


@pytest.mark.parametrize(
    ("database", "way", "played"),
    [
        ("sqlite", "refused", INTAKE),
        ("sqlite", "unheard", INTAKE),
        ("postgres", "unheard", INTAKE),
        ("postgres", "cut", INTAKE),
        ("sqlite", "refused", WEIGHING),
        ("postgres", "cut", WEIGHING),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else value,
)
async def test_a_turn_survives_the_failure_of_any_storage_call(
    database: str,
    way: Way,
    played: tuple[str, tuple[Step, ...]],
    request: pytest.FixtureRequest,
    start_engine: StartEngine,
) -> None:
    url = request.getfixturevalue(f"{database}_url")
    practice, steps = request.getfixturevalue(played[0]), played[1]
    async with start_engine(url, practice=practice, understands=Noticing()) as engine:
        expected = await _undisturbed(engine, steps)
        storage = FailingStorage(engine.database, way)
        for at in itertools.count(1):
            client = ScriptedClient(engine.reception, most_tries=2)
            storage.arm(at)
            await client.open()
            struck = storage.struck
            for step in steps:
                storage.arm(at)
                before = client.undone
                await client.take(step)
                struck |= storage.struck
                # The client heard of it exactly when something failed.
                assert client.undone - before == storage.struck
            storage.arm(0)
            assert await portrait(engine, client) == expected, f"call {at} failed"
            if not struck:
                break
        assert at > 20


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.parametrize(
    ("ending", "left"),
    [
        ([("choose", ["no"])], {"messages": 1, "events": 0, "answers": 0}),
        (
            [("choose", ["yes"]), ("say", "Ann"), ("say", "I have to stop"), ("choose", ["erase"])],
            {"conversations": 0, "messages": 0, "events": 0, "answers": 0, "inbox": 0, "tokens": 0},
        ),
    ],
    ids=["no consent", "erase"],
)
async def test_what_goes_is_gone_whichever_storage_call_fails(
    database: str,
    ending: list[Step],
    left: dict[str, int],
    request: pytest.FixtureRequest,
    start_engine: StartEngine,
    short_practice: Path,
) -> None:
    url = request.getfixturevalue(f"{database}_url")
    async with start_engine(url, practice=short_practice) as engine:
        storage = FailingStorage(engine.database, "unheard")
        for at in itertools.count(1):
            client = ScriptedClient(engine.reception, most_tries=2)
            await client.open()
            await client.play(*ending[:-1])
            storage.arm(at)
            # Sent again after everything has gone, a message finds no conversation.
            with contextlib.suppress(NoSuchConversation):
                await client.take(ending[-1])
            struck = storage.struck
            storage.arm(0)
            assert {name: await _rows(engine, name, client) for name in left} == left
            if not struck:
                break
        assert at > 8


async def _rows(engine: Engine, name: str, client: ScriptedClient) -> int:
    table = metadata.tables[name]
    owner = table.c.id if name == "conversations" else table.c.conversation
    query = select(func.count()).select_from(table).where(owner == client.conversation)
    async with engine.database.reading() as transaction:
        return int((await transaction.execute(query)).scalar_one())
