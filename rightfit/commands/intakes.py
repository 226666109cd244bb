"""``rightfit intakes``: what is stored, as its coach reads it."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from rightfit.commands.places import PRACTICE_FOLDER
from rightfit.commands.running import DATA_FOLDER, Data, DatabaseUrl, run, settings_of

app = typer.Typer(help="Intakes as they are stored.", no_args_is_help=True)


@app.command("list")
def intakes_list(data: Data = DATA_FOLDER, database: DatabaseUrl = None) -> None:
    """The intakes in the store, the latest change first."""
    from rightfit.store import intakes
    from rightfit.store.database import opened
    from rightfit.store.tallies import Tally, tallies

    settings = settings_of(data, database, PRACTICE_FOLDER)

    async def work() -> int:
        async with (
            opened(settings.database_url) as database,
            database.reading() as transaction,
        ):
            heads = await intakes.heads(transaction)
            counts = await tallies(transaction, [head.id for head in heads])
        for head in heads:
            letters = f", {head.dead_letters} dead letters" if head.dead_letters else ""
            typer.echo(
                f"{head.id}  {head.changed_at:%Y-%m-%d %H:%M}  {head.state:<8}"
                f"  {counts.get(head.id, Tally()).answered} answered{letters}"
            )
        return 0

    run(work)


@app.command("show")
def intakes_show(
    id: Annotated[str, typer.Argument(help="Id of the intake; see rightfit intakes list.")],
    data: Data = DATA_FOLDER,
    database: DatabaseUrl = None,
) -> None:
    """One intake as its coach reads it, as JSON in the open schema."""
    from rightfit.engine.assembly import now, practice_of
    from rightfit.privacy.audit import OPERATOR
    from rightfit.privacy.held_back import for_coach
    from rightfit.store import audit, intakes
    from rightfit.store.database import opened

    settings = settings_of(data, database, PRACTICE_FOLDER)

    async def work() -> int:
        async with (
            opened(settings.database_url) as database,
            database.writing() as transaction,
        ):
            content = await intakes.content(transaction, id)
            if content is not None:
                await audit.note(transaction, "intake_read", OPERATOR, now(), intake=id)
        if content is None:
            typer.echo(f"{id}: no such intake; see rightfit intakes list", err=True)
            return 2
        read = for_coach(
            practice_of(settings),
            content.intake,
            content.versions,
            content.transcript,
            content.held_back,
        )
        typer.echo(msgspec.json.format(msgspec.json.encode(read.intake), indent=2).decode())
        return 0

    run(work)
