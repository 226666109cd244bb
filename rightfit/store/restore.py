"""Bringing a copy of a SQLite database back, without bringing back what is over.

What clients have erased since the copy was made stays erased; whoever was signed in has to
sign in again; and nothing is sent that may have been sent before.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.privacy.audit import OPERATOR
from rightfit.store import audit, backup, conversations, sign_ins
from rightfit.store.backup import Contents
from rightfit.store.database import opened, sqlite_url
from rightfit.store.moments import as_utc
from rightfit.store.outbox_tables import outbox
from rightfit.store.tables import conversations as table
from rightfit.store.tables import erasures


class Restored(msgspec.Struct, frozen=True):
    """What came of it: what the copy held, where the database of before now is, how many
    intakes were erased again, and how many things to be sent are left to a human."""

    contents: Contents
    aside: Path | None
    erased_again: int
    not_sent: int


async def restore(copied: Path, database: Path, now: datetime, *, replace: bool) -> Restored:
    """Put a copy in the place of a database.

    Raises:
        CannotCopy: nothing was changed.
        StorageUnavailable: the copy could not be worked on; nothing was changed.
    """
    contents = backup.examine(copied)
    backup.may_replace(database, replace=replace)
    erased = backup.erased_in(database)
    with backup.unpacked(copied, database) as made:
        async with opened(sqlite_url(made)) as work:
            async with work.writing() as transaction:
                again = await _erase_again(transaction, erased, now)
                await sign_ins.end_all(transaction)
                not_sent = await _leave_unsent(transaction)
                kept = contents.entries
                await audit.note(transaction, "restored", OPERATOR, now, entries=kept)
            await work.settle()
        aside = backup.take_place(made, database, now)
    return Restored(contents, aside, again, not_sent)


async def _erase_again(
    transaction: AsyncConnection, erased: tuple[tuple[str, str], ...], now: datetime
) -> int:
    """Erase what was erased since, and remember the erasures that the copy does not know."""
    again = 0
    known = set((await transaction.execute(select(erasures.c.receipt_hash))).scalars())
    for hashed, at in erased:
        if hashed in known:
            continue
        query = select(table.c.id).where(table.c.receipt_hash == hashed)
        id = (await transaction.execute(query)).scalar_one_or_none()
        if id is not None:
            await conversations.erase(transaction, id, now, OPERATOR)
            again += 1
        else:
            moment = as_utc(datetime.fromisoformat(at))
            await transaction.execute(insert(erasures).values(receipt_hash=hashed, at=moment))
    return again


async def _leave_unsent(transaction: AsyncConnection) -> int:
    """Send nothing by itself that waited when the copy was made: it may have gone since."""
    open_ = outbox.c.state.in_(("waiting", "trying", "handing_over"))
    done = await transaction.execute(
        update(outbox)
        .where(open_)
        .values(state="unknown", fault="brought back from a backup, perhaps sent before")
    )
    return int(done.rowcount)
