"""Who gets in, once, for how long, and what ends it: on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select

from rightfit.store import second_steps, sign_ins
from rightfit.store.database import Database
from rightfit.store.tables import sign_in_links
from rightfit.store.tables import sign_ins as sign_ins_table

NOW = datetime(2026, 3, 13, 9, 0, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    await opened.prepare()
    yield opened
    await opened.close()


async def test_a_link_signs_in_once(database: Database) -> None:
    async with database.writing() as transaction:
        await sign_ins.make_link(transaction, "maren", "hash", NOW, NOW + HOUR)
    for at in (NOW, NOW + HOUR / 2):
        async with database.reading() as transaction:
            assert await sign_ins.coach_of_link(transaction, "hash", at) == "maren"
    async with database.writing() as transaction:
        assert await sign_ins.use_link(transaction, "hash", NOW) == "maren"
    async with database.writing() as transaction:
        assert await sign_ins.use_link(transaction, "hash", NOW) is None
        assert await sign_ins.coach_of_link(transaction, "hash", NOW) is None


async def test_of_many_who_use_a_link_at_once_one_gets_in(database: Database) -> None:
    async with database.writing() as transaction:
        await sign_ins.make_link(transaction, "maren", "hash", NOW, NOW + HOUR)

    async def use() -> str | None:
        async with database.writing() as transaction:
            return await sign_ins.use_link(transaction, "hash", NOW)

    got = await asyncio.gather(*(use() for _ in range(6)))
    assert [coach for coach in got if coach] == ["maren"]


async def test_a_link_is_over_when_its_time_is(database: Database) -> None:
    async with database.writing() as transaction:
        await sign_ins.make_link(transaction, "maren", "hash", NOW, NOW + HOUR)
        assert await sign_ins.coach_of_link(transaction, "hash", NOW + HOUR) is None
        assert await sign_ins.use_link(transaction, "hash", NOW + HOUR) is None
        assert await sign_ins.use_link(transaction, "other", NOW) is None


async def test_what_is_over_goes_when_a_new_link_is_made(database: Database) -> None:
    async with database.writing() as transaction:
        await sign_ins.make_link(transaction, "maren", "used", NOW, NOW + 9 * HOUR)
        await sign_ins.use_link(transaction, "used", NOW)
        await sign_ins.make_link(transaction, "maren", "late", NOW, NOW + HOUR)
        await sign_ins.make_link(transaction, "dayo", "open", NOW, NOW + 9 * HOUR)
        await sign_ins.add_sign_in(transaction, "maren", "old", NOW, NOW + HOUR)
        await sign_ins.add_sign_in(transaction, "dayo", "new", NOW, NOW + 9 * HOUR)
        await sign_ins.make_link(transaction, "maren", "newest", NOW + 2 * HOUR, NOW + 9 * HOUR)
        links = (await transaction.execute(select(sign_in_links.c.hash))).scalars().all()
        left = (await transaction.execute(select(sign_ins_table.c.hash))).scalars().all()
    assert set(links) == {"open", "newest"}
    assert left == ["new"]


async def test_a_sign_in_holds_until_its_time_and_can_be_prolonged(database: Database) -> None:
    async with database.writing() as transaction:
        await sign_ins.add_sign_in(transaction, "maren", "hash", NOW, NOW + HOUR, "Firefox")
    async with database.reading() as transaction:
        found = await sign_ins.sign_in_of(transaction, "hash", NOW)
        assert found == sign_ins.SignIn("maren", NOW, NOW + HOUR, NOW, "Firefox", "hash")
        assert await sign_ins.sign_in_of(transaction, "hash", NOW + HOUR) is None
        assert await sign_ins.sign_in_of(transaction, "other", NOW) is None
    async with database.writing() as transaction:
        await sign_ins.prolong(transaction, "hash", NOW + 2 * HOUR, NOW + HOUR)
    async with database.reading() as transaction:
        found = await sign_ins.sign_in_of(transaction, "hash", NOW + HOUR)
    until = NOW + 2 * HOUR
    assert found == sign_ins.SignIn("maren", NOW, until, NOW + HOUR, "Firefox", "hash")


async def test_signing_out_ends_this_one_only_and_prolonging_does_not_revive_it(
    database: Database,
) -> None:
    async with database.writing() as transaction:
        await sign_ins.add_sign_in(transaction, "maren", "phone", NOW, NOW + HOUR)
        await sign_ins.add_sign_in(transaction, "maren", "laptop", NOW, NOW + HOUR)
        await sign_ins.sign_out(transaction, "phone")
        await sign_ins.prolong(transaction, "phone", NOW + 2 * HOUR, NOW)
        assert await sign_ins.sign_in_of(transaction, "phone", NOW) is None
        assert await sign_ins.sign_in_of(transaction, "laptop", NOW) is not None


async def test_a_new_password_closes_every_other_way_in_of_that_coach(database: Database) -> None:
    async with database.writing() as transaction:
        for coach, name in (("maren", "here"), ("maren", "there"), ("dayo", "elsewhere")):
            await sign_ins.add_sign_in(transaction, coach, name, NOW, NOW + HOUR)
            await sign_ins.make_link(transaction, coach, f"{name}-link", NOW, NOW + HOUR)
    async with database.writing() as transaction:
        await second_steps.add_half(transaction, "maren", "half", NOW, NOW + HOUR)
        assert await sign_ins.password_of(transaction, "maren") is None
        await sign_ins.set_password(transaction, "maren", "first", NOW, keep="here")
        await sign_ins.set_password(transaction, "maren", "second", NOW, keep="here")
    async with database.reading() as transaction:
        assert await sign_ins.password_of(transaction, "maren") == "second"
        assert await second_steps.half_of(transaction, "half", NOW) is None
        assert await sign_ins.password_of(transaction, "dayo") is None
        for name, holds in (("here", True), ("there", False), ("elsewhere", True)):
            found = await sign_ins.sign_in_of(transaction, name, NOW)
            assert (found is not None) == holds, name
        links = (await transaction.execute(select(sign_in_links.c.coach))).scalars().all()
    assert links == ["dayo"], "only the other coach's link is left"


async def test_a_stronger_hash_never_undoes_a_change_of_password(database: Database) -> None:
    async with database.writing() as transaction:
        await sign_ins.set_password(transaction, "maren", "weak", NOW, keep="here")
        await sign_ins.rehash_password(transaction, "maren", "weak", "strong")
        assert await sign_ins.password_of(transaction, "maren") == "strong"
        await sign_ins.set_password(transaction, "maren", "changed", NOW, keep="here")
        await sign_ins.rehash_password(transaction, "maren", "strong", "stronger")
        assert await sign_ins.password_of(transaction, "maren") == "changed"


async def test_sign_ins_are_listed_and_ended_one_by_one_or_all_but_one(
    database: Database,
) -> None:
    async with database.writing() as transaction:
        for hours, name in enumerate(("phone", "laptop", "desk")):
            at = NOW + hours * HOUR
            await sign_ins.add_sign_in(transaction, "maren", name, at, NOW + 9 * HOUR, name)
        await sign_ins.add_sign_in(transaction, "dayo", "other", NOW, NOW + 9 * HOUR)
        await sign_ins.add_sign_in(transaction, "maren", "over", NOW, NOW)
        mine = await sign_ins.sign_ins_of(transaction, NOW, "maren")
        assert [one.device for one in mine] == ["desk", "laptop", "phone"]
        assert await sign_ins.last_seen(transaction, NOW) == {"maren": NOW + 2 * HOUR, "dayo": NOW}
        assert not await sign_ins.end(transaction, "dayo", "phone"), "not theirs"
        assert await sign_ins.end(transaction, "maren", "phone")
        assert not await sign_ins.end(transaction, "maren", "phone")
        assert await sign_ins.end_others(transaction, "maren", keep="desk") == 2
        left = await sign_ins.sign_ins_of(transaction, NOW)
        assert {one.hash for one in left} == {"desk", "other"}
        await sign_ins.end_all(transaction)
        assert await sign_ins.sign_ins_of(transaction, NOW) == ()
