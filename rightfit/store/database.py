"""How the database is reached: SQLite by default, PostgreSQL for several processes."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import event, func, select
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from rightfit.store.sqlite_driver import OneErrandEach

_log = logging.getLogger(__name__)

#: An open transaction, as rooms above the store hand it on.
Transaction = AsyncConnection

#: Seconds; a query that takes longer means that something is wrong.
_STATEMENT_TIMEOUT = 10
#: Seconds that SQLite waits for another process's write.
_BUSY_TIMEOUT = 10
#: Any number, the same in all processes.
_UPGRADE_LOCK = 7208
#: What a database that is down, full or broken raises; asyncpg's own come while connecting.
_FAILURES = (
    DBAPIError,
    PoolTimeout,
    OSError,
    asyncio.TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
)
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}

#: What the functions of this room are handed: an open transaction.
Transaction = AsyncConnection


class StorageUnavailable(RuntimeError):
    """The database did not do what it was asked; nothing of the call was kept."""


class Conflict(RuntimeError):
    """Somebody else wrote first; nothing of the call was kept. Read again."""


class NoSuchDatabase(ValueError):
    """The address is none that can be used: place, fault, remedy."""


def sqlite_url(file: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite+aiosqlite:///{file}"


class Database:
    """Transactions on one database.

    ``reading`` and ``writing`` raise ``StorageUnavailable`` where the database fails and
    ``Conflict`` where a unique key is taken; in both cases nothing was written.
    """

    def __init__(self, url: str) -> None:
        self.url = _address(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            # One writer: SQLite has one anyway, and a queue here is fairer than its busy loop.
            self._writer = self._sqlite(begin="BEGIN IMMEDIATE", pool_size=1)
            self._reader = self._sqlite(begin="BEGIN", pool_size=4)
        else:
            self._writer = create_async_engine(
                self.url,
                hide_parameters=True,
                pool_pre_ping=True,
                pool_size=10,
                max_overflow=0,
                pool_timeout=_STATEMENT_TIMEOUT,
                connect_args={
                    "server_settings": {"statement_timeout": str(_STATEMENT_TIMEOUT * 1000)}
                },
            )
            # All that is read in one transaction is of one moment.
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ")

    def _sqlite(self, begin: str, pool_size: int) -> AsyncEngine:
        engine = create_async_engine(
            self.url,
            module=OneErrandEach(),
            hide_parameters=True,
            pool_size=pool_size,
            max_overflow=0,
            poolclass=AsyncAdaptedQueuePool,
            pool_timeout=_STATEMENT_TIMEOUT * 6,
            connect_args={"timeout": _BUSY_TIMEOUT},
        )

        @event.listens_for(engine.sync_engine, "connect")
        def set_up(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",
                "secure_delete=ON",
                "foreign_keys=ON",
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine.sync_engine, "begin")
        def begin_as_told(connection: Connection) -> None:
            connection.connection.dbapi_connection.begin(begin)

        return engine

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed at the end of the block unless it raises."""
        # Not the engine's own begin(): where BEGIN fails, it never gives the connection back.
        with _translated():
            async with self._writer.connect() as connection, connection.begin():
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One transaction for reading: all that is read in it belongs together."""
        with _translated():
            async with self._reader.connect() as connection, connection.begin():
                yield connection

    async def prepare(self) -> None:
        """Bring the tables to this version's form."""
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        with _translated():
            async with self._writer.connect() as connection, connection.begin():
                if not self.is_sqlite:
                    # Of several processes that start at once, one makes the tables.
                    lock = func.pg_advisory_xact_lock(_UPGRADE_LOCK)
                    await connection.execute(select(lock))
                await connection.run_sync(_upgrade)
        await self.settle()

    async def settle(self) -> None:
        """Leave nothing on the disk of what was deleted; call it after the commit.

        SQLite writes ahead, and its log holds words until it is written over. Where the
        log is in use the next call empties it, or the next start.
        """
        if not self.is_sqlite:
            return
        try:
            async with self._writer.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        except (sqlite3.Error, *_FAILURES) as error:
            _log.warning("the log could not be emptied: %s", type(error).__name__)

    async def close(self) -> None:
        """Give all connections back."""
        await self._writer.dispose()
        await self._reader.dispose()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The database at an address, its tables in this version's form, until the block ends.

    Raises:
        NoSuchDatabase, StorageUnavailable.
    """
    database = Database(url)
    try:
        await database.prepare()
        yield database
    finally:
        await database.close()


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise NoSuchDatabase(
            "--database: that is no database address; it looks like"
            " postgresql://name:password@host/database"
        ) from None
    driver = _DRIVERS.get(address.get_backend_name())
    if driver is None:
        raise NoSuchDatabase(
            f"--database: {address.get_backend_name()} is not supported;"
            " use postgresql:// or sqlite:///"
        )
    return address.set(drivername=driver)


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _translated() -> Iterator[None]:
    """Database errors, as the two that callers act on."""
    try:
        yield
    except IntegrityError:
        raise Conflict("a unique key is taken") from None
    except _FAILURES as error:
        # The driver's message can quote the values of a statement; only its kind is told.
        raise StorageUnavailable(type(error).__name__) from None
