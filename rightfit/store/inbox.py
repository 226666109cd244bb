"""Messages that were acknowledged, until they have had their turn.

Every function takes an open transaction; the caller decides what belongs together.
Times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import and_, bindparam, func, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.records import Progress
from rightfit.store.moments import as_utc
from rightfit.store.tables import inbox

_TO_INBOX = insert(inbox)
_NEXT_WAITING = (
    select(inbox)
    .where(and_(inbox.c.conversation == bindparam("of"), inbox.c.done_at.is_(None)))
    .order_by(inbox.c.id)
    .limit(1)
)


class Inbound(msgspec.Struct, frozen=True):
    """One message that was acknowledged and waits for its turn, or had it."""

    id: int
    conversation: str
    channel: str
    kind: Literal["open", "resume", "ask", "text", "choice", "change"]
    body: Any
    attempts: int
    done: bool
    dead: bool
    first_seq: int | None
    last_seq: int | None
    progress: Progress | None


def _inbound(row: Row) -> Inbound:
    return Inbound(
        id=row.id,
        conversation=row.conversation,
        channel=row.channel,
        kind=row.kind,
        body=row.body,
        attempts=row.attempts,
        done=row.done_at is not None,
        dead=row.dead,
        first_seq=row.first_seq,
        last_seq=row.last_seq,
        progress=msgspec.convert(row.progress, Progress) if row.progress else None,
    )


async def inbound_by_key(transaction: AsyncConnection, channel: str, key: str) -> Inbound | None:
    """The message that was acknowledged under this key, if there is one."""
    query = select(inbox).where(and_(inbox.c.channel == channel, inbox.c.key == key))
    row = (await transaction.execute(query)).first()
    return _inbound(row) if row else None


async def accept(
    transaction: AsyncConnection,
    *,
    conversation: str,
    channel: str,
    key: str,
    kind: str,
    body: Any,
    at: datetime,
) -> int:
    """Put a message into the inbox; after the commit it may be acknowledged.

    Raises:
        Conflict: (at the end of the statement) the key was used before.
    """
    done = await transaction.execute(
        _TO_INBOX,
        {
            "conversation": conversation,
            "channel": channel,
            "key": key,
            "kind": kind,
            "body": body,
            "received_at": at,
            "attempts": 0,
            "dead": False,
        },
    )
    return int(done.inserted_primary_key[0])


async def next_waiting(transaction: AsyncConnection, conversation: str) -> Inbound | None:
    """The oldest message of the conversation that has not had its turn."""
    row = (await transaction.execute(_NEXT_WAITING, {"of": conversation})).first()
    return _inbound(row) if row else None


async def conversations_waiting(transaction: AsyncConnection, before: datetime) -> tuple[str, ...]:
    """Conversations with messages received before a time that have not had their turn."""
    query = (
        select(inbox.c.conversation)
        .where(and_(inbox.c.done_at.is_(None), inbox.c.received_at < before))
        .distinct()
    )
    return tuple((await transaction.execute(query)).scalars())


async def oldest_waiting(transaction: AsyncConnection) -> datetime | None:
    """When the message was received that has waited longest for its turn."""
    query = select(func.min(inbox.c.received_at)).where(inbox.c.done_at.is_(None))
    at = (await transaction.execute(query)).scalar_one_or_none()
    return as_utc(at) if at else None


async def count_attempt(transaction: AsyncConnection, inbound: int, weight: int = 1) -> int:
    """Record that a turn failed; the number of tries so far, 0 if the message is gone.

    ``weight`` is how many tries this one counts for.
    """
    await transaction.execute(
        update(inbox).where(inbox.c.id == inbound).values(attempts=inbox.c.attempts + weight)
    )
    found = await transaction.execute(select(inbox.c.attempts).where(inbox.c.id == inbound))
    return found.scalar_one_or_none() or 0
