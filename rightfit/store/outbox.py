"""What leaves the house: mail and webhooks, each at most once in the store, and how it went.

A thing is claimed by one process at a time, for a while. Mail is marked before its content is
handed over, so that a crash at that very moment is told from one before it: after it nobody
knows whether it went, and it is not sent again by itself.

Every function takes an open transaction; times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

import msgspec
from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.conversations import as_utc
from rightfit.store.outbox_tables import outbox

Kind = Literal["mail", "hook"]
#: waiting: to be sent when due; trying: claimed; handing_over: its content is on the way;
#: sent, refused, given_up: over; unknown: perhaps sent, nobody knows.
State = Literal["waiting", "trying", "handing_over", "sent", "refused", "given_up", "unknown"]


class Outgoing(msgspec.Struct, frozen=True):
    """Something to be sent. ``key`` names it once and for all; ``about`` holds no names."""

    key: str
    conversation: str | None
    kind: Kind
    about: str
    body: dict[str, Any]


class Claimed(msgspec.Struct, frozen=True):
    """Something that this process may send now; ``attempts`` counts this one."""

    id: str
    kind: Kind
    about: str
    body: dict[str, Any]
    attempts: int
    made_at: datetime


class Sending(msgspec.Struct, frozen=True):
    """How far something is; ``fault`` says what went wrong last, without anybody's words."""

    id: str
    key: str
    kind: Kind
    about: str
    state: State
    attempts: int
    made_at: datetime
    due_at: datetime
    done_at: datetime | None
    fault: str | None


async def put(transaction: AsyncConnection, going: Outgoing, at: datetime) -> bool:
    """Put something in to be sent at once; false where it is in there, or went out, already."""
    insert = postgresql.insert if transaction.dialect.name == "postgresql" else sqlite.insert
    done = await transaction.execute(
        insert(outbox)
        .values(
            **msgspec.structs.asdict(going),
            id=str(uuid4()),
            state="waiting",
            attempts=0,
            made_at=at,
            due_at=at,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
    return bool(done.rowcount == 1)


async def claim(
    transaction: AsyncConnection, kind: Kind, at: datetime, until: datetime
) -> Claimed | None:
    """The thing that is due longest, held until a time; null where nothing is due.

    What was claimed and not settled by then may be claimed again, unless its content was
    being handed over.
    """
    due = or_(
        and_(outbox.c.state == "waiting", outbox.c.due_at <= at),
        and_(outbox.c.state == "trying", outbox.c.held_until <= at),
    )
    query = select(outbox).where(and_(outbox.c.kind == kind, due))
    query = query.order_by(outbox.c.due_at, outbox.c.id).limit(1)
    row = (await transaction.execute(query.with_for_update(skip_locked=True))).first()
    if row is None:
        return None
    attempts = row.attempts + 1
    await transaction.execute(
        update(outbox)
        .where(outbox.c.id == row.id)
        .values(state="trying", attempts=attempts, held_until=until)
    )
    return Claimed(row.id, row.kind, row.about, row.body or {}, attempts, as_utc(row.made_at))


async def hand_over(transaction: AsyncConnection, claimed: Claimed, until: datetime) -> bool:
    """Mark that the content goes out now; false where it is somebody else's by now, or gone."""
    return await _move(
        transaction, claimed, ("trying",), {"state": "handing_over", "held_until": until}
    )


async def settle(
    transaction: AsyncConnection, claimed: Claimed, state: State, at: datetime, fault: str | None
) -> bool:
    """Say how it ended; what was sent is forgotten. False where it is somebody else's by now."""
    values: dict[str, Any] = {"state": state, "done_at": at, "fault": fault, "held_until": None}
    if state == "sent":
        values["body"] = None
    return await _move(transaction, claimed, ("trying", "handing_over"), values)


async def put_off(
    transaction: AsyncConnection, claimed: Claimed, due_at: datetime, fault: str
) -> bool:
    """Try it again later. False where it is somebody else's by now."""
    values = {"state": "waiting", "due_at": due_at, "fault": fault, "held_until": None}
    return await _move(transaction, claimed, ("trying", "handing_over"), values)


async def _move(
    transaction: AsyncConnection,
    claimed: Claimed,
    before: tuple[str, ...],
    values: dict[str, Any],
) -> bool:
    mine = and_(
        outbox.c.id == claimed.id,
        outbox.c.attempts == claimed.attempts,
        outbox.c.state.in_(before),
    )
    return bool((await transaction.execute(update(outbox).where(mine).values(**values))).rowcount)


async def own_up(transaction: AsyncConnection, at: datetime) -> int:
    """Mark what was being handed over when a process died: nobody knows. How many there are."""
    lost = and_(outbox.c.state == "handing_over", outbox.c.held_until <= at)
    values = {"state": "unknown", "done_at": at, "held_until": None}
    done = await transaction.execute(update(outbox).where(lost).values(**values))
    return int(done.rowcount)


async def put_again(transaction: AsyncConnection, id: str, at: datetime) -> bool:
    """Send anew, as another message, what did not arrive or may not have; false if it cannot be.

    The first keeps its state, and leads here no second time.
    """
    query = select(outbox).where(outbox.c.id == id).with_for_update()
    row = (await transaction.execute(query)).first()
    if row is None or row.body is None or row.state not in ("refused", "given_up", "unknown"):
        return False
    going = Outgoing(f"{row.key}+", row.conversation, row.kind, row.about, row.body)
    return await put(transaction, going, at)


async def sendings_of(transaction: AsyncConnection, conversation: str) -> tuple[Sending, ...]:
    """What was, or is to be, sent about one conversation, the oldest first."""
    query = select(outbox).where(outbox.c.conversation == conversation)
    rows = (await transaction.execute(query.order_by(outbox.c.made_at, outbox.c.key))).all()
    return tuple(_sending(row) for row in rows)


def _sending(row: Row) -> Sending:
    return Sending(
        id=row.id,
        key=row.key,
        kind=row.kind,
        about=row.about,
        state=row.state,
        attempts=row.attempts,
        made_at=as_utc(row.made_at),
        due_at=as_utc(row.due_at),
        done_at=as_utc(row.done_at) if row.done_at else None,
        fault=row.fault,
    )
