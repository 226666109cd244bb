"""How far clients get, counted over all intakes that are kept; nobody is named."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import and_, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.tables import conversations, messages


class Funnel(msgspec.Struct, frozen=True):
    """Counts of intakes: opened, agreed to, sent; and by question, those that reached it."""

    opened: int
    agreed: int
    sent: int
    reached: Mapping[str, int]


async def funnel(transaction: AsyncConnection) -> Funnel:
    """The counts of all intakes that are kept. An intake counts once at each question."""
    whole = select(
        func.count(),
        func.count(conversations.c.consent_at),
        func.count(conversations.c.sent_at),
    ).select_from(conversations)
    opened, agreed, sent = (await transaction.execute(whole)).one()
    query = (
        select(messages.c.question, func.count(distinct(messages.c.conversation)).label("n"))
        .where(and_(messages.c.author == "assistant", messages.c.question.is_not(None)))
        .group_by(messages.c.question)
    )
    reached = {row.question: row.n for row in (await transaction.execute(query)).all()}
    return Funnel(opened, agreed, sent, reached)
