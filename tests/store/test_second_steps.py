"""The second step as it is kept: each code once, however many try it at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from rightfit.store import second_steps
from rightfit.store.database import Database
from tests.store.written_intakes import NOW, prepared

HOUR = timedelta(hours=1)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with prepared(database_url) as opened:
        async with opened.writing() as transaction:
            await second_steps.set_up(transaction, "maren", "A" * 32, 5, ["one", "two"], NOW)
        yield opened


async def test_a_half_minute_is_used_once_and_none_before_it(database: Database) -> None:
    async def use(step: int) -> bool:
        async with database.writing() as transaction:
            return await second_steps.use(transaction, "maren", step)

    assert [await use(4), await use(5)] == [False, False]
    assert sorted(await asyncio.gather(*(use(6) for _ in range(4)))) == [False] * 3 + [True]
    assert await use(8) and not await use(7)


async def test_a_recovery_code_is_used_once_and_by_its_coach(database: Database) -> None:
    async def use(coach: str, hashed: str) -> bool:
        async with database.writing() as transaction:
            return await second_steps.use_code(transaction, coach, hashed, NOW)

    assert not await use("dayo", "one")
    assert sorted(await asyncio.gather(*(use("maren", "one") for _ in range(4))))[-2:] == [
        False,
        True,
    ]
    async with database.writing() as transaction:
        assert await second_steps.codes_left(transaction, "maren") == 1
        await second_steps.new_codes(transaction, "maren", ["three"])
    assert not await use("maren", "two") and await use("maren", "three")


async def test_setting_up_anew_takes_the_old_one_away(database: Database) -> None:
    async with database.writing() as transaction:
        await second_steps.set_up(transaction, "maren", "B" * 32, 9, ["four"], NOW)
        found = await second_steps.of(transaction, "maren")
        assert found == second_steps.SecondStep("B" * 32, NOW, 9)
        assert await second_steps.codes_left(transaction, "maren") == 1
        assert await second_steps.who_have_one(transaction) == {"maren"}
        await second_steps.forget(transaction, "maren")
        assert await second_steps.of(transaction, "maren") is None


async def test_a_half_sign_in_has_its_time_and_ends_once(database: Database) -> None:
    async with database.writing() as transaction:
        await second_steps.add_half(transaction, "maren", "half", NOW, NOW + HOUR)
        assert await second_steps.half_of(transaction, "half", NOW) == "maren"
        assert await second_steps.half_of(transaction, "half", NOW + HOUR) is None
        assert await second_steps.half_of(transaction, "other", NOW) is None
        assert await second_steps.end_half(transaction, "half")
        assert not await second_steps.end_half(transaction, "half")
