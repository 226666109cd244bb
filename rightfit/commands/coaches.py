"""``rightfit coach``: who coaches, and their way in."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from rightfit.commands.places import PRACTICE_FOLDER, PracticeFolder, fail
from rightfit.commands.running import DATA_FOLDER, Data, DatabaseUrl, run, settings_of
from rightfit.practice import PracticeFaulty

app = typer.Typer(help="Coaches: who they are, and their way in.", no_args_is_help=True)
_LINK_HOURS = 24


@app.command("list")
def coach_list(practice: PracticeFolder = PRACTICE_FOLDER) -> None:
    """The coaches of the practice."""
    from rightfit.engine.assembly import practice_of

    try:
        coaches = practice_of(settings_of(DATA_FOLDER, None, practice)).coaches
    except PracticeFaulty as error:
        fail("\n".join(str(fault) for fault in error.faults))
    for coach in coaches:
        typer.echo(f"{coach.id}  {coach.name}: {coach.about}")


@app.command("add")
def coach_add(
    coach: Annotated[str, typer.Argument(help="A short id for the coach; it is for good.")],
    name: Annotated[str, typer.Option("--name", help="What clients call the coach.")],
    practice: PracticeFolder = PRACTICE_FOLDER,
) -> None:
    """Add a coach to practice/coaches.yml, to be filled in."""
    from rightfit.practice.adding import CannotAdd, add_coach

    settings = settings_of(DATA_FOLDER, None, practice)
    try:
        add_coach(settings.practice, settings.project / "domain.yml", coach, name)
    except PracticeFaulty as error:
        fail("\n".join(str(fault) for fault in error.faults))
    except CannotAdd as error:
        fail(str(error), 2)
    typer.echo(f"Added {name} to {settings.practice / 'coaches.yml'}, with the fields of another.")
    typer.echo("Change what does not fit, then run: rightfit check")
    typer.echo(f"After the next start of the server: rightfit coach link {coach}")


@app.command("link")
def coach_link(
    coach: Annotated[str, typer.Argument(help="Id of the coach; see rightfit coach list.")],
    address: Annotated[
        str, typer.Option("--address", help="Address at which the coach reaches the server.")
    ] = "http://127.0.0.1:8080",
    data: Data = DATA_FOLDER,
    database: DatabaseUrl = None,
    practice: PracticeFolder = PRACTICE_FOLDER,
) -> None:
    """Print a one-time link with which a coach signs in."""
    from rightfit.engine.assembly import now, practice_of
    from rightfit.store.database import opened
    from rightfit.web.links import new_link

    settings = settings_of(data, database, practice)

    async def work() -> int:
        known = [one.id for one in practice_of(settings).coaches]
        if coach not in known:
            typer.echo(f"{coach}: no such coach; there are {', '.join(known)}", err=True)
            return 2
        async with opened(settings.database_url) as database:
            link = await new_link(database, coach, address, now(), timedelta(hours=_LINK_HOURS))
        typer.echo(link)
        return 0

    run(work)
