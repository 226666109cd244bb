"""Packets on their way to another coach, and intakes that came in as one.

Every function takes an open transaction; times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import and_, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.records import Answer, Message, Need, Noticings, OnScreen, Progress
from rightfit.store import conversations, inbox
from rightfit.store.conversations import Turn
from rightfit.store.handing_on_tables import handed_on, packets

#: The channel of an intake that came in as a packet: nobody chats on it.
CHANNEL = "packet"


class CameFrom(msgspec.Struct, frozen=True):
    """Whence an intake came in: the practice, the coach, and the signer's key in short."""

    practice: str
    coach: str
    fingerprint: str


async def keep_packet(
    transaction: AsyncConnection, conversation: str, seq: int, body: str, good_until: datetime
) -> None:
    """Keep a packet, word for word, for as long as its link works."""
    await transaction.execute(
        insert(packets).values(
            conversation=conversation, seq=seq, body={"packet": body}, good_until=good_until
        )
    )


async def packet(
    transaction: AsyncConnection, conversation: str, seq: int, now: datetime
) -> str | None:
    """The packet of one entry; null where it is over, or was erased."""
    query = select(packets.c.body).where(
        and_(
            packets.c.conversation == conversation,
            packets.c.seq == seq,
            packets.c.good_until > now,
        )
    )
    body: Any = (await transaction.execute(query)).scalar_one_or_none()
    return str(body["packet"]) if body else None


async def taken_in(transaction: AsyncConnection, digest: str) -> str | None:
    """The intake that a packet has become here; null where it was not taken in."""
    query = select(handed_on.c.conversation).where(handed_on.c.digest == digest)
    return (await transaction.execute(query)).scalar_one_or_none()


async def came_from(transaction: AsyncConnection, conversation: str) -> CameFrom | None:
    """Whence an intake came in; null where its client answered it here."""
    query = select(handed_on.c.came_from).where(handed_on.c.conversation == conversation)
    body = (await transaction.execute(query)).scalar_one_or_none()
    return msgspec.convert(body, CameFrom) if body else None


async def copies_of(transaction: AsyncConnection, origin: str) -> tuple[str, ...]:
    """The intakes here that came out of another one."""
    query = select(handed_on.c.conversation).where(handed_on.c.origin == origin)
    return tuple((await transaction.execute(query.order_by(handed_on.c.at))).scalars())


async def take_in(
    transaction: AsyncConnection,
    *,
    id: str,
    receipt_hash: str,
    token_hash: str,
    coach: str,
    answers: Sequence[tuple[Answer, str, str]],
    needs: Sequence[Need],
    digest: str,
    origin: str | None,
    whence: CameFrom,
    consent_version: str | None,
    at: datetime,
) -> None:
    """Write a packet as a sent intake of a coach: each answer a question and the client's words.

    ``answers`` come with the title of their question and their words.

    Raises:
        Conflict: (at the end of the statement) this packet was taken in before.
    """
    await conversations.open_conversation(
        transaction,
        id=id,
        receipt_hash=receipt_hash,
        token_hash=token_hash,
        channel=CHANNEL,
        coach=coach,
        locale=None,
        progress=Progress(1, 1, ""),
        burst=0,
        at=at,
    )
    await transaction.execute(
        insert(handed_on).values(
            conversation=id,
            digest=digest,
            origin=origin,
            came_from=msgspec.to_builtins(whence),
            at=at,
        )
    )
    for number, (answer, title, words) in enumerate(answers, start=1):
        inbound = await inbox.accept(
            transaction, conversation=id, channel=CHANNEL, key=str(uuid4()), kind="text",
            body=words, at=at,
        )  # fmt: skip
        before = await conversations.conversation(transaction, id)
        assert before is not None
        seq, is_last = before.last_seq + 1, number == len(answers)
        asks = Message(seq, str(uuid4()), "assistant", title, at, question=answer.question)
        said = Message(seq + 1, str(uuid4()), "client", words, at)
        turn = Turn(
            inbound=inbound,
            messages=(asks, said),
            events=(),
            answers=(msgspec.structs.replace(answer, turn=seq + 1, at=at.isoformat()),),
            state="sent" if is_last else "open",
            coach=coach,
            on_screen=OnScreen(seq=seq),
            progress=before.progress,
            sent_at=at if is_last else None,
            consent_version=consent_version if answer.question == "consent" else None,
            noticed=Noticings(needs=tuple(needs)) if is_last else None,
        )
        await conversations.write_turn(transaction, before, turn, at)
