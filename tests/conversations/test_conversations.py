"""Every transcript in this folder, played on the real engine, reader and actions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rightfit.engine.assembly import Engine

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
SCRIPTS = sorted(HERE.glob("*/*.yml"))


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One loop for all transcripts: the engine takes seconds to load."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="module")
def running(
    loop: asyncio.AbstractEventLoop, trained: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    from rightfit.engine.assembly import Settings, engine
    from rightfit.engine.script import UNHURRIED

    data = tmp_path_factory.mktemp("conversations")
    settings = Settings(PROJECT, PROJECT / "practice", data, limits=UNHURRIED)
    stack = AsyncExitStack()
    yield loop.run_until_complete(stack.enter_async_context(engine(settings)))
    loop.run_until_complete(stack.aclose())


@pytest.mark.parametrize(
    "script", SCRIPTS, ids=[f"{file.parent.name}/{file.stem}" for file in SCRIPTS]
)
def test_transcript(script: Path, running: Engine, loop: asyncio.AbstractEventLoop) -> None:
    from rightfit.engine.script import Playing, read_script

    playing = Playing(running, read_script(script))

    async def play() -> list[str]:
        return [f"{said.author}: {said.text}" async for said in playing.messages()]

    transcript = loop.run_until_complete(play())

    assert playing.differences == [], "\n".join(transcript)


def test_there_are_transcripts_for_many_kinds_of_trouble() -> None:
    assert len(SCRIPTS) >= 50
    assert len({script.parent for script in SCRIPTS}) >= 12
