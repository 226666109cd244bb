"""The two databases do what the store relies on, through the drivers that are pinned."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, event, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from tests.databases import PostgresServer

TABLE = Table(
    "kept",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("key", String, unique=True),
    Column("body", LargeBinary),
)
BODY = "Zoë said: no\u202e".encode() + bytes(range(256))


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(database_url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        # The driver would otherwise begin a transaction on its own, and too late to lock.
        @event.listens_for(engine.sync_engine, "connect")
        def _(connection, _record):
            connection.isolation_level = None

        @event.listens_for(engine.sync_engine, "begin")
        def _(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    async with engine.begin() as connection:
        await connection.run_sync(TABLE.metadata.create_all)
    yield engine
    await engine.dispose()


async def test_bytes_come_back_as_they_went(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(TABLE.insert().values(id=1, key="a", body=BODY))
    async with engine.begin() as connection:
        assert (await connection.execute(select(TABLE.c.body))).scalar_one() == BODY


async def test_a_second_row_under_one_key_is_an_integrity_error(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(TABLE.insert().values(id=1, key="a"))
    with pytest.raises(IntegrityError):
        async with engine.begin() as connection:
            await connection.execute(TABLE.insert().values(id=2, key="b"))
            await connection.execute(TABLE.insert().values(id=3, key="a"))
    async with engine.begin() as connection:
        rows = (await connection.execute(select(func.count()).select_from(TABLE))).scalar_one()
    assert rows == 1, "the whole transaction went, not only its last statement"


async def test_writers_on_one_row_follow_each_other(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(TABLE.insert().values(id=1, key="0"))

    async def add_one() -> None:
        async with engine.begin() as connection:
            row = select(TABLE.c.key).where(TABLE.c.id == 1).with_for_update()
            key = (await connection.execute(row)).scalar_one()
            await asyncio.sleep(0)
            await connection.execute(TABLE.update().values(key=str(int(key) + 1)))

    await asyncio.gather(*(add_one() for _ in range(4)))
    async with engine.begin() as connection:
        assert (await connection.execute(select(TABLE.c.key))).scalar_one() == "4"


async def test_postgres_ends_a_statement_that_takes_too_long(postgres_url: str) -> None:
    limits = {"server_settings": {"statement_timeout": "50"}}
    engine = create_async_engine(postgres_url, connect_args=limits)
    try:
        async with engine.connect() as connection:
            with pytest.raises(DBAPIError, match="statement timeout"):
                await connection.exec_driver_sql("SELECT pg_sleep(60)")
    finally:
        await engine.dispose()


async def test_each_database_is_its_own(postgres_server: PostgresServer) -> None:
    urls = [postgres_server.create() for _ in range(2)]
    for url in urls:
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(TABLE.metadata.create_all, checkfirst=False)
        await engine.dispose()
        postgres_server.drop(url)
