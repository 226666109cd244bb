"""How much may be sent: so much at once, so much in the long run, over all processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.records import Progress
from rightfit.store.allowances import Rate, TooMany, _left, spend_arrival, spend_message
from rightfit.store.conversations import Conversation, lock, open_conversation
from rightfit.store.database import Database
from rightfit.store.tables import arrivals

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
RATE = Rate(per_minute=30, burst=3)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    await opened.prepare()
    yield opened
    await opened.close()


async def _arrive(database: Database, address: str, at: datetime, rate: Rate = RATE) -> None:
    async with database.writing() as transaction:
        await spend_arrival(transaction, address, rate, at)


async def test_a_burst_is_let_in_and_then_one_at_a_time(database: Database) -> None:
    for _ in range(3):
        await _arrive(database, "here", NOW)
    with pytest.raises(TooMany) as refused:
        await _arrive(database, "here", NOW)
    later = NOW + timedelta(seconds=refused.value.retry_after)
    await _arrive(database, "here", later)
    with pytest.raises(TooMany):
        await _arrive(database, "here", later)


async def test_another_address_has_its_own_allowance(database: Database) -> None:
    for _ in range(3):
        await _arrive(database, "here", NOW)
    await _arrive(database, "elsewhere", NOW)


async def test_what_is_refused_is_not_counted(database: Database) -> None:
    for _ in range(3):
        await _arrive(database, "here", NOW)
    for _ in range(20):
        with pytest.raises(TooMany):
            await _arrive(database, "here", NOW)
    await _arrive(database, "here", NOW + timedelta(seconds=2))


async def test_several_from_a_new_address_at_once_share_one_allowance(database: Database) -> None:
    results = await asyncio.gather(
        *(_arrive(database, "here", NOW) for _ in range(8)), return_exceptions=True
    )
    assert results.count(None) == 3
    assert sum(isinstance(result, TooMany) for result in results) == 5


async def test_an_address_is_forgotten_after_a_day(database: Database) -> None:
    await _arrive(database, "here", NOW)
    await _arrive(database, "elsewhere", NOW + timedelta(days=1, minutes=1))
    async with database.reading() as transaction:
        known = (await transaction.execute(select(arrivals.c.address_hash))).scalars().all()
    assert known == ["elsewhere"]


async def _held(transaction: AsyncConnection, id: str) -> Conversation:
    held = await lock(transaction, id)
    assert held
    return held


async def test_a_conversation_has_its_own_allowance(database: Database) -> None:
    async with database.writing() as transaction:
        for id in ("one", "two"):
            await open_conversation(
                transaction,
                id=id,
                receipt_hash=id,
                token_hash=id,
                channel="web",
                coach=None,
                locale=None,
                progress=Progress(1, 7, ""),
                burst=RATE.burst,
                at=NOW,
            )
        for _ in range(3):
            await spend_message(transaction, await _held(transaction, "one"), RATE, NOW)
        with pytest.raises(TooMany):
            await spend_message(transaction, await _held(transaction, "one"), RATE, NOW)
        await spend_message(transaction, await _held(transaction, "two"), RATE, NOW)


async def test_nothing_of_an_address_is_kept_but_its_hash(database: Database) -> None:
    await _arrive(database, "a-hash", NOW)
    async with database.reading() as transaction:
        assert (await transaction.execute(select(func.count()).select_from(arrivals))).scalar() == 1
    assert {column.name for column in arrivals.columns} == {
        "address_hash",
        "allowance",
        "allowance_at",
    }


@given(
    waits=st.lists(st.floats(-60, 600), max_size=60),
    per_minute=st.floats(0.1, 100),
    burst=st.floats(1, 20),
)
def test_never_more_than_the_burst_and_what_time_has_earned(
    waits: list[float], per_minute: float, burst: float
) -> None:
    rate = Rate(per_minute, burst)
    allowance, since, now, let_in, passed = burst, NOW, NOW, 0, 0.0
    for wait in waits:
        now += timedelta(seconds=wait)
        passed += max(wait, 0)
        try:
            allowance, since = _left(allowance, since, now, rate), now
        except TooMany as refused:
            # Who waits as long as told is let in.
            told = timedelta(seconds=max(refused.retry_after, 1))
            _left(allowance, since, max(now, since) + told, rate)
        else:
            let_in += 1
        assert 0 <= allowance <= burst
    assert let_in <= burst + passed / 60 * per_minute + 1e-6
