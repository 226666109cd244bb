"""Which cards coaches have in Slack, and letters that clients in Slack were not shown yet.

Every function takes an open transaction; times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import String, and_, cast, exists, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.review_tables import review_events
from rightfit.store.slack_tables import slack_cards, slack_outbox, slack_people
from rightfit.store.tables import conversations


class Card(msgspec.Struct, frozen=True):
    """One card: what it was made of, and how often it was made."""

    conversation: str
    channel: str
    basis: str
    version: int


class Untold(msgspec.Struct, frozen=True):
    """An entry of an intake's log that its client in Slack was not shown yet."""

    conversation: str
    seq: int
    person: str
    channel: str


async def cards(transaction: AsyncConnection) -> Mapping[tuple[str, str], Card]:
    """Every card, by conversation and channel."""
    rows = (await transaction.execute(select(slack_cards))).all()
    return {
        (row.conversation, row.channel): Card(row.conversation, row.channel, row.basis, row.version)
        for row in rows
    }


async def pulse(transaction: AsyncConnection) -> tuple[str, ...]:
    """Changes whenever anything does that a card may be made of; cheap to ask for often."""
    conversation, log = conversations.c, review_events.c
    counted = select(func.count(), func.max(conversation.changed_at)).select_from(conversations)
    written = select(func.count(), func.max(log.at)).select_from(review_events)
    rows = [(await transaction.execute(query)).one() for query in (counted, written)]
    return tuple(str(value) for row in rows for value in row)


async def new_card(transaction: AsyncConnection, card: Card, at: datetime) -> None:
    """Keep that there is a card now.

    Raises:
        Conflict: (at the end of the statement) another process has just made it.
    """
    await transaction.execute(
        insert(slack_cards).values(made_at=at, **msgspec.structs.asdict(card))
    )


async def renewed(transaction: AsyncConnection, before: Card, basis: str) -> bool:
    """Keep what the card is made of now; false where another process has done so."""
    changed = await transaction.execute(
        update(slack_cards)
        .where(
            and_(
                slack_cards.c.conversation == before.conversation,
                slack_cards.c.channel == before.channel,
                slack_cards.c.version == before.version,
            )
        )
        .values(basis=basis, version=before.version + 1)
    )
    return bool(changed.rowcount == 1)


def letter_key(untold: Untold) -> str:
    """The key under which a letter goes into the outbox."""
    return f"letter|{untold.conversation}|{untold.seq}|{untold.person}"


async def letters_untold(transaction: AsyncConnection) -> tuple[Untold, ...]:
    """Letters to clients who have their intake in Slack and were not shown them there."""
    log, person = review_events.c, slack_people.c
    key = (
        literal("letter|")
        .concat(log.conversation)
        .concat("|")
        .concat(cast(log.seq, String))
        .concat("|")
        .concat(person.person)
    )
    query = (
        select(log.conversation, log.seq, person.person, person.channel)
        .join(slack_people, person.conversation == log.conversation)
        .where(
            and_(
                log.kind == "LetterSent",
                # What was written before they came to Slack, they have had elsewhere.
                log.at >= person.made_at,
                ~exists().where(slack_outbox.c.key == key),
            )
        )
    )
    rows = (await transaction.execute(query)).all()
    return tuple(Untold(row.conversation, row.seq, row.person, row.channel) for row in rows)
