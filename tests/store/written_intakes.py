"""Intakes written straight into the store, a turn for each message, as the engine writes them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.privacy.receipts import digest
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
from rightfit.store import conversations, inbox
from rightfit.store.conversations import Turn
from rightfit.store.database import Database

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
_PROGRESS = Progress(1, 3, "Before we start")


@asynccontextmanager
async def prepared(url: str) -> AsyncIterator[Database]:
    """A database with empty tables."""
    database = Database(url)
    await database.prepare()
    yield database
    await database.close()


async def open_intake(transaction: AsyncConnection, receipt: str = "a receipt") -> str:
    """An intake whose first question is on screen; its id."""
    id = str(uuid4())
    await conversations.open_conversation(
        transaction,
        id=id,
        receipt_hash=digest(receipt),
        token_hash=digest(f"token of {receipt}"),
        channel="web",
        coach=None,
        locale="en",
        progress=_PROGRESS,
        burst=10,
        at=NOW,
    )
    await take_turn(transaction, id, "open", {"receipt": receipt}, asks="consent")
    return id


async def take_turn(
    transaction: AsyncConnection,
    id: str,
    kind: str,
    body: Any,
    *,
    asks: str,
    given: dict[str, Given | None] | None = None,
    state: str = "open",
    dead: bool = False,
    noticed: Noticings | None = None,
    distress: DistressShown | None = None,
) -> None:
    """One message and its turn: the client's words, and a question that quotes them."""
    inbound = await inbox.accept(
        transaction, conversation=id, channel="web", key=str(uuid4()), kind=kind, body=body, at=NOW
    )
    before = await conversations.conversation(transaction, id)
    assert before
    seq, said = before.last_seq, []
    if kind == "text":
        seq += 1
        said = [Message(seq, str(uuid4()), "client", body, NOW, dead=dead)]
    shown = (ShownChoice("keep", f"Keep {body}"),)
    question = Message(
        seq + 1, str(uuid4()), "assistant", f"{body}? And now?", NOW, f"utter_ask_{asks}",
        question=asks, choices=shown,
    )  # fmt: skip
    answers = [Answer(asked, value, seq, NOW.isoformat()) for asked, value in (given or {}).items()]
    turn = Turn(
        inbound=inbound,
        messages=(*said, question),
        events=({"event": "user", "text": body}, {"event": "action"}),
        answers=tuple(answers),
        state=state,
        coach=None,
        on_screen=OnScreen(asks, asks, shown[:0], seq=seq + 1),
        progress=_PROGRESS,
        sent_at=NOW if state == "sent" else None,
        dead=dead,
        noticed=noticed,
        distress=distress,
    )
    await conversations.write_turn(transaction, before, turn, NOW)


async def whole_intake(transaction: AsyncConnection, word: str, receipt: str = "a receipt") -> str:
    """A sent intake with ``word`` wherever clients write: answers, a change, a dead letter."""
    id = await open_intake(transaction, receipt)
    yes = {"consent": Given("chosen", choices=("yes",))}
    await take_turn(transaction, id, "text", f"yes {word}", asks="name", given=yes)
    for asked, after in (("name", "goals"), ("goals", "name"), ("name", "recap")):
        words = f"{word} under {asked}"
        given = {asked: Given("said", text=words)}
        await take_turn(transaction, id, "text", words, asks=after, given=given)
    await take_turn(transaction, id, "text", f"lost: {word}", asks="recap", dead=True)
    sent = {"recap": Given("chosen", choices=("send",))}
    await take_turn(transaction, id, "text", "send", asks="", given=sent, state="sent")
    return id
