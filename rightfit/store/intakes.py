"""Intakes as coaches read them, and as they are exported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.records import Answer, AskedQuestion, Consent, Given, Intake, Message, Need
from rightfit.store.conversations import (
    answer_versions,
    as_utc,
    conversation,
    distress_shown,
    in_force,
    messages_after,
    noticed,
)
from rightfit.store.tables import answers, conversations, distress, messages


class Content(msgspec.Struct, frozen=True):
    """One intake with its transcript and every version of every answer, oldest first.

    ``held_back`` are needs whose words are not for the coach.
    """

    intake: Intake
    transcript: tuple[Message, ...]
    versions: tuple[Answer, ...]
    held_back: tuple[Need, ...] = ()


class Head(msgspec.Struct, frozen=True):
    """One row of the list of intakes.

    ``name`` is what the client wants to be called; ``dead_letters`` counts messages that
    could not be worked on and are kept in full; ``danger_at`` is when the client last wrote
    something that may show danger, null where they never did;
    ``last_words`` is the number of the client's last message, 0 where there is none.
    """

    id: str
    state: str
    coach: str | None
    opened_at: datetime
    changed_at: datetime
    sent_at: datetime | None
    name: str | None
    dead_letters: int
    danger_at: datetime | None = None
    last_words: int = 0


async def content(transaction: AsyncConnection, id: str) -> Content | None:
    """One intake in full; null where there is none."""
    found = await conversation(transaction, id)
    if found is None:
        return None
    versions = await answer_versions(transaction, id)
    stands = await noticed(transaction, id)
    transcript = await messages_after(transaction, id, 0)
    intake = Intake(
        id=found.id,
        state=found.state,  # type: ignore[arg-type]
        coach=found.coach,
        opened_at=found.opened_at.isoformat(),
        sent_at=found.sent_at.isoformat() if found.sent_at else None,
        answers=tuple(in_force(versions).values()),
        consent=Consent(found.consent_version, found.consent_at.isoformat())
        if found.consent_version and found.consent_at
        else None,
        needs=stands.needs,
        distress=await distress_shown(transaction, id),
        outside_help=stands.outside_help,
        asked_more=_asked_more(transcript),
    )
    return Content(intake, transcript, versions, stands.held_back)


def _asked_more(transcript: Sequence[Message]) -> tuple[AskedQuestion, ...]:
    """The coach's own questions, as the client first saw them."""
    seen: dict[str, str] = {}
    for message in transcript:
        if message.author == "coach" and message.question:
            seen.setdefault(message.question, message.text)
    return tuple(AskedQuestion(id, text) for id, text in seen.items())


async def heads(transaction: AsyncConnection) -> tuple[Head, ...]:
    """All intakes with anything to read, the latest change first.

    Conversations whose client has not agreed to the intake are left out.
    """
    dead = (
        select(messages.c.conversation, func.count().label("n"))
        .where(messages.c.dead.is_(True))
        .group_by(messages.c.conversation)
        .subquery()
    )
    latest_name = (
        select(answers.c.conversation, func.max(answers.c.turn).label("turn"))
        .where(answers.c.question == "name")
        .group_by(answers.c.conversation)
        .subquery()
    )
    last_words = (
        select(messages.c.conversation, func.max(messages.c.seq).label("seq"))
        .where(messages.c.author == "client")
        .group_by(messages.c.conversation)
        .subquery()
    )
    in_danger = (
        # Whatever became of the message: somebody in danger never drops out of the list.
        select(
            distress.c.conversation,
            func.max(func.coalesce(messages.c.at, conversations.c.changed_at)).label("at"),
        )
        .join(conversations, conversations.c.id == distress.c.conversation)
        .outerjoin(
            messages,
            and_(
                messages.c.conversation == distress.c.conversation,
                messages.c.seq == distress.c.turn,
            ),
        )
        .where(distress.c.level == "crisis")
        .group_by(distress.c.conversation)
        .subquery()
    )
    consented = select(answers.c.conversation).where(answers.c.question == "consent")
    query = (
        select(
            conversations,
            func.coalesce(dead.c.n, 0).label("dead_letters"),
            answers.c.given.label("name"),
            in_danger.c.at.label("danger_at"),
            func.coalesce(last_words.c.seq, 0).label("last_words"),
        )
        .outerjoin(in_danger, in_danger.c.conversation == conversations.c.id)
        .outerjoin(last_words, last_words.c.conversation == conversations.c.id)
        .outerjoin(dead, dead.c.conversation == conversations.c.id)
        .outerjoin(latest_name, latest_name.c.conversation == conversations.c.id)
        .outerjoin(
            answers,
            and_(
                answers.c.conversation == conversations.c.id,
                answers.c.question == "name",
                answers.c.turn == latest_name.c.turn,
            ),
        )
        .where(conversations.c.id.in_(consented))
        .order_by(conversations.c.changed_at.desc(), conversations.c.id)
    )
    return tuple(
        Head(
            id=row.id,
            state=row.state,
            coach=row.coach,
            opened_at=as_utc(row.opened_at),
            changed_at=as_utc(row.changed_at),
            sent_at=as_utc(row.sent_at) if row.sent_at else None,
            name=msgspec.convert(row.name, Given).text if row.name else None,
            dead_letters=row.dead_letters,
            danger_at=as_utc(row.danger_at) if row.danger_at else None,
            last_words=row.last_words,
        )
        for row in (await transaction.execute(query)).all()
    )


async def words_of(
    transaction: AsyncConnection, among: Sequence[str]
) -> Mapping[str, tuple[str, ...]]:
    """Intake id -> all that its client has typed under questions, earlier versions too.

    It holds what is held back from coaches: to narrow a search with, and never to show.
    """
    query = select(answers.c.conversation, answers.c.given).where(
        and_(answers.c.conversation.in_(list(among)), answers.c.given.is_not(None))
    )
    found: dict[str, list[str]] = {}
    for row in (await transaction.execute(query)).all():
        text = msgspec.convert(row.given, Given).text
        if text:
            found.setdefault(row.conversation, []).append(text)
    return {id: tuple(texts) for id, texts in found.items()}
