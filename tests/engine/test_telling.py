"""Mail about a step says that something waits, and never what; it goes out with the step or not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from rightfit.engine.clockwork import StepRefused, look, take
from rightfit.engine.telling import Telling
from rightfit.review.consider import expiry
from rightfit.review.events import ConsiderAnswered, ConsiderOpened, by_coach
from rightfit.store.outbox_tables import outbox
from tests.engines import StartEngine
from tests.web.both_sides import Both, both_sides

TOLD = "This is what only the page may say."


@pytest.fixture
async def both(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> AsyncIterator[Both]:
    async with both_sides(start_engine, sqlite_url, short_practice) as (opened, _):
        yield opened


async def mails(both: Both) -> list[dict[str, str]]:
    async with both.api.engine.database.reading() as transaction:
        rows = (await transaction.execute(select(outbox.c.body))).scalars().all()
    return list(rows)


async def test_a_round_is_told_by_mail_once_each_and_without_its_words(both: Both) -> None:
    engine = both.api.engine
    maren = msgspec.structs.replace(
        engine.practice.coach("maren"), email="maren@slackwater.example"
    )
    others = [coach for coach in engine.practice.coaches if coach.id != "maren"]
    practice = msgspec.structs.replace(engine.practice, coaches=(maren, *others))
    tells = Telling(practice, engine.receipts, "https://intake.example")
    event = ConsiderOpened(TOLD, None, 24, expiry(both.clock(), 24))
    async with engine.database.writing() as transaction:
        by = by_coach("maren")
        await take(transaction, practice, both.intake, event, by, both.clock(), tells)
        answer = ConsiderAnswered("coach", "someone_else")
        await take(transaction, practice, both.intake, answer, by, both.clock(), tells)
    (letter,) = await mails(both)
    assert letter["to"] == "ruta@example.org"
    assert "https://intake.example/later/open/" in letter["text"] and "Ruta" in letter["text"]
    for day in range(20):
        await look(engine.database, practice, both.clock() + timedelta(days=day), tells)
    sent = await mails(both)
    assert [mail["to"] for mail in sent] == ["ruta@example.org"] * 3, "told, and reminded twice"
    for mail in sent:
        assert TOLD not in str(mail) and "someone" not in str(mail).casefold()


async def test_what_was_refused_sends_nothing(both: Both) -> None:
    engine = both.api.engine
    tells = Telling(engine.practice, engine.receipts, "https://intake.example")
    with pytest.raises(StepRefused):
        async with engine.database.writing() as transaction:
            empty = ConsiderOpened(" ", None, 24, expiry(both.clock(), 24))
            by = by_coach("maren")
            await take(transaction, engine.practice, both.intake, empty, by, both.clock(), tells)
    assert await mails(both) == []
