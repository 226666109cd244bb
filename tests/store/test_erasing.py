"""What was erased is gone: from every table, and from the bytes on the disk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from rightfit.engine.assembly import Engine
from rightfit.engine.reception import NoSuchConversation
from rightfit.store import inbox
from rightfit.store.database import Database
from rightfit.store.tables import metadata
from tests.engine.scripted_client import ScriptedClient, Step
from tests.engines import StartEngine

#: In everything that the client who erases says.
MARK = "marker5b1e"
WHOLE: tuple[Step, ...] = (
    ("choose", ["yes"]),
    ("say", f"{MARK} Ann"),
    ("say", f"{MARK} Ten years at sea. " * 200),
    ("say", f"{MARK} A desk on land. " * 200),
    ("say", "Let me change my goals"),
    ("say", f"{MARK} A desk by a window"),
    ("choose", ["video"]),
    ("say", f"{MARK}@sea.example"),
    ("choose", ["send"]),
    ("say", f"{MARK} one more thing"),
)


async def _by_request(engine: Engine, client: ScriptedClient) -> None:
    await client.play(*WHOLE)
    await engine.reception.erase(client.conversation)


async def _by_stopping_for_good(engine: Engine, client: ScriptedClient) -> None:
    await client.play(*WHOLE[:-2], ("say", "I have to stop"), ("choose", ["erase"]))


async def _without_consent(engine: Engine, client: ScriptedClient) -> None:
    await client.play(("say", f"{MARK} Who are you?"), ("choose", ["no"]))


WAYS = [_by_request, _by_stopping_for_good, _without_consent]
Way = Callable[[Engine, ScriptedClient], Awaitable[None]]


async def _erased(engine: Engine, way: Way) -> ScriptedClient:
    """Somebody who stays, and a client who has erased in this way."""
    stays = ScriptedClient(engine.reception)
    await stays.open()
    await stays.play(("choose", ["yes"]), ("say", "Berit stays"))
    client = ScriptedClient(engine.reception)
    await client.open()
    await way(engine, client)
    content = await engine.reception.content(stays.conversation)
    assert "Berit stays" in {message.text for message in content.transcript}
    return client


@pytest.mark.parametrize("way", WAYS)
async def test_no_table_holds_anything_of_it(
    start_engine: StartEngine, database_url: str, short_practice: Path, way: Way
) -> None:
    async with start_engine(database_url, practice=short_practice) as engine:
        client = await _erased(engine, way)
        assert client.opened
        async with engine.database.reading() as transaction:
            for table in metadata.sorted_tables:
                for row in (await transaction.execute(select(table))).all():
                    assert MARK not in repr(row), table.name
                    if way is not _without_consent:
                        assert client.conversation not in repr(row), table.name
                        assert client.opened.receipt not in repr(row), table.name
        if way is not _without_consent:
            with pytest.raises(NoSuchConversation):
                await engine.reception.content(client.conversation)


@pytest.mark.parametrize("way", WAYS)
async def test_no_file_of_the_database_holds_a_byte_of_it(
    start_engine: StartEngine, tmp_path: Path, short_practice: Path, way: Way
) -> None:
    url = f"sqlite:///{tmp_path}/rightfit.db"
    async with start_engine(url, practice=short_practice) as engine:
        await _erased(engine, way)
        files = _bytes(tmp_path)
    assert "rightfit.db-wal" in files, "the log that is written ahead is looked at too"
    assert b"Berit stays" in b"".join(files.values())
    assert [name for name, content in files.items() if MARK.encode() in content] == []


async def test_what_a_reader_held_up_is_gone_at_the_next_start(
    start_engine: StartEngine,
    tmp_path: Path,
    short_practice: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rightfit.store.database._BUSY_TIMEOUT", 0.01)
    url = f"sqlite:///{tmp_path}/rightfit.db"
    async with start_engine(url, practice=short_practice) as engine:
        client = ScriptedClient(engine.reception)
        await client.open()
        await client.play(*WHOLE)
        other = Database(url)
        async with other.reading() as transaction:
            await inbox.oldest_waiting(transaction)
            await engine.reception.erase(client.conversation)
            assert MARK.encode() in _bytes(tmp_path)["rightfit.db-wal"]
        await other.prepare()
        assert MARK.encode() not in b"".join(_bytes(tmp_path).values())
        await other.close()


def _bytes(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.glob("rightfit.db*")}
