"""What is to be posted to Slack: in order for each channel, at least once, looked up in doubt.

Every function takes an open transaction; times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

import msgspec
from sqlalchemy import and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.conversations import as_utc
from rightfit.store.slack_tables import slack_outbox

App = Literal["clients", "coaches"]
Method = Literal["post", "update", "delete", "ephemeral"]

#: Slack takes about one message a second for each channel.
ONE_A_CHANNEL = timedelta(seconds=1)


class Outbound(msgspec.Struct, frozen=True):
    """One thing to be done in Slack.

    ``tried_at`` is when it was last sent without an answer: it may have arrived. ``target`` is
    the channel and ts of the message that it changes, null where that has not arrived yet.
    """

    id: int
    app: App
    key: str
    channel: str
    method: Method
    body: dict[str, Any]
    mark: str
    attempts: int
    tried_at: datetime | None
    target: tuple[str, str] | None


async def put(
    transaction: AsyncConnection,
    *,
    app: App,
    key: str,
    channel: str,
    method: Method,
    body: dict[str, Any],
    at: datetime,
    about: str | None = None,
    conversation: str | None = None,
    transcript: bool = False,
    seq: int | None = None,
    live: bool = False,
) -> bool:
    """Put something into the outbox; false where it is there already under this key."""
    known = select(slack_outbox.c.id).where(slack_outbox.c.key == key)
    if (await transaction.execute(known)).first() is not None:
        return False
    await transaction.execute(
        insert(slack_outbox).values(
            app=app,
            key=key,
            channel=channel,
            method=method,
            about=about,
            body=body,
            mark=str(uuid4()),
            conversation=conversation,
            transcript=transcript,
            seq=seq,
            live=live,
            made_at=at,
            attempts=0,
            not_before=at,
        )
    )
    return True


async def claim(
    transaction: AsyncConnection, app: App, now: datetime, lease: timedelta, most: int
) -> tuple[Outbound, ...]:
    """The oldest row of each channel that may go now, claimed for as long as the lease."""
    box, earlier, lately = slack_outbox.c, slack_outbox.alias(), slack_outbox.alias()
    due = (
        select(slack_outbox)
        .where(
            and_(
                box.app == app,
                box.done_at.is_(None),
                box.not_before <= now,
                or_(box.claimed_until.is_(None), box.claimed_until <= now),
                ~exists().where(
                    and_(
                        earlier.c.app == app,
                        earlier.c.channel == box.channel,
                        earlier.c.done_at.is_(None),
                        earlier.c.id < box.id,
                    )
                ),
                ~exists().where(
                    and_(
                        lately.c.app == app,
                        lately.c.channel == box.channel,
                        lately.c.done_at > now - ONE_A_CHANNEL,
                    )
                ),
            )
        )
        .order_by(box.id)
        .limit(most)
    )
    mine: list[Outbound] = []
    for row in (await transaction.execute(due)).all():
        taken = await transaction.execute(
            update(slack_outbox)
            .where(
                and_(
                    box.id == row.id,
                    box.done_at.is_(None),
                    or_(box.claimed_until.is_(None), box.claimed_until <= now),
                )
            )
            .values(claimed_until=now + lease, attempts=box.attempts + 1, tried_at=now)
        )
        if taken.rowcount == 1:
            target = await place_of(transaction, row.about) if row.about else None
            mine.append(
                Outbound(
                    row.id,
                    row.app,
                    row.key,
                    row.channel,
                    row.method,
                    row.body or {},
                    row.mark,
                    row.attempts + 1,
                    row.tried_at,
                    target,
                )
            )
    return tuple(mine)


async def place_of(transaction: AsyncConnection, key: str) -> tuple[str, str] | None:
    """Channel and ts of what was posted under a key, if it has arrived."""
    query = select(slack_outbox.c.arrived_in, slack_outbox.c.ts).where(slack_outbox.c.key == key)
    row = (await transaction.execute(query)).first()
    return (row.arrived_in, row.ts) if row and row.ts and row.arrived_in else None


async def arrived(
    transaction: AsyncConnection, id: int, at: datetime, channel: str | None, ts: str | None
) -> None:
    """It was done, and Slack calls the message so. Its words stand in the transcript alone."""
    await transaction.execute(
        update(slack_outbox)
        .where(slack_outbox.c.id == id)
        .values(
            done_at=at,
            body=None,
            claimed_until=None,
            tried_at=None,
            ts=func.coalesce(ts, slack_outbox.c.ts),
            arrived_in=func.coalesce(channel, slack_outbox.c.arrived_in),
        )
    )


async def put_off(
    transaction: AsyncConnection,
    id: int,
    until: datetime,
    fault: str,
    *,
    may_have_arrived: datetime | None,
) -> None:
    """It did not work; ``may_have_arrived`` is since when that is not sure."""
    await transaction.execute(
        update(slack_outbox)
        .where(slack_outbox.c.id == id)
        .values(
            not_before=until,
            claimed_until=None,
            fault=fault[:80],
            tried_at=may_have_arrived,
        )
    )


async def hold(transaction: AsyncConnection, app: App, until: datetime) -> None:
    """Nothing of this app goes before a time: Slack has said so."""
    box = slack_outbox.c
    await transaction.execute(
        update(slack_outbox)
        .where(and_(box.app == app, box.done_at.is_(None), box.not_before < until))
        .values(not_before=until)
    )


async def give_up(transaction: AsyncConnection, id: int, at: datetime, fault: str) -> None:
    """Slack will never take it; the next in its channel may go."""
    await transaction.execute(
        update(slack_outbox)
        .where(slack_outbox.c.id == id)
        .values(done_at=at, body=None, claimed_until=None, fault=fault[:80])
    )


async def next_due(transaction: AsyncConnection, app: App, now: datetime) -> datetime | None:
    """When the next row may go; null where nothing waits."""
    box = slack_outbox.c
    waiting = and_(box.app == app, box.done_at.is_(None))
    at = (await transaction.execute(select(func.min(box.not_before)).where(waiting))).scalar()
    return max(as_utc(at), now + ONE_A_CHANNEL) if at else None


async def seen_at(transaction: AsyncConnection, conversation: str, channel: str, ts: str) -> int:
    """The last message of a conversation that stood in a channel of Slack when ``ts`` came."""
    box = slack_outbox.c
    query = select(func.max(box.seq)).where(
        and_(
            box.conversation == conversation,
            box.arrived_in == channel,
            box.method == "post",
            box.ts < ts,
        )
    )
    return (await transaction.execute(query)).scalar_one_or_none() or 0


async def live_before(
    transaction: AsyncConnection, conversation: str, seq: int
) -> tuple[tuple[str, int], ...]:
    """Key and number of the posts whose buttons a later message has made void."""
    box = slack_outbox.c
    query = (
        select(box.key, box.seq)
        .where(
            and_(
                box.conversation == conversation,
                box.live.is_(True),
                box.seq < seq,
            )
        )
        .order_by(box.id)
    )
    return tuple((row.key, row.seq) for row in (await transaction.execute(query)).all())


async def not_live(transaction: AsyncConnection, keys: Sequence[str]) -> None:
    """The buttons of these are being taken away."""
    await transaction.execute(
        update(slack_outbox).where(slack_outbox.c.key.in_(list(keys))).values(live=False)
    )


async def left_behind(transaction: AsyncConnection) -> tuple[tuple[App, str, str], ...]:
    """App, key and channel of posts that still stand in Slack though their intake was erased."""
    box, taken = slack_outbox.c, slack_outbox.alias()
    query = select(box.app, box.key, box.channel).where(
        and_(
            box.transcript.is_(True),
            box.conversation.is_(None),
            box.ts.is_not(None),
            box.method == "post",
            ~exists().where(and_(taken.c.about == box.key, taken.c.method == "delete")),
        )
    )
    return tuple((row.app, row.key, row.channel) for row in (await transaction.execute(query)))


async def drop_unsent_of_erased(transaction: AsyncConnection, at: datetime) -> int:
    """What waits to be posted of an erased intake is not posted any more; how many rows."""
    box = slack_outbox.c
    gone = await transaction.execute(
        update(slack_outbox)
        .where(
            and_(
                box.transcript.is_(True),
                box.conversation.is_(None),
                box.done_at.is_(None),
                box.tried_at.is_(None),
            )
        )
        .values(done_at=at, body=None, fault="erased")
    )
    return int(gone.rowcount)


async def forget_done(transaction: AsyncConnection, before: datetime) -> int:
    """Drop what was done before a time and belongs to no conversation; how many rows."""
    box, taken = slack_outbox.c, slack_outbox.alias()
    gone = await transaction.execute(
        delete(slack_outbox).where(
            and_(
                box.done_at < before,
                box.conversation.is_(None),
                or_(
                    box.transcript.is_(False),
                    box.method != "post",
                    exists().where(
                        and_(
                            taken.c.about == box.key,
                            taken.c.method == "delete",
                            taken.c.done_at.is_not(None),
                        )
                    ),
                ),
            )
        )
    )
    return int(gone.rowcount)
