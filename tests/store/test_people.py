"""Who may sign in: kept apart from coaches.yml, and never at odds with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from rightfit.practice import Practice, load
from rightfit.store import people, second_steps, sign_ins
from rightfit.store.database import Conflict, Database
from tests.engines import PROJECT
from tests.store.written_intakes import NOW, prepared

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load(PROJECT / "practice", PROJECT / "domain.yml")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with prepared(database_url) as opened:
        yield opened


async def _leads(database: Database, practice: Practice) -> list[str]:
    async with database.reading() as transaction:
        return [
            one.coach.id for one in await people.everybody(transaction, practice) if one.is_lead
        ]


async def test_at_first_all_of_the_file_may_enter_and_the_first_leads(
    database: Database, practice: Practice
) -> None:
    async with database.reading() as transaction:
        for coach in practice.coaches:
            found = await people.may_enter(transaction, practice, coach.id)
            assert found is not None and found.coach is coach
        assert await people.may_enter(transaction, practice, "nobody") is None
    assert await _leads(database, practice) == ["maren"]


async def test_who_leads_stays_so_when_another_is_made_lead(
    database: Database, practice: Practice
) -> None:
    async with database.writing() as transaction:
        await people.make(transaction, practice, "ines", "lead", NOW)
    assert await _leads(database, practice) == ["maren", "ines"]
    async with database.writing() as transaction:
        await people.make(transaction, practice, "maren", "coach", NOW)
    assert await _leads(database, practice) == ["ines"]


async def test_an_invited_coach_may_enter_and_has_no_line(
    database: Database, practice: Practice
) -> None:
    async with database.writing() as transaction:
        await people.invite(transaction, practice, "tomas", "Tomás Quill", "coach", NOW)
    async with database.reading() as transaction:
        found = await people.may_enter(transaction, practice, "tomas")
    assert found is not None and not found.has_profile
    assert (found.coach.name, found.coach.lines) == ("Tomás Quill", ())
    assert await _leads(database, practice) == ["maren"]
    with pytest.raises(Conflict):
        async with database.writing() as transaction:
            await people.invite(transaction, practice, "tomas", "Another", "coach", NOW)


async def test_whoever_is_removed_has_no_way_in_left_and_can_come_back(
    database: Database, practice: Practice
) -> None:
    async with database.writing() as transaction:
        for coach in ("dayo", "ines"):
            await sign_ins.add_sign_in(transaction, coach, f"in {coach}", NOW, NOW + HOUR)
            await sign_ins.make_link(transaction, coach, f"link {coach}", NOW, NOW + HOUR)
            await sign_ins.set_password(transaction, coach, "a hash", NOW, keep=f"in {coach}")
            await second_steps.set_up(transaction, coach, "A" * 32, 1, [f"code {coach}"], NOW)
            await second_steps.add_half(transaction, coach, f"half {coach}", NOW, NOW + HOUR)
        assert await people.remove(transaction, practice, "dayo", NOW) == 1
    async with database.reading() as transaction:
        assert await people.removed(transaction) == {"dayo"}
        assert await people.may_enter(transaction, practice, "dayo") is None
        for coach, left in (("dayo", False), ("ines", True)):
            found = (
                await sign_ins.sign_in_of(transaction, f"in {coach}", NOW),
                await sign_ins.password_of(transaction, coach),
                await second_steps.of(transaction, coach),
                await second_steps.half_of(transaction, f"half {coach}", NOW),
            )
            assert [one is not None for one in found] == [left] * 4
            assert await second_steps.codes_left(transaction, coach) == int(left)
    async with database.writing() as transaction:
        await people.let_back_in(transaction, practice, "dayo", NOW)
        assert await people.may_enter(transaction, practice, "dayo") is not None
        assert await sign_ins.password_of(transaction, "dayo") is None
