"""What leaves the house is put in once, claimed by one, and never forgotten on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from rightfit.store import conversations, outbox, visits
from rightfit.store.database import Database
from rightfit.store.outbox import Claimed, Outgoing, Sending
from tests.store.written_intakes import NOW, prepared, whole_intake

HOLD = NOW + timedelta(minutes=5)
AFTER = HOLD + timedelta(seconds=1)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with prepared(database_url) as opened:
        yield opened


async def _put(database: Database, key: str = "letter:1") -> str:
    async with database.writing() as transaction:
        id = await whole_intake(transaction, "sea", f"receipt {key}")
        going = Outgoing(key, id, "mail", "letter:1", {"to": "ann@example.org"})
        assert await outbox.put(transaction, going, NOW)
    return id


async def _claim(database: Database, at=NOW) -> Claimed | None:  # type: ignore[no-untyped-def]
    async with database.writing() as transaction:
        return await outbox.claim(transaction, "mail", at, at + timedelta(minutes=5))


async def _sending(database: Database, id: str) -> Sending:
    async with database.reading() as transaction:
        (found,) = await outbox.sendings_of(transaction, id)
    return found


async def test_the_same_thing_is_put_in_once(database: Database) -> None:
    id = await _put(database)
    async with database.writing() as transaction:
        again = Outgoing("letter:1", id, "mail", "letter:1", {"to": "other@example.org"})
        assert not await outbox.put(transaction, again, NOW)

    claimed = await _claim(database)
    assert claimed is not None and claimed.body == {"to": "ann@example.org"}


async def test_of_many_processes_one_claims_it(database: Database) -> None:
    await _put(database)
    claims = await asyncio.gather(*(_claim(database) for _ in range(4)))

    assert [claim.attempts for claim in claims if claim] == [1]


async def test_what_was_claimed_and_dropped_is_claimed_again(database: Database) -> None:
    await _put(database)
    first = await _claim(database)
    assert first and await _claim(database, HOLD - timedelta(seconds=1)) is None
    second = await _claim(database, AFTER)

    assert second and (second.id, second.attempts) == (first.id, 2)
    async with database.writing() as transaction:
        # The first comes back late: it is not its any more.
        assert not await outbox.hand_over(transaction, first, HOLD)
        assert not await outbox.settle(transaction, first, "sent", AFTER, None)
        assert await outbox.hand_over(transaction, second, AFTER)


async def test_what_was_being_handed_over_is_never_sent_again_by_itself(
    database: Database,
) -> None:
    id = await _put(database)
    claimed = await _claim(database)
    assert claimed
    async with database.writing() as transaction:
        assert await outbox.hand_over(transaction, claimed, HOLD)
        assert await outbox.own_up(transaction, NOW) == 0
    assert await _claim(database, AFTER) is None
    async with database.writing() as transaction:
        assert await outbox.own_up(transaction, AFTER) == 1

    assert (await _sending(database, id)).state == "unknown"
    assert await _claim(database, AFTER) is None


async def test_it_is_put_off_and_comes_back_when_due(database: Database) -> None:
    id = await _put(database)
    claimed = await _claim(database)
    assert claimed
    async with database.writing() as transaction:
        assert await outbox.put_off(transaction, claimed, AFTER, "no connection")
    found = await _sending(database, id)

    assert (found.state, found.due_at, found.fault) == ("waiting", AFTER, "no connection")
    assert await _claim(database, HOLD) is None
    again = await _claim(database, AFTER)
    assert again and again.attempts == 2


async def test_what_was_sent_is_forgotten_and_stays_known(database: Database) -> None:
    id = await _put(database)
    claimed = await _claim(database)
    assert claimed
    async with database.writing() as transaction:
        assert await outbox.settle(transaction, claimed, "sent", HOLD, None)
        assert not await outbox.put_again(transaction, claimed.id, HOLD)
    found = await _sending(database, id)

    assert (found.state, found.done_at, found.attempts) == ("sent", HOLD, 1)


async def test_what_did_not_arrive_can_be_sent_anew_once(database: Database) -> None:
    id = await _put(database)
    claimed = await _claim(database)
    assert claimed
    async with database.writing() as transaction:
        assert await outbox.settle(transaction, claimed, "refused", HOLD, "address refused")
    for first in (True, False):
        async with database.writing() as transaction:
            assert await outbox.put_again(transaction, claimed.id, AFTER) is first
    async with database.reading() as transaction:
        states = [each.state for each in await outbox.sendings_of(transaction, id)]

    assert states == ["refused", "waiting"]
    again = await _claim(database, AFTER)
    assert again and again.id != claimed.id and again.body == claimed.body


async def test_erasing_an_intake_takes_its_mail_and_visits_along(database: Database) -> None:
    id = await _put(database)
    async with database.writing() as transaction:
        await visits.begin(transaction, id, "hash", NOW, HOLD)
        assert await visits.visit_of(transaction, "hash", NOW) is not None
        assert await visits.visit_of(transaction, "hash", HOLD) is None
        await conversations.erase(transaction, id, NOW)

    assert await _claim(database) is None
    async with database.reading() as transaction:
        assert await visits.visit_of(transaction, "hash", NOW) is None
        assert await outbox.sendings_of(transaction, id) == ()
