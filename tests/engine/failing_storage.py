"""Makes one storage call of a database fail: a statement, or a commit."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import event

from rightfit.store.database import Database

#: refused: the call does nothing and says so. unheard: it is done, and the connection dies
#: before anybody hears. cut: the connection dies first (PostgreSQL).
Way = Literal["refused", "unheard", "cut"]


class FailingStorage:
    """Fails the call number ``at`` after each ``arm``; ``calls`` counts those made since."""

    def __init__(self, database: Database, way: Way) -> None:
        self._way = way
        self._at = 0
        self.calls = 0
        engines = (database._writer.sync_engine, database._reader.sync_engine)
        # On PostgreSQL both are one engine with different options.
        for engine in {engine.dialect: engine for engine in engines}.values():
            self._watch(engine)

    def arm(self, at: int) -> None:
        """From now on the call number ``at`` fails, once; 0 lets all pass."""
        self._at, self.calls = at, 0

    @property
    def struck(self) -> bool:
        """Whether the call was reached since ``arm``."""
        return 0 < self._at <= self.calls

    def _watch(self, engine: Any) -> None:
        dialect = engine.dialect

        def execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
            self._call(dialect, cursor, lambda: cursor.execute(statement, parameters))
            return True

        def execute_many(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
            self._call(dialect, cursor, lambda: cursor.executemany(statement, parameters))
            return True

        def execute_plain(cursor: Any, statement: str, context: Any) -> bool:
            self._call(dialect, cursor, lambda: cursor.execute(statement))
            return True

        event.listen(engine, "do_execute", execute)
        event.listen(engine, "do_executemany", execute_many)
        event.listen(engine, "do_execute_no_params", execute_plain)
        commit = dialect.do_commit
        dialect.do_commit = lambda connection: self._call(
            dialect, connection, lambda: commit(connection)
        )

    def _call(self, dialect: Any, place: Any, call: Any) -> None:
        self.calls += 1
        if self.calls != self._at:
            call()
            return
        if self._way == "refused":
            raise dialect.dbapi.OperationalError("out of order")
        if self._way == "cut":
            _connection_of(place).terminate()
            call()
            raise AssertionError("a call got through on a connection that was cut")
        call()
        if dialect.name == "postgresql":
            _connection_of(place).terminate()
        raise dialect.dbapi.OperationalError("nothing heard")


def _connection_of(place: Any) -> Any:
    """The asyncpg connection under a cursor or a connection of SQLAlchemy's."""
    return getattr(place, "_adapt_connection", place)._connection
