"""SQLite off the event loop: each statement is one errand to the connection's thread.

SQLAlchemy's own adapter goes there four times a statement: for a cursor, to execute, for the
rows, and to close. Each way there and back costs more than SQLite takes for the work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    def execute(self, operation: str, parameters: Any = None) -> None:
        self._run(lambda cursor: cursor.execute(operation, parameters or ()))

    def executemany(self, operation: str, seq_of_parameters: Any) -> None:
        self._run(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    def _run(self, execute: Callable[[sqlite3.Cursor], Any]) -> None:
        def work(connection: sqlite3.Connection) -> tuple[Any, ...]:
            cursor = connection.cursor()
            try:
                execute(cursor)
                return cursor.description, cursor.fetchall(), cursor.lastrowid, cursor.rowcount
            finally:
                cursor.close()

        done = self._adapt_connection.send(work)
        self.description, self._rows, self.lastrowid, self.rowcount = done


class _Connection(AsyncAdapt_aiosqlite_connection):
    def cursor(self, server_side: bool = False) -> _Cursor:
        return _Cursor(self)

    #: How to begin the transaction that the next statement is the first of.
    _begin: str | None = None

    def begin(self, how: str) -> None:
        """Begin a transaction, on the same errand as its first statement."""
        self._begin = how

    def send(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """What comes of some work in the connection's thread."""
        driver, begin, self._begin = self._connection, self._begin, None

        def errand() -> Any:
            if begin is not None:
                driver._conn.execute(begin)
            return work(driver._conn)

        try:
            return self.await_(driver._execute(errand))
        except ValueError as error:
            self._handle_exception(error)

    def commit(self) -> None:
        self._begin = None
        if self._connection.in_transaction:
            super().commit()

    def rollback(self) -> None:
        # SQLAlchemy rolls back whatever it puts into its pool, committed or not.
        self._begin = None
        if self._connection.in_transaction:
            super().rollback()


class OneErrandEach(AsyncAdapt_aiosqlite_dbapi):
    """What SQLAlchemy takes for the driver's module; pass it to an engine as ``module``."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arguments: Any, **options: Any) -> _Connection:
        """A connection whose cursors run an errand for each statement."""
        return _Connection(self, super().connect(*arguments, **options)._connection)
