"""A client who does not agree to the intake leaves nothing behind."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select

from rightfit.engine.reception import Ended
from rightfit.store import conversations, intakes
from rightfit.store.reconcile import discrepancies
from rightfit.store.tables import metadata
from tests.engines import StartEngine


async def test_what_waits_behind_a_no_is_not_kept(
    start_engine: StartEngine, database_url: str, short_practice: Path
) -> None:
    async with start_engine(database_url, practice=short_practice) as engine:
        reception = engine.reception
        opened = await reception.open("web", None, "en", None)
        texts = ("No", "I was let go when I fell ill", "Is anybody there?")
        first, *others = await asyncio.gather(
            *(reception.receive(opened.conversation, text, "text", text) for text in texts),
            return_exceptions=True,
        )
        assert [message.response for message in first.messages] == ["utter_declined"]
        assert [type(other) for other in others] == [Ended, Ended]
        with pytest.raises(Ended):
            await reception.receive(opened.conversation, texts[1], "text", texts[1])
        async with engine.database.reading() as transaction:
            held = await conversations.conversation(transaction, opened.conversation)
            content = await intakes.content(transaction, opened.conversation)
            assert held and held.state == "declined"
            assert content and [m.response for m in content.transcript] == ["utter_declined"]
            assert await discrepancies(transaction) == ()
            for name in ("events", "answers"):
                kept = select(func.count()).select_from(metadata.tables[name])
                assert (await transaction.execute(kept)).scalar_one() == 0
