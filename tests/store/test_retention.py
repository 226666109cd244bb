"""What was kept long enough goes, what somebody still works with stays, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from rightfit.engine.upkeep import daily, erase_what_is_due
from rightfit.privacy.practice_settings import PracticeSettings
from rightfit.review.events import NoteWritten
from rightfit.store import audit, conversations, intakes, retention, reviews, settings
from rightfit.store.database import Database
from rightfit.store.reconcile import discrepancies
from tests.store.written_intakes import NOW, open_intake, prepared, whole_intake

DAY = timedelta(days=1)
KEPT = PracticeSettings(unfinished_days=30, sent_days=365)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with prepared(database_url) as opened:
        yield opened


async def _two(database: Database) -> tuple[str, str]:
    async with database.writing() as transaction:
        sent = await whole_intake(transaction, "marker31", "one")
        return sent, await open_intake(transaction, "two")


async def _left(database: Database) -> set[str]:
    async with database.reading() as transaction:
        assert await discrepancies(transaction) == ()
        assert await audit.verify(transaction) == ()
        return {head.id for head in await intakes.heads(transaction)}


async def test_unfinished_and_sent_intakes_are_due_in_their_own_time(database: Database) -> None:
    sent, unfinished = await _two(database)
    for days, expected in ((29, ()), (30, (unfinished,)), (365, (sent, unfinished))):
        async with database.reading() as transaction:
            due = await retention.due(transaction, KEPT, NOW + days * DAY)
        assert {one.id for one in due} == set(expected), days


async def test_what_a_coach_does_counts_as_being_used(database: Database) -> None:
    sent, _ = await _two(database)
    async with database.writing() as transaction:
        at = NOW + 300 * DAY
        await reviews.append(transaction, sent, 0, NoteWritten("a note"), "coach:maren", at)
        assert sent not in {
            one.id for one in await retention.due(transaction, KEPT, NOW + 400 * DAY)
        }
        due = await retention.due(transaction, KEPT, NOW + 665 * DAY)
    assert retention.Due(sent, True, at) in due


async def test_it_is_erased_as_its_client_would_erase_it(database: Database) -> None:
    sent, _ = await _two(database)
    at = NOW + 400 * DAY
    assert await erase_what_is_due(database, at) == 2
    assert await _left(database) == set()
    async with database.reading() as transaction:
        assert await conversations.conversation(transaction, sent) is None
        entries = await audit.entries(transaction)
    assert [one.what for one in entries] == ["kept_long_enough", *["intake_erased"] * 2]
    assert {one.by for one in entries} == {"system"}
    assert entries[0].details == {"erased": 2}


async def test_what_is_touched_at_the_last_moment_stays(database: Database) -> None:
    sent, _ = await _two(database)
    at = NOW + 400 * DAY
    async with database.writing() as transaction:
        assert sent in {one.id for one in await retention.due(transaction, KEPT, at)}
        await reviews.append(transaction, sent, 0, NoteWritten("a note"), "coach:maren", at)
    async with database.writing() as transaction:
        assert not await retention.erase_if_due(transaction, sent, KEPT, at, "system")
        assert not await retention.erase_if_due(transaction, "no-such-id", KEPT, at, "system")
    assert await _left(database) == {sent}


async def test_once_a_day_over_all_processes_and_by_what_was_decided(database: Database) -> None:
    sent, unfinished = await _two(database)
    gone: list[str] = []
    at = NOW + 10 * DAY
    assert await daily(database, at, gone.append) == 0
    async with database.writing() as transaction:
        await settings.decide(transaction, {"unfinished_days": "7"})
    assert await daily(database, at + timedelta(hours=23), gone.append) is None
    assert await daily(database, at + DAY, gone.append) == 1
    assert await daily(database, at + DAY, gone.append) is None
    assert gone == [unfinished]
    async with database.reading() as transaction:
        assert await conversations.conversation(transaction, sent) is not None
    async with database.writing() as transaction:
        await settings.keep(transaction, "last_upkeep", "not a time")
    assert await daily(database, at + DAY) == 0
