"""``rightfit backup`` and ``rightfit restore``: the database in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from rightfit.commands.places import PRACTICE_FOLDER, fail
from rightfit.commands.running import DATA_FOLDER, Data, DatabaseUrl, run, settings_of

if TYPE_CHECKING:
    from rightfit.store.backup import Contents

app = typer.Typer()

CopyFile = Annotated[Path, typer.Argument(metavar="FILE", help="The file with the copy.")]


@app.command()
def backup(file: CopyFile, data: Data = DATA_FOLDER, database: DatabaseUrl = None) -> None:
    """Copy the SQLite database into one file, while the server runs, and check the copy."""
    from rightfit.store.backup import CannotCopy, copy

    if database is not None:
        _use_postgresql("pg_dump --format=custom --file=FILE")
    there = settings_of(data, None, PRACTICE_FOLDER).data / "rightfit.db"
    try:
        contents = copy(there, file)
    except CannotCopy as error:
        fail(str(error), 2)
    typer.echo(f"{file}: {_told(contents)}. It is whole.")
    typer.echo("It holds all that clients said, and the secret behind their receipt codes.")
    typer.echo("Keep it encrypted, and no longer than you need it.")


@app.command()
def restore(
    file: CopyFile,
    yes: Annotated[
        bool, typer.Option("--yes", help="Replace the database that is there now.")
    ] = False,
    data: Data = DATA_FOLDER,
    database: DatabaseUrl = None,
) -> None:
    """Bring a copy of the SQLite database back. Stop the server first."""
    from rightfit.engine.assembly import now
    from rightfit.store.backup import CannotCopy
    from rightfit.store.restore import restore as bring_back

    if database is not None:
        _use_postgresql("pg_restore --clean --if-exists --dbname=ADDRESS FILE")
    there = settings_of(data, None, PRACTICE_FOLDER).data / "rightfit.db"

    async def work() -> int:
        try:
            done = await bring_back(file, there, now(), replace=yes)
        except CannotCopy as error:
            typer.echo(str(error), err=True)
            return 2
        typer.echo(f"{there}: {_told(done.contents)}.")
        if done.erased_again:
            typer.echo(f"{done.erased_again} of them were erased since, and are erased again.")
        if done.not_sent:
            typer.echo(f"{done.not_sent} letters or calls may have gone out before; none is sent.")
        typer.echo("Everybody has to sign in again. Look at who may: rightfit coach list")
        if done.aside is not None:
            typer.echo(f"What was there before is now {done.aside}. Delete it when all is well.")
        return 0

    run(work)


def _told(contents: Contents) -> str:
    intakes = f"{contents.intakes} {'intake' if contents.intakes == 1 else 'intakes'}"
    if contents.newest is None:
        return intakes
    return f"{intakes}, {contents.entries} entries up to {contents.newest:%Y-%m-%d %H:%M} UTC"


def _use_postgresql(command: str) -> NoReturn:
    fail(
        "--database: PostgreSQL has a better tool for this, which knows how to do it while it "
        f"runs; use: {command}\nSee docs/how-to/back-up.md",
        2,
    )
