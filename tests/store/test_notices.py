"""What was heard in a client's words, and what showed danger: written, replaced, and gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from rightfit.records import DistressShown, Given, Need, Noticings, OutsideHelp
from rightfit.store import conversations, intakes
from rightfit.store.database import Database
from rightfit.store.tables import distress, metadata, notices
from tests.engine.scripted_client import ScriptedClient, Step
from tests.engines import IN_DANGER, Noticing, StartEngine
from tests.store.written_intakes import NOW, open_intake, prepared, take_turn

MARK = "marker4c8b"
QUOTE = f"{MARK} regular hours"
NEED = Need("workload_hours", "wants", "must", None, "goals", QUOTE, 0, len(QUOTE))
HELP = OutsideHelp("legal", "goals", MARK, 0, len(MARK))
FIRST = Noticings((NEED,), (), (HELP,))
SECOND = Noticings((), (NEED,), ())
YES = {"consent": Given("chosen", choices=("yes",))}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with prepared(database_url) as opened:
        yield opened


async def test_what_stands_is_written_once_and_replaced(database: Database) -> None:
    async with database.writing() as transaction:
        id = await open_intake(transaction)
        assert await conversations.noticed(transaction, id) == Noticings()
        for noticed in (FIRST, None, SECOND):
            await take_turn(transaction, id, "text", "x", asks="goals", noticed=noticed)
            expected = noticed or FIRST
            assert await conversations.noticed(transaction, id) == expected
        assert len((await transaction.execute(select(notices))).all()) == 1


async def test_each_message_that_shows_distress_is_kept(database: Database) -> None:
    async with database.writing() as transaction:
        id, other = await open_intake(transaction), await open_intake(transaction, "other")
        shown = []
        for level in ("strained", "crisis"):
            turn = len(shown) + 2
            shown.append(DistressShown(level, MARK, "goals", turn))  # type: ignore[arg-type]
            await take_turn(transaction, id, "text", "x", asks="a", given=YES, distress=shown[-1])
        await take_turn(transaction, other, "text", "x", asks="a", given=YES, distress=shown[0])
        content = await intakes.content(transaction, id)
        urgent = {head.id: head.danger_at is not None for head in await intakes.heads(transaction)}
    assert content and content.intake.distress == tuple(shown)
    assert urgent == {id: True, other: False}, "to be worn down is not to be in danger"


async def test_the_intake_holds_what_stands(database: Database) -> None:
    async with database.writing() as transaction:
        id = await open_intake(transaction)
        await take_turn(transaction, id, "text", QUOTE, asks="a", given=YES, noticed=FIRST)
        first = await intakes.content(transaction, id)
        await take_turn(transaction, id, "text", "out", asks="a", noticed=SECOND)
        second = await intakes.content(transaction, id)
    assert first and second
    assert (first.intake.needs, first.intake.outside_help) == ((NEED,), (HELP,))
    assert (second.intake.needs, second.held_back) == ((), (NEED,))


@pytest.mark.parametrize("way", ["erased", "forgotten"])
async def test_erased_or_forgotten_nothing_of_it_is_left(database: Database, way: str) -> None:
    async with database.writing() as transaction:
        stays, id = await open_intake(transaction, "stays"), await open_intake(transaction)
        shown = DistressShown("crisis", MARK, "goals", 2)
        for each in (stays, id):
            await take_turn(transaction, each, "text", "x", asks="a", noticed=FIRST, distress=shown)
        if way == "erased":
            await conversations.erase(transaction, id, NOW)
        else:
            await conversations.forget_content(transaction, id, 99)
        for table in (notices, distress):
            left = (await transaction.execute(select(table.c.conversation))).scalars().all()
            assert left == [stays], table.name


#: Everything that stage 7 and a crisis write, with a mark in it.
WEIGHED: tuple[Step, ...] = (
    ("choose", ["yes"]),
    ("say", f"{MARK} Regular hours. {MARK} People of my faith. {MARK} A short commute."),
    ("say", f"{MARK} and a canteen"),
    ("choose", ["right"]),
    ("choose", ["leave_out"]),
    ("choose", ["n1"]),
    ("say", f"{MARK} {IN_DANGER}"),
)


@pytest.mark.parametrize("way", ["erased", "no consent"])
async def test_no_table_holds_anything_of_a_weighing_that_is_gone(
    start_engine: StartEngine, database_url: str, needs_practice: Path, way: str
) -> None:
    async with start_engine(
        database_url, practice=needs_practice, understands=Noticing()
    ) as engine:
        client = ScriptedClient(engine.reception)
        await client.open()
        steps = WEIGHED if way == "erased" else (WEIGHED[-1], ("choose", ["go_on"]))
        await client.play(*steps)
        assert any(MARK in row for row in await _rows(engine.database))
        if way == "erased":
            await engine.reception.erase(client.conversation)
        else:
            await client.play(("choose", ["no"]))
        assert [row for row in await _rows(engine.database) if MARK in row] == []


async def _rows(database: Database) -> list[str]:
    async with database.reading() as transaction:
        return [
            repr(row)
            for table in metadata.sorted_tables
            for row in (await transaction.execute(select(table))).all()
        ]
