"""The log of an intake only grows, the first to write wins, and it goes with the intake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from rightfit.review.events import Decided, Entry, NoteWritten, Reopened, by_coach
from rightfit.store import audit, conversations, reviews
from rightfit.store.database import Conflict, Database
from rightfit.store.reviews import AlreadyMoved, MayNotFollow, NoSuchIntake, Reading
from rightfit.store.tables import metadata
from tests.store.written_intakes import NOW, open_intake, prepared, whole_intake

MAREN, DAYO = by_coach("maren"), by_coach("dayo")
LATER = NOW + timedelta(hours=3)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with prepared(database_url) as opened:
        yield opened


async def _sent(database: Database, receipt: str = "a receipt") -> str:
    async with database.writing() as transaction:
        return await whole_intake(transaction, "sea", receipt)


async def test_entries_come_back_in_order_as_they_were_written(database: Database) -> None:
    id, other = await _sent(database), await _sent(database, "another")
    async with database.writing() as transaction:
        assert await reviews.append(transaction, id, 0, NoteWritten("First."), MAREN, NOW) == 1
        assert await reviews.append(transaction, id, 1, Decided("proceed"), DAYO, LATER) == 2
        await reviews.append(transaction, other, 0, NoteWritten("Of another."), DAYO, NOW)
    async with database.reading() as transaction:
        log = await reviews.log_of(transaction, id)
        assert log == (
            Entry(1, NOW, MAREN, NoteWritten("First.")),
            Entry(2, LATER, DAYO, Decided("proceed")),
        )
        assert await reviews.last_of(transaction, id) == 2
        assert set(await reviews.logs_of(transaction)) == {id, other}
        assert await reviews.logs_of(transaction, [id]) == {id: log}
        assert await reviews.logs_of(transaction, []) == {}


async def test_who_comes_second_is_told_who_was_first_and_nothing_of_theirs_is_kept(
    database: Database,
) -> None:
    id = await _sent(database)
    async with database.writing() as transaction:
        await reviews.append(transaction, id, 0, Decided("proceed"), MAREN, NOW)
        await reviews.append(transaction, id, 1, Reopened("A call."), MAREN, LATER)
    with pytest.raises(AlreadyMoved) as told:
        async with database.writing() as transaction:
            await reviews.append(transaction, id, 0, Decided("close"), DAYO, LATER)
    assert (told.value.by, told.value.at, told.value.event) == (MAREN, NOW, Decided("proceed"))
    async with database.reading() as transaction:
        assert await reviews.last_of(transaction, id) == 2


async def test_of_two_at_once_one_wins(database: Database) -> None:
    id = await _sent(database)

    async def decide(by: str) -> int:
        async with database.writing() as transaction:
            return await reviews.append(transaction, id, 0, Decided("proceed"), by, NOW)

    ended = await asyncio.gather(decide(MAREN), decide(DAYO), return_exceptions=True)
    assert sorted(type(each).__name__ for each in ended) == ["AlreadyMoved", "int"]
    async with database.reading() as transaction:
        assert len(await reviews.log_of(transaction, id)) == 1


async def test_nobody_writes_onto_what_was_never_there(database: Database) -> None:
    id = await _sent(database)
    with pytest.raises(Conflict, match="never there"):
        async with database.writing() as transaction:
            await reviews.append(transaction, id, 4, Decided("proceed"), MAREN, NOW)
    with pytest.raises(NoSuchIntake):
        async with database.writing() as transaction:
            await reviews.append(transaction, "unheard of", 0, Decided("proceed"), MAREN, NOW)


async def test_what_may_not_follow_is_not_written_and_says_why(database: Database) -> None:
    id = await _sent(database)
    async with database.writing() as transaction:
        open_one = await open_intake(transaction, "not sent")
        await reviews.record(transaction, id, 0, Decided("close"), MAREN, NOW, "icf")
    for conversation, event, words in (
        (id, Decided("proceed"), "decided already"),
        (open_one, Decided("proceed"), "has not sent this yet"),
    ):
        with pytest.raises(MayNotFollow, match=words):
            async with database.writing() as transaction:
                await reviews.record(transaction, conversation, None, event, DAYO, LATER, "icf")
    with pytest.raises(NoSuchIntake):
        async with database.writing() as transaction:
            await reviews.record(transaction, "gone", None, Reopened("So."), DAYO, LATER, "icf")
    async with database.reading() as transaction:
        assert len(await reviews.log_of(transaction, id)) == 1
        assert await reviews.log_of(transaction, open_one) == ()


async def test_what_takes_no_side_comes_after_whatever_is_there(database: Database) -> None:
    id = await _sent(database)
    async with database.writing() as transaction:
        await reviews.record(transaction, id, 0, Decided("close"), MAREN, NOW, "icf")
        assert (
            await reviews.record(transaction, id, None, NoteWritten("So."), DAYO, NOW, "icf") == 2
        )
    with pytest.raises(AlreadyMoved) as told:
        async with database.writing() as transaction:
            await reviews.record(transaction, id, 1, Reopened("So."), MAREN, LATER, "icf")
    assert told.value.by == DAYO
    with pytest.raises(Conflict, match="never there"):
        async with database.writing() as transaction:
            await reviews.record(transaction, id, 9, Reopened("So."), MAREN, LATER, "icf")


async def test_how_far_each_coach_has_read_is_known(database: Database) -> None:
    id = await _sent(database)
    async with database.writing() as transaction:
        await reviews.note_reading(transaction, id, "maren", 3, 0, NOW)
        await reviews.note_reading(transaction, id, "dayo", 5, 1, LATER)
        await reviews.note_reading(transaction, id, "maren", 5, 2, LATER)
    async with database.reading() as transaction:
        assert await reviews.readings_of(transaction, [id]) == {
            id: (Reading("maren", NOW, LATER, 5, 2), Reading("dayo", LATER, LATER, 5, 1))
        }
        assert await reviews.readings_of(transaction, []) == {}


async def test_what_is_erased_takes_its_log_and_its_readers_along(database: Database) -> None:
    id, stays = await _sent(database), await _sent(database, "another")
    async with database.writing() as transaction:
        for each in (id, stays):
            await reviews.append(transaction, each, 0, NoteWritten("Of the sea."), MAREN, NOW)
            await reviews.note_reading(transaction, each, "maren", 3, 0, NOW)
    async with database.writing() as transaction:
        await conversations.erase(transaction, id, NOW)
    async with database.reading() as transaction:
        assert set(await reviews.logs_of(transaction)) == {stays}
        for name in ("review_events", "readings"):
            rows = select(func.count()).select_from(metadata.tables[name])
            assert (await transaction.execute(rows)).scalar_one() == 1


async def test_what_a_coach_does_is_recorded_and_what_a_client_does_is_not(
    database: Database,
) -> None:
    async with database.writing() as transaction:
        id = await whole_intake(transaction, "word")
        await reviews.append(transaction, id, 0, NoteWritten("marker4"), "coach:maren", NOW)
        await reviews.append(transaction, id, 1, Decided("close"), "coach:maren", NOW)
        await reviews.append(transaction, id, 2, Reopened("marker4"), "client", NOW)
        entries = await audit.entries(transaction)
        assert await audit.verify(transaction) == ()
    assert [(one.what, one.details) for one in entries] == [
        ("intake_decided", {"decision": "close"}),
        ("intake_changed", {"kind": "NoteWritten"}),
    ]
    assert "marker4" not in repr(entries)
