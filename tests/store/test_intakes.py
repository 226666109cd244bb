"""What a coach finds of an intake: what stands now, and every earlier word of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from rightfit.records import Given
from rightfit.store import intakes
from rightfit.store.database import Database
from tests.store.written_intakes import open_intake, prepared, take_turn, whole_intake


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with prepared(database_url) as opened:
        yield opened


async def test_the_latest_version_is_in_force_and_the_earlier_ones_are_kept(
    database: Database,
) -> None:
    async with database.writing() as transaction:
        id = await whole_intake(transaction, "sea")
        changed = {"name": Given("said", text="Ann"), "goals": None}
        await take_turn(transaction, id, "text", "Call me Ann", asks="recap", given=changed)
        content = await intakes.content(transaction, id)
    assert content
    in_force = {answer.question: answer.given for answer in content.intake.answers}
    assert in_force == {
        "consent": Given("chosen", choices=("yes",)),
        "name": Given("said", text="Ann"),
        "recap": Given("chosen", choices=("send",)),
    }
    names = [version.given for version in content.versions if version.question == "name"]
    assert [given.text for given in names if given] == [*["sea under name"] * 2, "Ann"]
    assert [message.seq for message in content.transcript] == list(range(1, 16))


async def test_the_list_leaves_out_whoever_has_not_agreed(database: Database) -> None:
    async with database.writing() as transaction:
        await open_intake(transaction, "not agreed")
        agreed = await whole_intake(transaction, "sea", "agreed")
        unnamed = await open_intake(transaction, "unnamed")
        given = {"consent": Given("chosen", choices=("yes",)), "name": Given("skipped")}
        await take_turn(transaction, unnamed, "text", "Yes", asks="goals", given=given)
        heads = {head.id: head for head in await intakes.heads(transaction)}
    assert set(heads) == {agreed, unnamed}
    assert (heads[agreed].name, heads[unnamed].name) == ("sea under name", None)
    assert (heads[agreed].state, heads[unnamed].state) == ("sent", "open")
    assert (heads[agreed].dead_letters, heads[unnamed].dead_letters) == (1, 0)
