"""How many messages a conversation, and how many conversations an address, may still send.

A token bucket kept in the database, so that it holds over several processes.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import msgspec
from sqlalchemy import Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.tables import arrivals, conversations

#: An address that has not come for so long is forgotten.
_REMEMBERED = timedelta(days=1)


class Rate(msgspec.Struct, frozen=True):
    """``per_minute`` in the long run, ``burst`` at once."""

    per_minute: float
    burst: float


class TooMany(RuntimeError):
    """The allowance is used up; ``retry_after`` is in whole seconds, at least 1."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many at once")
        self.retry_after = retry_after


def _left(allowance: float, since: datetime, now: datetime, rate: Rate) -> float:
    since = since if since.tzinfo else since.replace(tzinfo=timezone.utc)
    minutes = max((now - since).total_seconds(), 0) / 60
    left = min(rate.burst, allowance + minutes * rate.per_minute)
    if left < 1:
        raise TooMany(max(1, round((1 - left) / rate.per_minute * 60 + 0.5)))
    return left - 1


async def spend_message(
    transaction: AsyncConnection, conversation: str, rate: Rate, now: datetime
) -> None:
    """Take one message from a conversation's allowance.

    Raises:
        TooMany: nothing is left.
    """
    await _spend(transaction, conversations, "id", conversation, rate, now)


async def spend_arrival(
    transaction: AsyncConnection, address_hash: str, rate: Rate, now: datetime
) -> None:
    """Take one new conversation from an address's allowance.

    Raises:
        TooMany: nothing is left.
    """
    await transaction.execute(delete(arrivals).where(arrivals.c.allowance_at < now - _REMEMBERED))
    insert = postgresql.insert if transaction.dialect.name == "postgresql" else sqlite.insert
    # Of two who come from a new address at once, both find it known.
    first = insert(arrivals).values(
        address_hash=address_hash, allowance=rate.burst, allowance_at=now
    )
    await transaction.execute(first.on_conflict_do_nothing())
    await _spend(transaction, arrivals, "address_hash", address_hash, rate, now)


async def _spend(
    transaction: AsyncConnection, table: Table, key: str, value: str, rate: Rate, now: datetime
) -> None:
    query = select(table.c.allowance, table.c.allowance_at).where(table.c[key] == value)
    row = (await transaction.execute(query.with_for_update())).first()
    if row is None:
        return
    left = _left(row.allowance, row.allowance_at, now, rate)
    await transaction.execute(
        update(table).where(table.c[key] == value).values(allowance=left, allowance_at=now)
    )
