"""What Slack delivered, and which conversation a person in Slack has.

Every function takes an open transaction; times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.conversations import as_utc
from rightfit.store.slack_tables import slack_deliveries, slack_people, slack_proposals
from rightfit.store.tables import answers, inbox


class SlackPerson(msgspec.Struct, frozen=True):
    """A client in Slack; ``handed_over`` is the last message that went to the outbox."""

    team: str
    person: str
    conversation: str
    channel: str
    handed_over: int


class Delivery(msgspec.Struct, frozen=True):
    """One thing that Slack has delivered and that waits to be worked on.

    ``ts`` is Slack's name for the message that it is about.
    """

    id: int
    key: str
    team: str
    person: str
    channel: str
    ts: str
    body: dict[str, Any]
    attempts: int


async def person_of(transaction: AsyncConnection, team: str, person: str) -> SlackPerson | None:
    """The conversation that somebody in Slack has, if they have one."""
    query = select(slack_people).where(
        and_(slack_people.c.team == team, slack_people.c.person == person)
    )
    row = (await transaction.execute(query)).first()
    return _person(row) if row else None


def _person(row: Row) -> SlackPerson:
    return SlackPerson(row.team, row.person, row.conversation, row.channel, row.handed_over)


async def people_of(transaction: AsyncConnection, conversation: str) -> tuple[SlackPerson, ...]:
    """Who has this conversation in Slack."""
    query = select(slack_people).where(slack_people.c.conversation == conversation)
    return tuple(_person(row) for row in (await transaction.execute(query)).all())


async def bind_person(
    transaction: AsyncConnection,
    team: str,
    person: str,
    channel: str,
    conversation: str,
    handed_over: int,
    at: datetime,
) -> None:
    """From now on this is the conversation of that person, in place of any other.

    Raises:
        Conflict: (at the end of the statement) another process bound them at that moment.
    """
    mine = and_(slack_people.c.team == team, slack_people.c.person == person)
    to = {"conversation": conversation, "channel": channel, "handed_over": handed_over}
    changed = await transaction.execute(update(slack_people).where(mine).values(**to))
    if changed.rowcount == 0:
        await transaction.execute(
            insert(slack_people).values(team=team, person=person, made_at=at, **to)
        )


async def move_person(transaction: AsyncConnection, person: SlackPerson, channel: str) -> None:
    """Their direct message has this id."""
    await transaction.execute(
        update(slack_people)
        .where(and_(slack_people.c.team == person.team, slack_people.c.person == person.person))
        .values(channel=channel)
    )


async def hand_over(transaction: AsyncConnection, person: SlackPerson, seq: int) -> bool:
    """Move on what was handed to the outbox; false where somebody else has moved it."""
    changed = await transaction.execute(
        update(slack_people)
        .where(
            and_(
                slack_people.c.team == person.team,
                slack_people.c.person == person.person,
                slack_people.c.conversation == person.conversation,
                slack_people.c.handed_over == person.handed_over,
            )
        )
        .values(handed_over=seq)
    )
    return bool(changed.rowcount == 1)


async def turns_after(
    transaction: AsyncConnection, conversation: str, after: int, channel: str
) -> tuple[tuple[int, int], ...]:
    """First and last message of each turn after a message that is to be said in a channel."""
    query = (
        select(inbox.c.first_seq, inbox.c.last_seq)
        .where(
            and_(
                inbox.c.conversation == conversation,
                # What a coach asks more is said wherever the client is.
                or_(inbox.c.channel == channel, inbox.c.kind == "ask"),
                inbox.c.done_at.is_not(None),
                inbox.c.last_seq > after,
                inbox.c.last_seq >= inbox.c.first_seq,
            )
        )
        .order_by(inbox.c.last_seq)
    )
    rows = (await transaction.execute(query)).all()
    return tuple((row.first_seq, row.last_seq) for row in rows)


async def people_behind(transaction: AsyncConnection) -> tuple[SlackPerson, ...]:
    """Those with a turn from Slack whose replies were not handed to the outbox yet."""
    query = (
        select(slack_people)
        .join(inbox, inbox.c.conversation == slack_people.c.conversation)
        .where(
            and_(
                or_(inbox.c.channel == "slack", inbox.c.kind == "ask"),
                inbox.c.done_at.is_not(None),
                inbox.c.last_seq > slack_people.c.handed_over,
                inbox.c.last_seq >= inbox.c.first_seq,
            )
        )
        .distinct()
    )
    return tuple(_person(row) for row in (await transaction.execute(query)).all())


# --- what was delivered ------------------------------------------------------------------------


async def take_in(
    transaction: AsyncConnection,
    *,
    key: str,
    team: str,
    person: str,
    channel: str,
    ts: str,
    body: dict[str, Any],
    at: datetime,
) -> None:
    """Keep what Slack has delivered; after the commit it may be acknowledged.

    Raises:
        Conflict: (at the end of the statement) it was delivered before.
    """
    await transaction.execute(
        insert(slack_deliveries).values(
            key=key,
            team=team,
            person=person,
            channel=channel,
            ts=ts,
            body=body,
            received_at=at,
            not_before=at,
            attempts=0,
        )
    )


async def next_delivery(
    transaction: AsyncConnection, team: str, person: str, now: datetime
) -> Delivery | None:
    """The oldest delivery of a person that waits; null also where that one is to wait on."""
    query = (
        select(slack_deliveries)
        .where(
            and_(
                slack_deliveries.c.team == team,
                slack_deliveries.c.person == person,
                slack_deliveries.c.done_at.is_(None),
            )
        )
        .order_by(slack_deliveries.c.id)
        .limit(1)
    )
    row = (await transaction.execute(query)).first()
    if row is None or as_utc(row.not_before) > now:
        return None
    return Delivery(
        row.id, row.key, row.team, row.person, row.channel, row.ts, row.body or {}, row.attempts
    )


async def people_waiting(
    transaction: AsyncConnection, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Team and person of every delivery that waits and is due."""
    query = (
        select(slack_deliveries.c.team, slack_deliveries.c.person)
        .where(and_(slack_deliveries.c.done_at.is_(None), slack_deliveries.c.not_before <= now))
        .distinct()
    )
    return tuple((row.team, row.person) for row in (await transaction.execute(query)).all())


