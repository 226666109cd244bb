"""Conversations and their turns.

Every function takes an open transaction; the caller decides what belongs together.
Times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, delete, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.records import (
    Answer,
    DistressShown,
    Given,
    Message,
    Noticings,
    OnScreen,
    Progress,
    ShownChoice,
)
from rightfit.store import audit
from rightfit.store.database import Conflict
from rightfit.store.handing_on_tables import handed_on
from rightfit.store.moments import as_utc as as_utc
from rightfit.store.tables import (
    answers,
    conversations,
    distress,
    erasures,
    events,
    inbox,
    messages,
    notices,
    tokens,
)


class Conversation(msgspec.Struct, frozen=True):
    """A conversation without its content."""

    id: str
    channel: str
    locale: str | None
    state: str
    coach: str | None
    opened_at: datetime
    changed_at: datetime
    sent_at: datetime | None
    consent_version: str | None
    consent_at: datetime | None
    last_seq: int
    last_event: int
    on_screen: OnScreen
    progress: Progress
    allowance: float
    allowance_at: datetime


class Turn(msgspec.Struct, frozen=True):
    """All that one turn writes, in one transaction; ``noticed`` null leaves it as it was."""

    inbound: int
    messages: tuple[Message, ...]
    events: tuple[dict[str, Any], ...]
    answers: tuple[Answer, ...]
    state: str
    coach: str | None
    on_screen: OnScreen
    progress: Progress
    sent_at: datetime | None
    consent_version: str | None = None
    dead: bool = False
    noticed: Noticings | None = None
    distress: DistressShown | None = None


# Statements of every turn are made once: SQLAlchemy takes longer to put one together than
# the database to run it.
_CONVERSATION = select(
    *(column for column in conversations.c if column.name != "receipt_hash")
).where(conversations.c.id == bindparam("of"))
_LOCKED = _CONVERSATION.with_for_update()
_OF_TOKEN = select(tokens.c.conversation).where(tokens.c.hash == bindparam("token_hash"))
_MOVE_ON = update(conversations).where(
    and_(
        conversations.c.id == bindparam("of"),
        conversations.c.last_seq == bindparam("from_seq"),
        conversations.c.last_event == bindparam("from_event"),
    )
)
_HAVE_TURN = update(inbox).where(
    and_(inbox.c.id == bindparam("inbound"), inbox.c.done_at.is_(None))
)
_TO_MESSAGES = insert(messages)
_TO_EVENTS, _TO_ANSWERS = insert(events), insert(answers)


def _conversation(row: Row) -> Conversation:
    return Conversation(
        **{
            **row._mapping,
            "opened_at": as_utc(row.opened_at),
            "changed_at": as_utc(row.changed_at),
            "sent_at": as_utc(row.sent_at) if row.sent_at else None,
            "consent_at": as_utc(row.consent_at) if row.consent_at else None,
            "allowance_at": as_utc(row.allowance_at),
            "on_screen": msgspec.convert(row.on_screen, OnScreen),
            "progress": msgspec.convert(row.progress, Progress),
        }
    )


async def open_conversation(
    transaction: AsyncConnection,
    *,
    id: str,
    receipt_hash: str,
    token_hash: str,
    channel: str,
    coach: str | None,
    locale: str | None,
    progress: Progress,
    burst: float,
    at: datetime,
) -> None:
    """Make an empty conversation with its first token; ``burst`` is its first allowance."""
    await transaction.execute(
        insert(conversations).values(
            id=id,
            receipt_hash=receipt_hash,
            channel=channel,
            locale=locale,
            state="open",
            coach=coach,
            opened_at=at,
            changed_at=at,
            last_seq=0,
            last_event=0,
            on_screen={},
            progress=msgspec.to_builtins(progress),
            allowance=burst,
            allowance_at=at,
        )
    )
    await add_token(transaction, id, token_hash, at)


async def add_token(
    transaction: AsyncConnection, conversation: str, token_hash: str, at: datetime
) -> None:
    """Let one more device into the conversation."""
    await transaction.execute(
        insert(tokens).values(hash=token_hash, conversation=conversation, made_at=at)
    )


async def conversation_of_token(transaction: AsyncConnection, token_hash: str) -> str | None:
    """The id of the conversation that a token opens."""
    found = await transaction.execute(_OF_TOKEN, {"token_hash": token_hash})
    return found.scalar_one_or_none()


async def conversation_of_receipt(transaction: AsyncConnection, receipt_hash: str) -> str | None:
    """The id of the conversation that a receipt code belongs to."""
    found = await transaction.execute(
        select(conversations.c.id).where(conversations.c.receipt_hash == receipt_hash)
    )
    return found.scalar_one_or_none()


async def conversation(transaction: AsyncConnection, id: str) -> Conversation | None:
    """One conversation without its content."""
    row = (await transaction.execute(_CONVERSATION, {"of": id})).first()
    return _conversation(row) if row else None


async def lock(transaction: AsyncConnection, id: str) -> Conversation | None:
    """The same, with its row held until the transaction ends."""
    row = (await transaction.execute(_LOCKED, {"of": id})).first()
    return _conversation(row) if row else None


async def events_of(
    transaction: AsyncConnection, conversation: str, up_to: int
) -> tuple[dict[str, Any], ...]:
    """The events of the conversation up to a number, as Rasa wrote them."""
    query = select(events.c.body).where(
        and_(events.c.conversation == conversation, events.c.seq <= up_to)
    )
    query = query.order_by(events.c.seq)
    return tuple((await transaction.execute(query)).scalars())


async def messages_after(
    transaction: AsyncConnection, conversation: str, after: int, up_to: int | None = None
) -> tuple[Message, ...]:
    """The transcript after a sequence number, in order."""
    query = select(messages).where(
        and_(messages.c.conversation == conversation, messages.c.seq > after)
    )
    if up_to is not None:
        query = query.where(messages.c.seq <= up_to)
    rows = (await transaction.execute(query.order_by(messages.c.seq))).all()
    return tuple(
        Message(
            seq=row.seq,
            id=row.id,
            author=row.author,
            text=row.text,
            at=as_utc(row.at),
            response=row.response,
            question=row.question,
            choices=msgspec.convert(row.choices or (), tuple[ShownChoice, ...]),
            multiple=row.multiple,
            dead=row.dead,
        )
        for row in rows
    )


async def answer_versions(transaction: AsyncConnection, conversation: str) -> tuple[Answer, ...]:
    """Every version of every answer, oldest first."""
    query = (
        select(answers)
        .where(answers.c.conversation == conversation)
        .order_by(answers.c.turn, answers.c.question)
    )
    rows = (await transaction.execute(query)).all()
    return tuple(
        Answer(
            question=row.question,
            given=None if row.given is None else msgspec.convert(row.given, Given),
            turn=row.turn,
            at=as_utc(row.at).isoformat(),
        )
        for row in rows
    )


def in_force(versions: Sequence[Answer]) -> dict[str, Answer]:
    """Question id -> the latest version, where that was not taken out."""
    latest = {answer.question: answer for answer in versions}
    return {question: answer for question, answer in latest.items() if answer.given is not None}


async def noticed(transaction: AsyncConnection, conversation: str) -> Noticings:
    """What stands of the client's needs and wishes for outside help."""
    query = select(notices.c.body).where(notices.c.conversation == conversation)
    body = (await transaction.execute(query)).scalar_one_or_none()
    return msgspec.convert(body or {}, Noticings)


