"""The record in the database: in order over all writers, and broken by whatever is done to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from rightfit.store import audit, conversations
from rightfit.store.database import Database
from tests.store.written_intakes import NOW, prepared, whole_intake


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with prepared(database_url) as opened:
        yield opened


async def _note(database: Database, count: int = 5, by: str = "coach:maren") -> None:
    for n in range(count):
        async with database.writing() as transaction:
            at = NOW + timedelta(minutes=n, microseconds=n)
            await audit.note(transaction, "signed_in", by, at, device=f"no {n}")


async def _broken(database: Database, statement: str = "") -> list[str]:
    async with database.writing() as transaction:
        if statement:
            await transaction.execute(text(statement))
        return [each.what for each in await audit.verify(transaction)]


async def test_what_is_noted_is_read_back_the_newest_first(database: Database) -> None:
    await _note(database)
    async with database.reading() as transaction:
        entries = await audit.entries(transaction, most=2)
        older = await audit.entries(transaction, before=entries[-1].seq)
        none = await audit.entries(transaction, by="coach:dayo")
    assert [one.seq for one in (*entries, *older)] == [5, 4, 3, 2, 1]
    assert entries[0].details == {"device": "no 4"}
    assert none == ()
    assert await _broken(database) == []


async def test_of_many_at_once_each_gets_its_own_place(database: Database) -> None:
    await asyncio.gather(*(_note(database, 3) for _ in range(4)))
    async with database.reading() as transaction:
        assert await audit.head(transaction) == (12, (await audit.entries(transaction))[0].hash)
    assert await _broken(database) == []


async def test_what_is_undone_leaves_no_entry(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.writing() as transaction:
            await audit.note(transaction, "signed_in", "coach:maren", NOW)
            raise RuntimeError
    async with database.reading() as transaction:
        assert await audit.entries(transaction) == ()


async def test_only_known_things_are_recorded(database: Database) -> None:
    with pytest.raises(KeyError):
        async with database.writing() as transaction:
            await audit.note(transaction, "whispered", "coach:maren", NOW)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET what = 'signed_out' WHERE seq = 3",
        "UPDATE audit SET \"by\" = 'coach:dayo' WHERE seq = 1",
        "UPDATE audit SET at = '2026-03-02 09:00:59.000000' WHERE seq = 2",
        "UPDATE audit SET about = 'x' WHERE seq = 5",
        "UPDATE audit SET detail = '{}' WHERE seq = 5",
        "UPDATE audit SET hash = 'x' WHERE seq = 5",
        "DELETE FROM audit WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 5",
        "DELETE FROM audit",
        "UPDATE audit SET seq = CASE seq WHEN 2 THEN 13 WHEN 3 THEN 12 ELSE seq END",
        'INSERT INTO audit SELECT 6, at, "by", what, about, detail, hash FROM audit WHERE seq = 5',
        "UPDATE audit_head SET seq = 4",
        "UPDATE audit_head SET hash = 'x'",
        "DELETE FROM audit_head",
    ],
)
async def test_whatever_is_done_to_it_shows(database: Database, statement: str) -> None:
    await _note(database)
    if "CASE" in statement:
        await _broken(database, statement)
        statement = "UPDATE audit SET seq = seq - 10 WHERE seq > 10"
    assert await _broken(database, statement) != []


async def test_a_record_written_anew_does_not_hold_what_was_written_down(
    database: Database,
) -> None:
    await _note(database, 3)
    async with database.writing() as transaction:
        noted = await audit.head(transaction)
        assert await audit.verify(transaction, noted) == ()
        await transaction.execute(text("DELETE FROM audit"))
        await transaction.execute(text(f"UPDATE audit_head SET seq = 0, hash = '{'0' * 64}'"))
    await _note(database, 4, by="coach:dayo")
    async with database.reading() as transaction:
        assert await audit.verify(transaction) == ()
        (found,) = await audit.verify(transaction, noted)
    assert "written down" in found.what


async def test_an_erased_intake_leaves_a_whole_record_that_does_not_name_it(
    database: Database,
) -> None:
    async with database.writing() as transaction:
        id = await whole_intake(transaction, "marker77")
        await audit.note(transaction, "intake_read", "coach:maren", NOW, intake=id)
        names = await audit.names_of(transaction, (id,))
    async with database.writing() as transaction:
        await conversations.erase(transaction, id, NOW)
        entries = await audit.entries(transaction)
    assert [one.what for one in entries] == ["intake_erased", "intake_read"]
    assert [one.by for one in entries] == ["client", "coach:maren"]
    assert {names[str(one.about)] for one in entries} == {id}
    assert id not in repr(entries) and "marker77" not in repr(entries)
    assert await _broken(database) == []
