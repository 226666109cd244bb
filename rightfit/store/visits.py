"""Clients who look in on their intake: who has come in, and until when.

Every function takes an open transaction; times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.conversations import as_utc
from rightfit.store.outbox_tables import visits


class Visit(msgspec.Struct, frozen=True):
    """One client who has come in: to which conversation, and until when if they do nothing."""

    conversation: str
    good_until: datetime


async def begin(
    transaction: AsyncConnection, conversation: str, token_hash: str, at: datetime, until: datetime
) -> None:
    """Let a client in; visits that are over go at the same time.

    Raises:
        Conflict: (at the end of the statement) the conversation was erased meanwhile.
    """
    await transaction.execute(delete(visits).where(visits.c.good_until <= at))
    await transaction.execute(
        insert(visits).values(hash=token_hash, conversation=conversation, good_until=until)
    )


async def visit_of(transaction: AsyncConnection, token_hash: str, at: datetime) -> Visit | None:
    """The visit of a token; null where there is none, or where it is over."""
    query = select(visits).where(and_(visits.c.hash == token_hash, visits.c.good_until > at))
    row = (await transaction.execute(query)).first()
    return Visit(row.conversation, as_utc(row.good_until)) if row else None


async def prolong(transaction: AsyncConnection, token_hash: str, until: datetime) -> None:
    """Let a visit go on for longer; does nothing where it was ended meanwhile."""
    await transaction.execute(
        update(visits).where(visits.c.hash == token_hash).values(good_until=until)
    )


async def end(transaction: AsyncConnection, token_hash: str) -> None:
    """End a visit."""
    await transaction.execute(delete(visits).where(visits.c.hash == token_hash))
