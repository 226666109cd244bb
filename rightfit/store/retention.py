"""Intakes that were kept for as long as the practice keeps them.

Every function takes an open transaction; times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.privacy.keeping import kept_until
from rightfit.privacy.practice_settings import PracticeSettings
from rightfit.store import conversations
from rightfit.store.moments import as_utc
from rightfit.store.review_tables import review_events
from rightfit.store.tables import conversations as table


class Due(msgspec.Struct, frozen=True):
    """An intake whose time is over: whether it was sent, and when it was last touched."""

    id: str
    was_sent: bool
    last_touched: datetime


async def due(
    transaction: AsyncConnection,
    settings: PracticeSettings,
    now: datetime,
    only: str | None = None,
) -> tuple[Due, ...]:
    """The intakes to be erased now, oldest first; of ``only`` one if asked.

    What a coach does with an intake counts as much as what its client writes.
    """
    shortest = timedelta(days=min(settings.unfinished_days, settings.sent_days))
    touched = (
        select(review_events.c.conversation, func.max(review_events.c.at).label("at"))
        .group_by(review_events.c.conversation)
        .subquery()
    )
    query = (
        select(table.c.id, table.c.sent_at, table.c.changed_at, touched.c.at.label("reviewed_at"))
        .outerjoin(touched, touched.c.conversation == table.c.id)
        .where(table.c.changed_at <= now - shortest)
        .order_by(table.c.changed_at, table.c.id)
    )
    if only is not None:
        query = query.where(table.c.id == only)
    found = []
    for row in (await transaction.execute(query)).all():
        last, was_sent = as_utc(row.changed_at), row.sent_at is not None
        if row.reviewed_at is not None:
            last = max(last, as_utc(row.reviewed_at))
        if kept_until(settings, was_sent=was_sent, last_touched=last) <= now:
            found.append(Due(row.id, was_sent, last))
    return tuple(found)


async def erase_if_due(
    transaction: AsyncConnection, id: str, settings: PracticeSettings, now: datetime, by: str
) -> bool:
    """Erase an intake as its client's own erasing does; false where it was touched meanwhile."""
    if await conversations.lock(transaction, id) is None:
        return False
    if not await due(transaction, settings, now, only=id):
        return False
    return await conversations.erase(transaction, id, now, by) is not None
