"""How much there is to read in each of many intakes, without reading them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.tables import answers, conversations, messages


class Tally(msgspec.Struct, frozen=True):
    """Counts of one intake.

    ``answered`` and ``skipped`` count questions by what stands under them now, consent and
    recap aside; ``after_sending`` counts what the client wrote since it was last sent, and is
    0 while it is open.
    """

    answered: int = 0
    skipped: int = 0
    after_sending: int = 0


async def tallies(transaction: AsyncConnection, intakes: Sequence[str]) -> Mapping[str, Tally]:
    """Intake id -> its counts, for those that hold an answer."""
    latest = (
        select(answers.c.conversation, answers.c.question, func.max(answers.c.turn).label("turn"))
        .where(answers.c.conversation.in_(intakes))
        .group_by(answers.c.conversation, answers.c.question)
        .subquery()
    )
    in_force = select(answers.c.conversation, answers.c.question, answers.c.given).join(
        latest,
        and_(
            answers.c.conversation == latest.c.conversation,
            answers.c.question == latest.c.question,
            answers.c.turn == latest.c.turn,
        ),
    )
    after = await _after_sending(transaction, intakes)
    counted: dict[str, Tally] = {}
    for row in (await transaction.execute(in_force)).all():
        so_far = counted.get(row.conversation, Tally(after_sending=after.get(row.conversation, 0)))
        if row.given is not None and row.question not in ("consent", "recap"):
            kind = "skipped" if row.given["kind"] == "skipped" else "answered"
            so_far = msgspec.structs.replace(so_far, **{kind: getattr(so_far, kind) + 1})
        counted[row.conversation] = so_far
    return counted


async def _after_sending(transaction: AsyncConnection, intakes: Sequence[str]) -> Mapping[str, int]:
    sent = (
        select(answers.c.conversation, func.max(answers.c.turn).label("turn"))
        .where(and_(answers.c.conversation.in_(intakes), answers.c.question == "recap"))
        .group_by(answers.c.conversation)
        .subquery()
    )
    query = (
        select(messages.c.conversation, func.count().label("n"))
        .join(sent, sent.c.conversation == messages.c.conversation)
        .join(conversations, conversations.c.id == messages.c.conversation)
        .where(
            and_(
                conversations.c.state == "sent",
                messages.c.author == "client",
                messages.c.seq > sent.c.turn,
            )
        )
        .group_by(messages.c.conversation)
    )
    return {row.conversation: row.n for row in (await transaction.execute(query)).all()}
