"""What the commands share that work on an installation: its settings, and a loop to run in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from rightfit.commands.places import fail, folder_of, project
from rightfit.practice import PracticeFaulty

if TYPE_CHECKING:
    from rightfit.engine.assembly import Settings

Data = Annotated[
    Path, typer.Option("--data", help="Folder of the SQLite database.", envvar="RIGHTFIT_DATA")
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database", help="Address of a PostgreSQL database.", envvar="RIGHTFIT_DATABASE"
    ),
]
DATA_FOLDER = Path(".rightfit")


def settings_of(data: Path, database: str | None, practice: Path) -> Settings:
    """The settings of the installation that a command is about."""
    from rightfit.engine.assembly import Settings

    return Settings(
        project=project(),
        practice=folder_of(practice),
        data=data if data.is_absolute() else Path.cwd() / data,
        database=database,
    )


def writable(folder: Path) -> None:
    """Make the folder; ends the command where nothing can be written to it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        proof = folder / ".writable"
        proof.touch()
        proof.unlink()
    except OSError as error:
        fail(f"{folder}: cannot be written to ({error.strerror}); choose another with --data", 2)


def run(work: Callable[[], Coroutine[Any, Any, int]]) -> NoReturn:
    """Run the work; what is known to go wrong becomes one clear message."""
    from rightfit.engine.model import ModelNotReady
    from rightfit.language.asides import ReaderUnavailable
    from rightfit.language.encoder import EncoderUnavailable
    from rightfit.language.understanding import UnderstandingUnavailable
    from rightfit.store.database import NoSuchDatabase, StorageUnavailable

    try:
        code = asyncio.run(work())
    except PracticeFaulty as error:
        fail("\n".join(str(fault) for fault in error.faults))
    except (
        ModelNotReady,
        EncoderUnavailable,
        ReaderUnavailable,
        UnderstandingUnavailable,
    ) as error:
        fail(str(error))
    except NoSuchDatabase as error:
        fail(str(error), 2)
    except StorageUnavailable as error:
        fail(f"database: {error}; check its address and that it runs, then start again", 2)
    except KeyboardInterrupt:
        code = 0
    raise typer.Exit(code)
