"""``rightfit intakes``: what is stored, as its coach reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from rightfit.commands.places import (
    PRACTICE_FOLDER,
    CoachId,
    PracticeFolder,
    coach_in,
    fail,
    practice_in,
)
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


@app.command("import")
def intakes_import(
    file: Annotated[Path, typer.Argument(help="The packet, as JSON.")],
    coach: CoachId,
    data: Data = DATA_FOLDER,
    database: DatabaseUrl = None,
    practice: PracticeFolder = PRACTICE_FOLDER,
) -> None:
    """Take in a packet that a client of another practice has sent to a coach here."""
    from rightfit.engine.assembly import now, practice_of, receipts_of
    from rightfit.engine.handing_on import HandingOn
    from rightfit.privacy.packets import LARGEST, PacketFaulty, fingerprint, read_packet
    from rightfit.store.database import opened

    settings = settings_of(data, database, practice)
    who = coach_in(practice_in(practice), coach)
    try:
        with file.open("rb") as packet_file:
            packet = read_packet(packet_file.read(LARGEST + 1))
    except OSError as error:
        fail(f"{file}: cannot be read ({error.strerror}); name the file of one packet", 2)
    except PacketFaulty as fault:
        fail(f"{file}: {fault}", 2)

    async def work() -> int:
        async with opened(settings.database_url) as database:
            receipts = await receipts_of(database)
            hands = HandingOn(database, practice_of(settings), receipts, now)
            id, is_new = await hands.take_in(packet, who.id)
        done = "Taken in" if is_new else "Taken in before"
        typer.echo(f"{done} as {id}, for {who.name}")
        typer.echo(f"From {packet.content.coach}, {packet.content.practice}")
        typer.echo(f"Signed by {fingerprint(packet)}")
        typer.echo(f"The client's receipt code here: {receipts.of(id)}")
        return 0

    run(work)
