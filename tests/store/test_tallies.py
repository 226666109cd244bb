"""What the list of intakes counts, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from rightfit.records import Given
from rightfit.store.tallies import Tally, tallies
from tests.web.coach_site import WHOLE, Said, Site, prepared_site


@pytest.fixture
async def site(database_url: str) -> AsyncIterator[Site]:
    async with prepared_site(database_url) as opened:
        yield opened


async def test_each_intake_is_counted_by_what_stands_there_now(site: Site) -> None:
    note, change = Said("a note", state="sent"), Said("change", "recap", takes_out=True)
    expected = {
        await site.intake(): None,
        await site.intake(WHOLE[0]): Tally(0, 0, 0),
        await site.intake(*WHOLE): Tally(15, 1, 0),
        await site.intake(*WHOLE, note, note): Tally(15, 1, 2),
        # Open again: what is written now belongs to the change, and is not a note.
        await site.intake(*WHOLE, note, change, Said("which?")): Tally(15, 1, 0),
        await site.intake(
            WHOLE[0],
            Said("skip", "goals", Given("skipped")),
            Said("Numbers", "goals"),
            Said("skip", "times", Given("skipped")),
            Said("Ruta", "name"),
            Said("start again", "name", takes_out=True),
        ): Tally(1, 1, 0),
    }
    await site.intake(*WHOLE)
    async with site.database.reading() as transaction:
        counted = await tallies(transaction, list(expected))
        assert await tallies(transaction, []) == {}
    assert {id: counted.get(id) for id in expected} == expected
    assert len(counted) == 5, "and no other intake's"
