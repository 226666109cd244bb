"""What an installation does once a day by itself: erase what was kept long enough."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from rightfit.privacy.audit import SYSTEM
from rightfit.store import audit, retention, settings
from rightfit.store.database import Conflict, Database

_EVERY = timedelta(days=1)
_LAST_TIME = "last_upkeep"
_NEVER = datetime(1970, 1, 1, tzinfo=timezone.utc)


def nothing(_id: str) -> None:
    """For a process that holds nothing of a conversation in its memory."""


async def erase_what_is_due(
    database: Database, now: datetime, by: str = SYSTEM, gone: Callable[[str], None] = nothing
) -> int:
    """Erase every intake that was kept long enough; how many.

    Each is erased by itself, so that what fails for one is nothing to the others. ``gone``
    is told of each.
    """
    async with database.reading() as transaction:
        decided = await settings.decided(transaction)
        due = await retention.due(transaction, decided, now)
    erased = 0
    for one in due:
        async with database.writing() as transaction:
            done = await retention.erase_if_due(transaction, one.id, decided, now, by)
        if done:
            gone(one.id)
            erased += 1
    async with database.writing() as transaction:
        await audit.note(transaction, "kept_long_enough", by, now, erased=erased)
    if erased:
        await database.settle()
    return erased


async def daily(
    database: Database, now: datetime, gone: Callable[[str], None] = nothing
) -> int | None:
    """Do the day's work if no process has done it in the last 24 hours; null where one has."""
    if not await _mine(database, now):
        return None
    return await erase_what_is_due(database, now, gone=gone)


async def _mine(database: Database, now: datetime) -> bool:
    """Whether it is this process that does it today; of several at once, one gets it."""
    async with database.reading() as transaction:
        last = await settings.value_of(transaction, _LAST_TIME)
    if last is not None and now - _read(last) < _EVERY:
        return False
    try:
        async with database.writing() as transaction:
            if last is None:
                return await settings.setting(transaction, _LAST_TIME, now.isoformat()) == (
                    now.isoformat()
                )
            return await settings.claim(transaction, _LAST_TIME, now.isoformat(), before=last)
    except Conflict:
        return False


def _read(kept: str) -> datetime:
    try:
        return datetime.fromisoformat(kept)
    except ValueError:
        return _NEVER
