"""Whatever breaks the invariant is found; what keeps it is left in peace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from rightfit.review.events import Decided, NoteWritten
from rightfit.store import conversations, reviews
from rightfit.store.database import Database
from rightfit.store.inbox import accept
from rightfit.store.reconcile import Discrepancy, discrepancies
from rightfit.store.review_tables import review_events
from rightfit.store.tables import answers, events, inbox, messages
from rightfit.store.tables import conversations as held
from tests.store.written_intakes import NOW, open_intake, prepared, take_turn, whole_intake

GAP = "the transcript is not numbered without gaps"
EVENTS = "the events are not numbered without gaps"
TWICE = "a message stands in the inbox and in the transcript"
OVERLAP = "turns overlap or leave a gap"
NOT_ONCE = "a message is not in the transcript exactly once"
UNMARKED = "a dead letter is not marked as one"
NO_TURN = "messages were shown without a turn"
NO_MESSAGE = "an answer stands under goals that no message gave"
LOG = "the log is not numbered without gaps"
UNREAD = "the log holds an entry that this version cannot read"
UNSENT = "something was decided about an intake that was never sent"
DECLINED = "something of a declined intake was kept"


def _misplaced(question: str) -> str:
    return f"an answer stands under {question}, which was not on screen"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with prepared(database_url) as opened:
        yield opened


async def test_what_is_as_it_should_be_is_left_in_peace(database: Database) -> None:
    async with database.writing() as transaction:
        await whole_intake(transaction, "sea", "one")
        again = await whole_intake(transaction, "sea", "two")
        # Taken out, and waiting for its turn.
        await take_turn(transaction, again, "text", "Back", asks="name", given={"recap": None})
        await accept(
            transaction, conversation=again, channel="web", key="late", kind="text", body="sea",
            at=NOW,
        )  # fmt: skip
        await open_intake(transaction, "three")
        assert await discrepancies(transaction) == ()


#: The whole intake: turn 1 opens with message 1; then the client's words and a question each:
#: 2 yes, 4 name, 6 goals, 8 name, 10 the dead letter, 12 send.
WRONG: tuple[tuple[Any, set[str]], ...] = (
    (delete(messages).where(messages.c.seq == 11), {GAP}),
    (delete(messages).where(messages.c.seq == 13), {GAP}),
    (delete(messages).where(messages.c.seq == 10), {GAP, NOT_ONCE}),
    (update(messages).where(messages.c.seq == 13).values(seq=14), {GAP}),
    (update(messages).where(messages.c.seq == 11).values(author="client"), {NOT_ONCE}),
    (update(held).values(last_seq=15), {GAP, NO_TURN}),
    (delete(events).where(events.c.seq == 3), {EVENTS}),
    (update(held).values(last_event=99), {EVENTS}),
    (update(inbox).where(inbox.c.first_seq == 4).values(body="words"), {TWICE}),
    (update(inbox).where(inbox.c.first_seq == 6).values(first_seq=4), {OVERLAP, NOT_ONCE}),
    (update(inbox).where(inbox.c.first_seq == 6).values(last_seq=8), {OVERLAP, NOT_ONCE}),
    (delete(inbox).where(inbox.c.first_seq == 6), {OVERLAP}),
    (delete(inbox).where(inbox.c.first_seq == 12), {NO_TURN}),
    (update(inbox).where(inbox.c.first_seq == 10).values(dead=False), {UNMARKED}),
    (update(messages).where(messages.c.seq == 10).values(dead=False), {UNMARKED}),
    (update(answers).where(answers.c.turn == 6).values(question="name"), {_misplaced("name")}),
    (update(messages).where(messages.c.seq == 5).values(question=None), {_misplaced("goals")}),
    (update(answers).where(answers.c.question == "goals").values(turn=7), {NO_MESSAGE}),
    (update(answers).where(answers.c.question == "goals").values(turn=99), {NO_MESSAGE}),
    (update(answers).where(answers.c.question == "goals").values(turn=10), {NO_MESSAGE}),
)


@pytest.mark.parametrize(("change", "expected"), WRONG)
async def test_what_is_wrong_is_found_where_it_is(
    database: Database, change: Any, expected: set[str]
) -> None:
    async with database.writing() as transaction:
        id = await whole_intake(transaction, "sea")
        await transaction.execute(change)
        await whole_intake(transaction, "sea", "another")
        found = await discrepancies(transaction)
        assert set(found) == {Discrepancy(id, what) for what in expected}


@pytest.mark.parametrize("kept", ["nothing", "event", "answer", "words", "waiting"])
async def test_whoever_declined_left_nothing(database: Database, kept: str) -> None:
    async with database.writing() as transaction:
        id = await open_intake(transaction)
        await take_turn(transaction, id, "text", "no", asks="", state="declined")
        await conversations.forget_content(transaction, id, keep_from=3)
        if kept == "event":
            row = {"conversation": id, "seq": 1, "body": {}}
            await transaction.execute(insert(events).values(row))
        elif kept == "answer":
            row = {"conversation": id, "question": "name", "turn": 2, "at": NOW}
            await transaction.execute(insert(answers).values(row))
        elif kept == "words":
            change = update(messages).values(author="client")
            await transaction.execute(change)
        elif kept == "waiting":
            await accept(
                transaction, conversation=id, channel="web", key="k", kind="text", body="no",
                at=NOW,
            )  # fmt: skip
        expected = () if kept == "nothing" else (Discrepancy(id, DECLINED),)
        assert await discrepancies(transaction) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (delete(review_events).where(review_events.c.seq == 1), LOG),
        (update(review_events).where(review_events.c.seq == 2).values(body={"kind": "?"}), UNREAD),
        (update(held).where(held.c.sent_at.is_not(None)).values(sent_at=None), UNSENT),
    ],
)
async def test_what_is_wrong_with_a_log_is_found(
    database: Database, change: Any, expected: str
) -> None:
    async with database.writing() as transaction:
        id = await whole_intake(transaction, "sea")
        for seen, event in enumerate((NoteWritten("Call."), Decided("proceed"))):
            await reviews.append(transaction, id, seen, event, "coach:maren", NOW)
        assert await discrepancies(transaction) == ()
        await transaction.execute(change)
        assert await discrepancies(transaction) == (Discrepancy(id, expected),)
