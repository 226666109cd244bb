"""The log of what happens to an intake once it was sent, and who has read how far.

Every function takes an open transaction; times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.practice import EthicsCode
from rightfit.review.clock import wakes_at
from rightfit.review.decisions import may_follow
from rightfit.review.events import Decided, Entry, Event, kind_of, read, written
from rightfit.store import audit
from rightfit.store.conversations import as_utc
from rightfit.store.database import Conflict
from rightfit.store.review_tables import readings, review_events
from rightfit.store.tables import conversations
from rightfit.store.wakes import wake_at


class AlreadyMoved(Conflict):
    """Somebody else wrote onto the log first; nothing of the call was kept.

    ``by``, ``at`` and ``event`` tell who was first, when, and with what.
    """

    def __init__(self, first: Entry) -> None:
        super().__init__("the log has moved on")
        self.first = first
        self.by, self.at, self.event = first.by, first.at, first.event


class NoSuchIntake(Conflict):
    """The intake was erased meanwhile; nothing of the call was kept."""


class MayNotFollow(RuntimeError):
    """It may not follow what is in the log; nothing was kept. Its words are for who tried."""


class Reading(msgspec.Struct, frozen=True):
    """That a coach has opened an intake: when first and last, and how far it went then.

    ``message`` and ``entry`` are the last message and the last entry of the log on the page.
    """

    coach: str
    first_at: datetime
    last_at: datetime
    message: int
    entry: int


async def record(
    transaction: AsyncConnection,
    conversation: str,
    seen: int | None,
    event: Event,
    by: str,
    at: datetime,
    code: EthicsCode,
) -> int:
    """Write one entry if it may follow; its number. The way in for every surface.

    ``seen`` is null for what takes no side, such as a note: it goes after whatever is there.
    ``code`` is the practice's code of ethics.

    Raises:
        MayNotFollow: with a sentence for whoever tried.
        AlreadyMoved, NoSuchIntake, Conflict: as :func:`append`.
    """
    held = select(conversations.c.sent_at).where(conversations.c.id == conversation)
    row = (await transaction.execute(held.with_for_update())).first()
    if row is None:
        raise NoSuchIntake("there is no such intake")
    log = await log_of(transaction, conversation)
    last = len(log)
    if seen is not None and seen < last:
        raise AlreadyMoved(log[seen])
    fault = may_follow(log, event, code=code, sent=row.sent_at is not None)
    if fault is not None:
        raise MayNotFollow(fault)
    return await append(transaction, conversation, last if seen is None else seen, event, by, at)


async def append(
    transaction: AsyncConnection,
    conversation: str,
    seen: int,
    event: Event,
    by: str,
    at: datetime,
) -> int:
    """Write one entry onto a log of which the writer has seen so many; its number.

    Raises:
        AlreadyMoved: an entry of that number is there already.
        NoSuchIntake: there is no such conversation any more.
        Conflict: so many entries were never there to be seen.
    """
    # The row's lock puts writers in a line, so that nobody meets a taken key.
    held = select(conversations.c.id).where(conversations.c.id == conversation).with_for_update()
    if (await transaction.execute(held)).first() is None:
        raise NoSuchIntake("there is no such intake")
    log = review_events.c
    next_one = select(review_events).where(
        and_(log.conversation == conversation, log.seq == seen + 1)
    )
    first = (await transaction.execute(next_one)).first()
    if first is not None:
        raise AlreadyMoved(_entry(first))
    if await last_of(transaction, conversation) != seen:
        raise Conflict("that was never there to be seen")
    await transaction.execute(
        insert(review_events).values(
            conversation=conversation,
            seq=seen + 1,
            at=at,
            author=by,
            kind=kind_of(event),
            body=written(event),
        )
    )
    await _record(transaction, conversation, event, by, at)
    # Whoever writes, the clock hears of it: a plain decision can start it, or stop it.
    log = await log_of(transaction, conversation)
    await wake_at(transaction, conversation, wakes_at(log))
    return seen + 1


async def _record(
    transaction: AsyncConnection, conversation: str, event: Event, by: str, at: datetime
) -> None:
    """Record what a coach did. What a client does stands in this log alone: in a consider
    round nobody may see that the other side has answered."""
    if not by.startswith("coach:"):
        return
    if isinstance(event, Decided):
        await audit.note(
            transaction, "intake_decided", by, at, intake=conversation, decision=event.decision
        )
    else:
        kind = kind_of(event)
        await audit.note(transaction, "intake_changed", by, at, intake=conversation, kind=kind)


async def last_of(transaction: AsyncConnection, conversation: str) -> int:
    """The number of the last entry of a log; 0 where there is none."""
    log = review_events.c
    query = select(func.max(log.seq)).where(log.conversation == conversation)
    return (await transaction.execute(query)).scalar_one_or_none() or 0


async def log_of(transaction: AsyncConnection, conversation: str) -> tuple[Entry, ...]:
    """The log of one intake, oldest first."""
    logs = await logs_of(transaction, [conversation])
    return logs.get(conversation, ())


async def logs_of(
    transaction: AsyncConnection, among: Sequence[str] | None = None
) -> Mapping[str, tuple[Entry, ...]]:
    """Conversation id -> its log, for those that have one; null looks at all of them."""
    log = review_events.c
    query = select(review_events).order_by(log.conversation, log.seq)
    if among is not None:
        query = query.where(log.conversation.in_(list(among)))
    logs: dict[str, list[Entry]] = {}
    for row in (await transaction.execute(query)).all():
        logs.setdefault(row.conversation, []).append(_entry(row))
    return {id: tuple(entries) for id, entries in logs.items()}


def _entry(row: Row) -> Entry:
    return Entry(row.seq, as_utc(row.at), row.author, read(row.body))


async def note_reading(
    transaction: AsyncConnection,
    conversation: str,
    coach: str,
    message: int,
    entry: int,
    at: datetime,
) -> None:
    """Record that a coach has the intake open, up to a message and an entry of its log.

    Raises:
        Conflict: another page of theirs wrote the first record at the same moment, or the
            intake was erased.
    """
    mine = and_(readings.c.conversation == conversation, readings.c.coach == coach)
    far = {"last_at": at, "message": message, "entry": entry}
    changed = await transaction.execute(update(readings).where(mine).values(**far))
    if changed.rowcount == 0:
        await transaction.execute(
            insert(readings).values(conversation=conversation, coach=coach, first_at=at, **far)
        )


async def readings_of(
    transaction: AsyncConnection, among: Sequence[str]
) -> Mapping[str, tuple[Reading, ...]]:
    """Conversation id -> who has read it, the first reader first."""
    query = (
        select(readings)
        .where(readings.c.conversation.in_(list(among)))
        .order_by(readings.c.first_at, readings.c.coach)
    )
    found: dict[str, list[Reading]] = {}
    for row in (await transaction.execute(query)).all():
        found.setdefault(row.conversation, []).append(
            Reading(row.coach, as_utc(row.first_at), as_utc(row.last_at), row.message, row.entry)
        )
    return {id: tuple(read_by) for id, read_by in found.items()}
