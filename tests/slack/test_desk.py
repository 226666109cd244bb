"""A coach reads in Slack what they read on their page, and it is recorded the same way."""

from __future__ import annotations

from rightfit.practice import load
from rightfit.slack.desk import Desk
from rightfit.store import audit, reviews
from tests.engines import PROJECT
from tests.store.written_intakes import NOW, prepared, whole_intake


async def test_reading_in_slack_is_recorded(database_url: str) -> None:
    practice = load(PROJECT / "practice", PROJECT / "domain.yml")
    async with prepared(database_url) as database:
        async with database.writing() as transaction:
            id = await whole_intake(transaction, "marker6")
        desk = Desk(database, practice, lambda: NOW)
        maren = practice.coach("maren")
        opened = await desk.open(maren, id)
        assert opened is not None
        await desk.note_reading(maren, opened)
        async with database.reading() as transaction:
            (entry,) = await audit.entries(transaction)
            names = await audit.names_of(transaction, (id,))
            assert [one.coach for one in (await reviews.readings_of(transaction, [id]))[id]] == [
                "maren"
            ]
    assert (entry.what, entry.by, entry.details) == (
        "intake_read", "coach:maren", {"part": "Slack"},
    )  # fmt: skip
    assert names[str(entry.about)] == id
