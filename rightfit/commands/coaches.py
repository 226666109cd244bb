"""``rightfit coach``: who coaches, and their way in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from rightfit.commands.places import PRACTICE_FOLDER, PracticeFolder, fail
from rightfit.commands.running import DATA_FOLDER, Data, DatabaseUrl, run, settings_of
from rightfit.practice import PracticeFaulty

if TYPE_CHECKING:
    from rightfit.privacy.people import Person


class RoleName(str, Enum):
    """The roles that there are."""

    lead = "lead"
    coach = "coach"


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
    from rightfit.store import people
    from rightfit.store.database import opened
    from rightfit.web.links import new_link

    settings = settings_of(data, database, practice)

    async def work() -> int:
        known = practice_of(settings)
        async with opened(settings.database_url) as database:
            async with database.reading() as transaction:
                everybody = await people.everybody(transaction, known)
            if fault := _why_not(everybody, coach):
                typer.echo(fault, err=True)
                return 2
            link = await new_link(database, coach, address, now(), timedelta(hours=_LINK_HOURS))
        typer.echo(link)
        return 0

    run(work)


@app.command("role")
def coach_role(
    coach: Annotated[str, typer.Argument(help="Id of the coach; see rightfit coach list.")],
    role: Annotated[RoleName, typer.Argument(help="What they are to be.")],
    data: Data = DATA_FOLDER,
    database: DatabaseUrl = None,
    practice: PracticeFolder = PRACTICE_FOLDER,
) -> None:
    """Make somebody a practice lead, or a coach again. Leads do the same on their page."""
    from rightfit.engine.assembly import now, practice_of
    from rightfit.privacy.audit import OPERATOR
    from rightfit.privacy.people import ROLES, why_not_make
    from rightfit.store import audit, people
    from rightfit.store.database import opened

    settings, wanted = (
        settings_of(data, database, practice),
        next(each for each in ROLES if each == role.value),
    )

    async def work() -> int:
        known = practice_of(settings)
        async with opened(settings.database_url) as database, database.writing() as transaction:
            everybody = await people.everybody(transaction, known)
            fault = _why_not(everybody, coach) or why_not_make(everybody, coach, wanted)
            if fault:
                typer.echo(fault, err=True)
                return 2
            await people.make(transaction, known, coach, wanted, now())
            await audit.note(transaction, "role_changed", OPERATOR, now(), coach=coach, role=wanted)
        typer.echo(f"{coach} is now a {'practice lead' if wanted == 'lead' else 'coach'}.")
        return 0

    run(work)


@app.command("reset")
def coach_reset(
    coach: Annotated[str, typer.Argument(help="Id of the coach; see rightfit coach list.")],
    data: Data = DATA_FOLDER,
    database: DatabaseUrl = None,
    practice: PracticeFolder = PRACTICE_FOLDER,
) -> None:
    """Take away a coach's second step, when phone and recovery codes are lost."""
    from rightfit.engine.assembly import now, practice_of
    from rightfit.privacy.audit import OPERATOR
    from rightfit.store import audit, people, second_steps
    from rightfit.store.database import opened

    settings = settings_of(data, database, practice)

    async def work() -> int:
        known = practice_of(settings)
        async with opened(settings.database_url) as database, database.writing() as transaction:
            if fault := _why_not(await people.everybody(transaction, known), coach):
                typer.echo(fault, err=True)
                return 2
            await second_steps.forget(transaction, coach)
            await audit.note(transaction, "second_step_reset", OPERATOR, now(), coach=coach)
        typer.echo(f"{coach} signs in with a password or a link, and can set it up anew.")
        return 0

    run(work)


def _why_not(everybody: Sequence[Person], id: str) -> str | None:
    """Why somebody cannot sign in: place, fault, remedy; null if they can."""
    found = next((one for one in everybody if one.coach.id == id), None)
    if found is None:
        known = ", ".join(one.coach.id for one in everybody)
        return f"{id}: no such coach; there are {known}"
    if found.removed_at is not None:
        return f"{id}: was removed; a practice lead can let them back in on the page People"
    return None
