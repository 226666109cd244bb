"""The clock does each step once, however many processes look at once, and stops at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from rightfit.engine.clockwork import StepRefused, look, settle, take
from rightfit.practice import Practice, load
from rightfit.records import Progress
from rightfit.review.consider import expiry
from rightfit.review.events import (
    BY_CLIENT,
    ConsiderAnswered,
    ConsiderOpened,
    Decided,
    Entry,
    PactLeft,
    by_coach,
)
from rightfit.store import conversations, inbox, reviews, wakes
from rightfit.store.conversations import Turn
from rightfit.store.database import Database, Transaction
from tests.engines import PROJECT
from tests.review.logs import NOW

MAREN = by_coach("maren")
TOLD = ConsiderOpened("Something.", None, 24, expiry(NOW, 24))


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load(PROJECT / "practice", PROJECT / "domain.yml")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.prepare()
    yield database
    await database.close()


async def sent(database: Database) -> str:
    """A conversation that was sent."""
    id = str(uuid4())
    progress = Progress(1, 1, "")
    async with database.writing() as transaction:
        await conversations.open_conversation(
            transaction, id=id, receipt_hash=id, token_hash=id, channel="web", coach=None,
            locale=None, progress=progress, burst=1, at=NOW,
        )  # fmt: skip
        inbound = await inbox.accept(
            transaction, conversation=id, channel="web", key=id, kind="open", body=None, at=NOW
        )
        before = await conversations.conversation(transaction, id)
        assert before
        turn = Turn(
            inbound=inbound, messages=(), events=(), answers=(), state="sent", coach=None,
            on_screen=before.on_screen, progress=progress, sent_at=NOW,
        )  # fmt: skip
        await conversations.write_turn(transaction, before, turn, NOW)
    return id


async def kinds(database: Database, id: str) -> list[str]:
    async with database.reading() as transaction:
        return [type(e.event).__name__ for e in await reviews.log_of(transaction, id)]


async def test_several_processes_that_look_at_once_do_each_step_once(
    database: Database, practice: Practice
) -> None:
    id = await sent(database)
    told: list[str] = []

    async def tells(_: Transaction, conversation: str, entry: Entry) -> None:
        told.append(type(entry.event).__name__)

    async with database.writing() as transaction:
        await take(transaction, practice, id, TOLD, MAREN, NOW, tells)
    for side, by in (("coach", MAREN), ("client", BY_CLIENT)):
        async with database.writing() as transaction:
            event = ConsiderAnswered(side, "go_on")  # type: ignore[arg-type]
            await take(transaction, practice, id, event, by, NOW, tells)
    assert await look(database, practice, NOW + timedelta(hours=23), tells) == 0
    later = NOW + timedelta(hours=24)
    steps = await asyncio.gather(*(look(database, practice, later, tells) for _ in range(5)))
    assert sum(steps) == 2
    assert (await kinds(database, id))[-2:] == ["ConsiderRevealed", "PactBegun"]
    assert told == (await kinds(database, id))


async def test_reminders_and_the_end_come_each_in_its_time(
    database: Database, practice: Practice
) -> None:
    id = await sent(database)
    async with database.writing() as transaction:
        await take(transaction, practice, id, TOLD, MAREN, NOW)
    for day in range(40):
        await look(database, practice, NOW + timedelta(days=day))
    found = await kinds(database, id)
    assert found[0] == "ConsiderOpened" and found[-1] == "ConsiderExpired"
    assert found[1:-1] == ["ConsiderReminded"] * 4
    async with database.reading() as transaction:
        assert await wakes.awake(transaction, NOW + timedelta(days=999), 10) == ()


async def test_a_plain_decision_starts_the_clock_and_another_one_stops_it(
    database: Database, practice: Practice
) -> None:
    id = await sent(database)
    async with database.writing() as transaction:
        await reviews.append(transaction, id, 0, Decided("proceed"), MAREN, NOW)
    await look(database, practice, NOW + timedelta(days=14))
    assert await kinds(database, id) == ["Decided", "PulseAsked"]
    async with database.writing() as transaction:
        await take(transaction, practice, id, PactLeft("client"), BY_CLIENT, NOW)
    assert await look(database, practice, NOW + timedelta(days=400)) == 0


async def test_what_is_refused_leaves_nothing_behind(
    database: Database, practice: Practice
) -> None:
    id = await sent(database)
    with pytest.raises(StepRefused, match="no_round"):
        async with database.writing() as transaction:
            event = ConsiderAnswered("client", "go_on")
            await take(transaction, practice, id, event, BY_CLIENT, NOW)
    assert await kinds(database, id) == []


async def test_what_cannot_follow_stops_the_clock_instead_of_turning_for_ever(
    database: Database, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await sent(database)
    monkeypatch.setattr("rightfit.engine.clockwork.due", lambda log, now: PactLeft("coach"))
    async with database.writing() as transaction:
        await wakes.wake_at(transaction, id, NOW)
        assert await settle(transaction, practice, id, NOW) == 0
        assert await wakes.awake(transaction, NOW, 10) == ()
