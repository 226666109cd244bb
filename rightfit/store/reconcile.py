"""Holds what is stored to the invariant: each message once, each answer in its place.

The invariant is that of the design, section 4.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.records import Answer, Message
from rightfit.review.decisions import Position, position
from rightfit.store.conversations import (
    Conversation,
    answer_versions,
    conversation,
    messages_after,
)
from rightfit.store.reviews import log_of
from rightfit.store.tables import conversations, events, inbox


class Discrepancy(msgspec.Struct, frozen=True):
    """Something that must not be; ``what`` names it without quoting anybody."""

    conversation: str
    what: str


class _Worked(msgspec.Struct, frozen=True):
    kind: str
    dead: bool
    first_seq: int
    last_seq: int


async def discrepancies(transaction: AsyncConnection) -> tuple[Discrepancy, ...]:
    """Everything in the database that breaks the invariant; empty when all is well."""
    ids = (await transaction.execute(select(conversations.c.id))).scalars().all()
    found: list[Discrepancy] = []
    for id in ids:
        found.extend(Discrepancy(id, what) for what in await _of(transaction, id))
    return tuple(found)


async def _of(transaction: AsyncConnection, id: str) -> list[str]:
    held = await conversation(transaction, id)
    if held is None:
        return []
    transcript = await messages_after(transaction, id, 0)
    query = select(inbox).where(inbox.c.conversation == id).order_by(inbox.c.id)
    rows = (await transaction.execute(query)).all()
    worked = [
        _Worked(row.kind, row.dead, row.first_seq, row.last_seq)
        for row in rows
        if row.done_at is not None
    ]
    query = select(events.c.seq).where(events.c.conversation == id).order_by(events.c.seq)
    numbers = list((await transaction.execute(query)).scalars())
    versions = await answer_versions(transaction, id)
    if held.state == "declined":
        kept = numbers or versions or any(message.author == "client" for message in transcript)
        waiting = any(row.body is not None for row in rows)
        return ["something of a declined intake was kept"] if kept or waiting else []
    return [
        *_numbering(held, transcript, numbers),
        *await _log(transaction, held),
        *_words_kept_twice(rows),
        *_turns(held, transcript, worked),
        *_answers(transcript, versions, worked),
    ]


def _numbering(
    held: Conversation, transcript: tuple[Message, ...], numbers: list[int]
) -> list[str]:
    wrong = []
    if [message.seq for message in transcript] != list(range(1, held.last_seq + 1)):
        wrong.append("the transcript is not numbered without gaps")
    if numbers != list(range(1, held.last_event + 1)):
        wrong.append("the events are not numbered without gaps")
    return wrong


async def _log(transaction: AsyncConnection, held: Conversation) -> list[str]:
    """What is wrong with what happened after sending."""
    try:
        log = await log_of(transaction, held.id)
    except msgspec.ValidationError:
        return ["the log holds an entry that this version cannot read"]
    wrong = []
    if [entry.seq for entry in log] != list(range(1, len(log) + 1)):
        wrong.append("the log is not numbered without gaps")
    if held.sent_at is None and position(log) != Position():
        wrong.append("something was decided about an intake that was never sent")
    return wrong


def _words_kept_twice(rows: list[object]) -> list[str]:
    kept = [row for row in rows if row.done_at is not None and row.body is not None]  # type: ignore[attr-defined]
    return ["a message stands in the inbox and in the transcript"] if kept else []


def _turns(held: Conversation, transcript: tuple[Message, ...], worked: list[_Worked]) -> list[str]:
    wrong, at = [], 1
    by_seq = {message.seq: message for message in transcript}
    for turn in worked:
        if turn.first_seq != at:
            wrong.append("turns overlap or leave a gap")
        at = turn.last_seq + 1
        said = [
            by_seq[seq]
            for seq in range(turn.first_seq, turn.last_seq + 1)
            if seq in by_seq and by_seq[seq].author == "client"
        ]
        expected = 1 if turn.kind in ("text", "choice") else 0
        if len(said) != expected:
            wrong.append("a message is not in the transcript exactly once")
        elif said and said[0].dead != turn.dead:
            wrong.append("a dead letter is not marked as one")
    if at != held.last_seq + 1:
        wrong.append("messages were shown without a turn")
    return wrong


def _answers(
    transcript: tuple[Message, ...], versions: tuple[Answer, ...], worked: list[_Worked]
) -> list[str]:
    opening = {turn.first_seq for turn in worked if turn.kind == "open"}
    heard = {
        message.seq for message in transcript if message.author == "client" and not message.dead
    }
    wrong = []
    for answer in versions:
        if answer.turn in opening:
            continue
        if answer.turn not in heard:
            wrong.append(f"an answer stands under {answer.question} that no message gave")
            continue
        if answer.given is None:
            continue
        asked = [
            message.question
            for message in transcript
            if message.seq < answer.turn and message.author != "client" and message.question
        ]
        if not asked or asked[-1] != answer.question:
            wrong.append(f"an answer stands under {answer.question}, which was not on screen")
    return wrong