async def distress_shown(
    transaction: AsyncConnection, conversation: str
) -> tuple[DistressShown, ...]:
    """The messages that showed distress, oldest first."""
    query = select(distress).where(distress.c.conversation == conversation)
    rows = (await transaction.execute(query.order_by(distress.c.turn))).all()
    return tuple(DistressShown(row.level, row.quote, row.question, row.turn) for row in rows)


async def write_turn(
    transaction: AsyncConnection, before: Conversation, turn: Turn, at: datetime
) -> None:
    """Write a turn onto the state that it was played on.

    Raises:
        Conflict: the conversation has moved since ``before`` was read, or is gone.
    """
    first, last = before.last_seq + 1, before.last_seq + len(turn.messages)
    changed = {
        "of": before.id,
        "from_seq": before.last_seq,
        "from_event": before.last_event,
        "state": turn.state,
        "coach": turn.coach,
        "changed_at": at,
        "sent_at": turn.sent_at,
        "last_seq": last,
        "last_event": before.last_event + len(turn.events),
        "on_screen": msgspec.to_builtins(turn.on_screen),
        "progress": msgspec.to_builtins(turn.progress),
    }
    if turn.consent_version is not None:
        changed |= {"consent_version": turn.consent_version, "consent_at": at}
    # This takes the row's lock: whoever else writes comes before or after all that follows.
    if (await transaction.execute(_MOVE_ON, changed)).rowcount != 1:
        raise Conflict("the conversation has moved on")
    had = {
        "inbound": turn.inbound,
        "done_at": at,
        # The transcript has the words now; they stand in the store once.
        "body": None,
        "dead": turn.dead,
        "first_seq": first,
        "last_seq": last,
        "progress": changed["progress"],
    }
    if (await transaction.execute(_HAVE_TURN, had)).rowcount != 1:
        raise Conflict("the message has had its turn")
    if turn.messages:
        await transaction.execute(
            _TO_MESSAGES, [_message_row(before.id, message) for message in turn.messages]
        )
    if turn.events:
        await transaction.execute(
            _TO_EVENTS,
            [
                {"conversation": before.id, "seq": before.last_event + 1 + at_, "body": body}
                for at_, body in enumerate(turn.events)
            ],
        )
    if turn.answers:
        await transaction.execute(
            _TO_ANSWERS,
            [
                {
                    "conversation": before.id,
                    "question": answer.question,
                    "given": msgspec.to_builtins(answer.given),
                    "turn": answer.turn,
                    "at": at,
                }
                for answer in turn.answers
            ],
        )
    if turn.noticed is not None:
        await _write_notices(transaction, before.id, turn.noticed)
    if turn.distress is not None:
        shown = msgspec.structs.asdict(turn.distress)
        await transaction.execute(insert(distress).values(conversation=before.id, **shown))


