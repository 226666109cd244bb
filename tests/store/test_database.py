"""Transactions hold what they promise, and a database that fails is told as such."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import sys
import traceback
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import insert, select, text

from rightfit.store.database import Conflict, Database, StorageUnavailable
from rightfit.store.settings import setting
from rightfit.store.tables import settings


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    await opened.prepare()
    yield opened
    await opened.close()


async def _write(database: Database, name: str, value: str = "1") -> None:
    async with database.writing() as transaction:
        await transaction.execute(insert(settings).values(name=name, value=value))


async def _names(database: Database) -> set[str]:
    async with database.reading() as transaction:
        return set((await transaction.execute(select(settings.c.name))).scalars())


async def test_what_raises_within_a_transaction_undoes_it(database: Database) -> None:
    with pytest.raises(LookupError):
        async with database.writing() as transaction:
            await transaction.execute(insert(settings).values(name="a", value="1"))
            raise LookupError
    assert await _names(database) == set()


async def test_a_key_that_is_taken_is_a_conflict_and_undoes_the_rest(database: Database) -> None:
    await _write(database, "a")
    with pytest.raises(Conflict):
        async with database.writing() as transaction:
            await transaction.execute(insert(settings).values(name="b", value="1"))
            await transaction.execute(insert(settings).values(name="a", value="2"))
    assert await _names(database) == {"a"}


async def test_all_that_is_read_in_one_transaction_belongs_together(database: Database) -> None:
    other = Database(str(database.url))
    async with database.reading() as transaction:
        query = select(settings.c.name)
        before = (await transaction.execute(query)).all()
        await _write(other, "meanwhile")
        assert (await transaction.execute(query)).all() == before
    assert await _names(database) == {"meanwhile"}
    await other.close()


async def test_processes_that_start_at_once_make_the_tables_once(database_url: str) -> None:
    prepare = (
        "import asyncio, sys; from rightfit.store.database import Database;"
        "asyncio.run(Database(sys.argv[1]).prepare())"
    )
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", prepare, database_url)
        for _ in range(3)
    ]
    assert [await process.wait() for process in processes] == [0] * 3
    database = Database(database_url)
    await _write(database, "a")
    assert await _names(database) == {"a"}
    await database.close()


async def test_a_setting_keeps_its_first_value(database: Database) -> None:
    for value in ("first", "second"):
        async with database.writing() as transaction:
            assert await setting(transaction, "secret", default=value) == "first"


async def test_a_database_that_is_not_there_is_unavailable(
    postgres_url: str, tmp_path: Path
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        for url in (
            f"postgresql://rightfit@127.0.0.1:{port}/rightfit",
            postgres_url + "_of_another_name",
            f"sqlite:///{tmp_path}",
        ):
            database = Database(url)
            with pytest.raises(StorageUnavailable):
                await database.prepare()
            with pytest.raises(StorageUnavailable):
                async with database.reading():
                    pass
            await database.close()


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    file = tmp_path / "rightfit.db"
    file.write_bytes(b"this is no database at all" * 100)
    database = Database(f"sqlite:///{file}")
    with pytest.raises(StorageUnavailable):
        await database.prepare()
    await database.close()


async def test_a_writer_who_had_to_wait_in_vain_can_write_afterwards(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rightfit.store.database._BUSY_TIMEOUT", 0.01)
    database = Database(sqlite_url)
    await database.prepare()
    other = sqlite3.connect(str(database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for _ in range(3):
        with pytest.raises(StorageUnavailable):
            await _write(database, "a")
    other.execute("ROLLBACK")
    other.close()
    await _write(database, "a")
    assert await _names(database) == {"a"}
    await database.close()


async def test_an_error_of_the_database_quotes_no_values(database: Database) -> None:
    # Put together here, since a traceback quotes the lines of this file.
    value = "-".join(("never", "in", "an", "error"))
    await _write(database, "a", value)
    with pytest.raises(Conflict) as conflict:
        await _write(database, "a", value)
    async with database.writing() as transaction:
        await transaction.execute(text("DROP TABLE settings"))
    with pytest.raises(StorageUnavailable) as unavailable:
        await _write(database, "a", value)
    for error in (conflict.value, unavailable.value):
        assert value not in "".join(traceback.format_exception(error))


async def test_a_statement_is_one_errand_to_the_thread_of_its_connection(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(sqlite_url)
    await database.prepare()
    await _write(database, "a")
    assert await _names(database) == {"a"}
    errands = 0
    send = aiosqlite.Connection._execute

    def counted(connection: Any, *arguments: Any) -> Any:
        nonlocal errands
        errands += 1
        return send(connection, *arguments)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    await _write(database, "b")
    assert errands == len(("begin and insert", "commit"))
    assert await _names(database) == {"a", "b"}
    assert errands == 2 * len(("begin and select", "commit"))
    await database.close()
