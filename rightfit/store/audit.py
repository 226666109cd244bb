"""The record of what was done, written in the same transaction as what it tells.

Entries are only ever added, one at a time over all processes: whoever adds holds the row of
the newest. Add as the last thing in a transaction, so that this lock is always the inner one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.privacy.audit import WHAT, Broken, Entry, about, broken, detail_of, hash_of
from rightfit.store.lead_tables import audit, audit_head
from rightfit.store.moments import as_utc


async def note(
    transaction: AsyncConnection,
    what: str,
    by: str,
    at: datetime,
    *,
    intake: str | None = None,
    **detail: str | int,
) -> None:
    """Add an entry; ``what`` is one of :data:`rightfit.privacy.audit.WHAT`.

    ``intake`` is the id of the conversation it is about. Details hold ids and numbers,
    never what a client or a coach wrote about one.

    Raises:
        KeyError: there is no such ``what``.
    """
    if what not in WHAT:
        raise KeyError(what)
    newest = (await transaction.execute(select(audit_head).with_for_update())).one()
    seq, details = newest.seq + 1, detail_of(detail)
    subject = about(newest.key, intake) if intake is not None else None
    moment = at.astimezone(timezone.utc)
    hashed = hash_of(newest.hash, seq, moment, by, what, subject, details)
    await transaction.execute(
        insert(audit).values(
            seq=seq, at=moment, by=by, what=what, about=subject, detail=details, hash=hashed
        )
    )
    await transaction.execute(update(audit_head).values(seq=seq, hash=hashed))


async def entries(
    transaction: AsyncConnection,
    *,
    before: int | None = None,
    most: int | None = None,
    by: str | None = None,
    what: str | None = None,
) -> tuple[Entry, ...]:
    """The newest ``most`` entries with a number below ``before``, the newest first.

    ``by`` and ``what`` leave out all that are not theirs.
    """
    query = select(audit).order_by(audit.c.seq.desc())
    if before is not None:
        query = query.where(audit.c.seq < before)
    if by is not None:
        query = query.where(audit.c.by == by)
    if what is not None:
        query = query.where(audit.c.what == what)
    if most is not None:
        query = query.limit(most)
    return tuple(_entry(row) for row in (await transaction.execute(query)).all())


async def names_of(transaction: AsyncConnection, intakes: tuple[str, ...]) -> Mapping[str, str]:
    """How the record names intakes -> their ids, for those that are there."""
    key = (await transaction.execute(select(audit_head.c.key))).scalar_one()
    return {about(key, id): id for id in intakes}


async def head(transaction: AsyncConnection) -> tuple[int, str]:
    """The number and the hash of the newest entry."""
    row = (await transaction.execute(select(audit_head.c.seq, audit_head.c.hash))).one()
    return row.seq, row.hash


async def verify(
    transaction: AsyncConnection, noted: tuple[int, str] | None = None
) -> tuple[Broken, ...]:
    """Where the record is not what was written; empty where it is whole.

    ``noted`` is a number and a hash that were written down before, outside the database:
    whoever can rewrite all of it cannot rewrite those.
    """
    try:
        last, last_hash = await head(transaction)
    except NoResultFound:
        return (Broken(0, "what tells the newest entry is missing"),)
    rows = (await transaction.execute(select(audit).order_by(audit.c.seq))).all()
    found = list(broken(map(_entry, rows), last, last_hash))
    if noted is not None:
        seq, hashed = noted
        if not any(row.seq == seq and row.hash == hashed for row in rows):
            found.append(Broken(seq, "this is not the entry that was written down"))
    return tuple(found)


def _entry(row: Row) -> Entry:
    return Entry(
        seq=row.seq,
        at=as_utc(row.at),
        by=row.by,
        what=row.what,
        about=row.about,
        detail=row.detail,
        hash=row.hash,
    )