async def _write_notices(transaction: AsyncConnection, conversation: str, new: Noticings) -> None:
    body = msgspec.to_builtins(new)
    changed = await transaction.execute(
        update(notices).where(notices.c.conversation == conversation).values(body=body)
    )
    if changed.rowcount == 0:
        await transaction.execute(insert(notices).values(conversation=conversation, body=body))


def _message_row(conversation: str, message: Message) -> dict[str, Any]:
    return {
        "conversation": conversation,
        **msgspec.structs.asdict(message),
        "choices": msgspec.to_builtins(message.choices) or None,
    }


async def forget_content(transaction: AsyncConnection, conversation: str, keep_from: int) -> None:
    """Delete what was written before message ``keep_from``: no consent, nothing kept.

    What waits for its turn goes too.
    """
    for table in (events, answers, notices, distress):
        await transaction.execute(delete(table).where(table.c.conversation == conversation))
    await transaction.execute(
        delete(inbox).where(
            and_(
                inbox.c.conversation == conversation,
                inbox.c.done_at.is_(None),
            )
        )
    )
    await transaction.execute(
        delete(messages).where(
            and_(
                messages.c.conversation == conversation,
                messages.c.seq < keep_from,
            )
        )
    )


async def erase(
    transaction: AsyncConnection, conversation: str, at: datetime, by: str = "client"
) -> str | None:
    """Delete a conversation with everything in it; only the hash of its receipt and the time stay.

    That it was done, and ``by`` whom, goes into the record.

    Returns:
        The receipt's hash; null where there is no such conversation.
    """
    query = select(conversations.c.receipt_hash).where(conversations.c.id == conversation)
    receipt_hash = (await transaction.execute(query.with_for_update())).scalar_one_or_none()
    if receipt_hash is None:
        return None
    # What was handed on to another coach of this practice goes with it; nothing of a client's is
    # left where they cannot see it.
    copies = select(handed_on.c.conversation).where(handed_on.c.origin == conversation)
    for copy in (await transaction.execute(copies)).scalars().all():
        await erase(transaction, copy, at, by)
    for table in (tokens, inbox, messages, events, answers, notices, distress):
        await transaction.execute(delete(table).where(table.c.conversation == conversation))
    await transaction.execute(delete(conversations).where(conversations.c.id == conversation))
    await transaction.execute(insert(erasures).values(receipt_hash=receipt_hash, at=at))
    await audit.note(transaction, "intake_erased", by, at, intake=conversation)
    return str(receipt_hash)


async def erased_at(transaction: AsyncConnection, receipt_hash: str) -> datetime | None:
    """When the intake of a receipt was erased, if it was."""
    query = select(erasures.c.at).where(erasures.c.receipt_hash == receipt_hash)
    at = (await transaction.execute(query)).scalar_one_or_none()
    return as_utc(at) if at else None
