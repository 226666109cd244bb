"""The migrations make the tables that the code uses, and take them away again."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.engine import Connection

import rightfit.store
from rightfit.store.database import Database
from rightfit.store.tables import metadata


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, metadata))


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _downgrade(connection: Connection) -> None:
    config = Config()
    folder = Path(rightfit.store.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = connection
    command.downgrade(config, "base")


async def test_upgrading_an_empty_database_gives_the_tables_and_nothing_else(
    database_url: str,
) -> None:
    database = Database(database_url)
    await database.prepare()
    async with database.writing() as transaction:
        assert await transaction.run_sync(_differences) == []
        assert await transaction.run_sync(_tables) == {*metadata.tables, "alembic_version"}
    await database.close()


async def test_upgrading_again_changes_nothing(database_url: str) -> None:
    database = Database(database_url)
    await database.prepare()
    await database.prepare()
    async with database.writing() as transaction:
        assert await transaction.run_sync(_differences) == []
    await database.close()


async def test_downgrading_takes_every_table_away_and_upgrading_brings_them_back(
    database_url: str,
) -> None:
    database = Database(database_url)
    await database.prepare()
    async with database.writing() as transaction:
        await transaction.run_sync(_downgrade)
    async with database.writing() as transaction:
        assert await transaction.run_sync(_tables) == {"alembic_version"}
    await database.prepare()
    async with database.writing() as transaction:
        assert await transaction.run_sync(_differences) == []
    await database.close()
