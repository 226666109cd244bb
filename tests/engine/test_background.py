"""What goes on beside answering: in the server, and in a process that only works."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from rightfit.engine.background import in_background
from rightfit.store import conversations, inbox, people, settings
from tests.engine.scripted_client import ScriptedClient
from tests.engines import PROJECT, Clock, StartEngine


async def test_what_was_kept_long_enough_goes_and_open_pages_are_told(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> None:
    clock = Clock()
    async with start_engine(sqlite_url, practice=short_practice, clock=clock) as engine:
        client = ScriptedClient(engine.reception)
        await client.open()
        waiting = asyncio.create_task(engine.reception.wait_for_news(client.conversation, 60))
        await asyncio.sleep(0)
        clock.now += timedelta(days=31)
        async with in_background(engine.reception, engine.database, clock):
            await waiting
        async with engine.database.reading() as transaction:
            assert await conversations.conversation(transaction, client.conversation) is None
            assert await settings.value_of(transaction, "last_upkeep") is not None


async def test_a_message_that_a_crash_left_waiting_gets_its_turn(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> None:
    clock = Clock()
    async with start_engine(sqlite_url, practice=short_practice, clock=clock) as engine:
        client = ScriptedClient(engine.reception)
        await client.open()
        async with engine.database.writing() as transaction:
            await inbox.accept(
                transaction, conversation=client.conversation, channel="web", key="left",
                kind="choice", body=["yes"], at=clock(),
            )  # fmt: skip
        clock.now += timedelta(minutes=1)
        async with in_background(engine.reception, engine.database, clock):
            await engine.reception.wait_for_news(client.conversation, 60)
        async with engine.database.reading() as transaction:
            assert await inbox.oldest_waiting(transaction) is None


async def test_clients_are_not_offered_a_coach_who_was_removed(
    start_engine: StartEngine, sqlite_url: str
) -> None:
    clock = Clock()
    async with start_engine(sqlite_url, clock=clock) as engine, engine.database.writing() as tx:
        await people.remove(tx, engine.practice, "dayo", clock())
    async with start_engine(sqlite_url, clock=clock) as engine:
        opened = await engine.reception.open("web", "dayo", None, None)
        async with engine.database.reading() as tx:
            held = await conversations.conversation(tx, opened.conversation)
        assert held is not None and held.coach is None
        client = ScriptedClient(engine.reception)
        await client.open()
        await client.play(("choose", ["yes"]), ("say", "Ann"))
        async with engine.database.reading() as tx:
            held = await conversations.conversation(tx, client.conversation)
        assert held is not None
        ids = {choice.id for choice in held.on_screen.choices}
        assert ids == {"maren", "ines", "no_preference"}


def test_a_process_that_only_works_starts_and_stops(trained: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rightfit.cli", "work", "--data", str(tmp_path)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "At work" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
