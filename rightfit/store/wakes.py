"""When the clock has something to do to the log of an intake.

Every function takes an open transaction; times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.handing_on_tables import packets, wakes


async def wake_at(transaction: AsyncConnection, conversation: str, at: datetime | None) -> None:
    """Say when to look at a log again; null: not any more. The caller holds the row's lock."""
    mine = wakes.c.conversation == conversation
    if at is None:
        await transaction.execute(delete(wakes).where(mine))
        return
    done = await transaction.execute(update(wakes).where(mine).values(at=at))
    if done.rowcount == 0:
        await transaction.execute(insert(wakes).values(conversation=conversation, at=at))


async def awake(transaction: AsyncConnection, now: datetime, most: int) -> tuple[str, ...]:
    """The conversations whose time has come, the longest overdue first."""
    query = select(wakes.c.conversation).where(wakes.c.at <= now).order_by(wakes.c.at).limit(most)
    return tuple((await transaction.execute(query)).scalars())


async def forget_packets(transaction: AsyncConnection, now: datetime) -> int:
    """Delete the packets whose links are over; how many there were."""
    done = await transaction.execute(delete(packets).where(packets.c.good_until <= now))
    return int(done.rowcount)