async def finish_delivery(
    transaction: AsyncConnection,
    delivery: int,
    at: datetime,
    conversation: str | None = None,
    seq: int | None = None,
) -> None:
    """It was worked on, and became this message; its words stand in the transcript now."""
    await transaction.execute(
        update(slack_deliveries)
        .where(slack_deliveries.c.id == delivery)
        .values(done_at=at, body=None, conversation=conversation, seq=seq)
    )


async def postpone_delivery(transaction: AsyncConnection, delivery: int, until: datetime) -> None:
    """It did not work now; the person's later deliveries wait behind it."""
    await transaction.execute(
        update(slack_deliveries)
        .where(slack_deliveries.c.id == delivery)
        .values(not_before=until, attempts=slack_deliveries.c.attempts + 1)
    )


async def became(transaction: AsyncConnection, channel: str, ts: str) -> tuple[str, int] | None:
    """The conversation and message that a client's message in Slack became, if it did."""
    query = select(slack_deliveries.c.conversation, slack_deliveries.c.seq).where(
        and_(
            slack_deliveries.c.channel == channel,
            slack_deliveries.c.ts == ts,
            slack_deliveries.c.seq.is_not(None),
            slack_deliveries.c.conversation.is_not(None),
        )
    )
    row = (await transaction.execute(query.order_by(slack_deliveries.c.id.desc()))).first()
    return (row.conversation, row.seq) if row else None


async def answers_of_turn(
    transaction: AsyncConnection, conversation: str, seq: int
) -> tuple[str, ...]:
    """The questions whose answer in force came from this message."""
    latest = (
        select(answers.c.question, func.max(answers.c.turn).label("turn"))
        .where(answers.c.conversation == conversation)
        .group_by(answers.c.question)
        .subquery()
    )
    query = select(latest.c.question).where(latest.c.turn == seq)
    return tuple((await transaction.execute(query)).scalars())


class Proposal(msgspec.Struct, frozen=True):
    """A change that waits for a client's yes: ``words`` for ``question``, null to take out.

    ``late`` is what came while the next question was asked, and may belong to that.
    """

    id: str
    conversation: str
    question: str | None
    words: str | None
    late: str | None = None


async def propose(transaction: AsyncConnection, proposal: Proposal, at: datetime) -> None:
    """Keep a proposal until it is answered; again under the same id changes nothing."""
    known = select(slack_proposals.c.id).where(slack_proposals.c.id == proposal.id)
    if (await transaction.execute(known)).first() is None:
        await transaction.execute(
            insert(slack_proposals).values(
                id=proposal.id,
                conversation=proposal.conversation,
                question=proposal.question,
                body={"words": proposal.words, "late": proposal.late},
                made_at=at,
            )
        )


async def proposal_of(transaction: AsyncConnection, id: str) -> Proposal | None:
    """A proposal that was not answered yet."""
    query = select(slack_proposals).where(slack_proposals.c.id == id)
    row = (await transaction.execute(query)).first()
    return Proposal(row.id, row.conversation, row.question, **row.body) if row else None


async def drop_proposal(transaction: AsyncConnection, id: str) -> None:
    """It was answered."""
    await transaction.execute(delete(slack_proposals).where(slack_proposals.c.id == id))


async def forget_deliveries(transaction: AsyncConnection, before: datetime) -> int:
    """Drop what was worked on before a time and belongs to no conversation; how many rows.

    Slack's last retry comes five minutes after the first try.
    """
    gone = await transaction.execute(
        delete(slack_deliveries).where(
            and_(
                slack_deliveries.c.done_at < before,
                slack_deliveries.c.conversation.is_(None),
            )
        )
    )
    return int(gone.rowcount)


#: How long the key of a delivery that belongs to nothing any more is kept.
REMEMBERED_FOR = timedelta(days=2)
