"""Clients are told how long what they say is kept, before they agree to anything."""

from __future__ import annotations

from pathlib import Path

from rightfit.store import intakes
from rightfit.store.settings import decide
from tests.engine.scripted_client import ScriptedClient
from tests.engines import StartEngine


async def test_the_client_is_told_what_the_practice_has_decided(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> None:
    versions = {}
    async with start_engine(sqlite_url, practice=short_practice) as engine:
        for days in ("", "90", "90", "14"):
            if days:
                async with engine.database.writing() as transaction:
                    await decide(transaction, {"sent_days": days})
            client = ScriptedClient(engine.reception)
            await client.open()
            await client.play(("choose", ["yes"]))
            async with engine.database.reading() as transaction:
                content = await intakes.content(transaction, client.conversation)
            assert content is not None and content.intake.consent is not None
            # Unfinished intakes are kept for thirty days: the longer time is told.
            told = f"for {days.replace('14', '30') or '365'} days, they are erased"
            assert any(told in message.text for message in content.transcript), days
            assert "{" not in content.transcript[1].text
            versions.setdefault(days, set()).add(content.intake.consent.version)
    assert [len(found) for found in versions.values()] == [1, 1, 1]
    assert len(set.union(*versions.values())) == 3, "each is a wording of its own"
