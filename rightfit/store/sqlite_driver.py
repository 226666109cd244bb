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

    def _run(self, work: Callable[[sqlite3.Cursor], Any]) -> None:
        def errand(connection: sqlite3.Connection) -> tuple[Any, ...]:
            cursor = connection.cursor()
            try:
                work(cursor)
                return cursor.description, cursor.fetchall(), cursor.lastrowid, cursor.rowcount
            finally:
                cursor.close()

        self.description, self._rows, self.lastrowid, self.rowcount = self._adapt_connection.send(
            errand
        )


class _Connection(AsyncAdapt_aiosqlite_connection):
    def cursor(self, server_side: bool = False) -> _Cursor:
        return _Cursor(self)

    def send(self, errand: Callable[[sqlite3.Connection], Any]) -> Any:
        """What comes of an errand in the connection's thread."""
        driver = self._connection
        try:
            return self.await_(driver._execute(lambda: errand(driver._conn)))
        except ValueError as error:
            self._handle_exception(error)

    def rollback(self) -> None:
        # SQLAlchemy rolls back whatever it puts into its pool, committed or not.
        if self._connection.in_transaction:
            super().rollback()


class OneErrandEach(AsyncAdapt_aiosqlite_dbapi):
    """What SQLAlchemy takes for the driver's module; pass it to an engine as ``module``."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arguments: Any, **options: Any) -> _Connection:
        """A connection whose cursors run an errand for each statement."""
        return _Connection(self, super().connect(*arguments, **options)._connection)
