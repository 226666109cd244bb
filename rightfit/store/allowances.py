"""How many messages a conversation, and how many conversations an address, may still send.

A token bucket kept in the database, so that it holds over several processes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.conversations import Conversation, as_utc
from rightfit.store.tables import arrivals, conversations

#: An address that has not come for so long is forgotten.
_REMEMBERED = timedelta(days=1)

_SPEND = update(conversations).where(conversations.c.id == bindparam("of"))


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
    minutes = max((now - since).total_seconds(), 0) / 60
    left = min(rate.burst, allowance + minutes * rate.per_minute)
    if left < 1:
        raise TooMany(max(1, round((1 - left) / rate.per_minute * 60 + 0.5)))
    return left - 1


async def spend_message(
    transaction: AsyncConnection, held: Conversation, rate: Rate, now: datetime
) -> None:
    """Take one message from the allowance of a conversation whose lock is held.

    Raises:
        TooMany: nothing is left.
    """
    left = _left(held.allowance, held.allowance_at, now, rate)
    await transaction.execute(_SPEND, {"of": held.id, "allowance": left, "allowance_at": now})


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
    mine = arrivals.c.address_hash == address_hash
    query = select(arrivals.c.allowance, arrivals.c.allowance_at).where(mine)
    row = (await transaction.execute(query.with_for_update())).first()
    if row is None:
        return
    left = _left(row.allowance, as_utc(row.allowance_at), now, rate)
    await transaction.execute(update(arrivals).where(mine).values(allowance=left, allowance_at=now))
