"""``rightfit export``, ``erase``, ``retention`` and ``audit``: what is kept, and how long."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from rightfit.commands.places import PRACTICE_FOLDER, fail
from rightfit.commands.running import DATA_FOLDER, Data, DatabaseUrl, run, settings_of

app = typer.Typer()
retention_app = typer.Typer(help="How long intakes are kept.", no_args_is_help=True)
audit_app = typer.Typer(help="The record of what was done.", no_args_is_help=True)

Code = Annotated[
    str,
    typer.Argument(
        metavar="CODE", help="The client's receipt code; - reads it from standard input."
    ),
]


def _typed(code: str) -> str:
    """A code as the store knows it; from standard input it stays out of the shell's history."""
    from rightfit.privacy.receipts import normal

    return normal(sys.stdin.readline() if code == "-" else code)


@app.command()
def export(
    code: Code,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write to this file instead of standard output.")
    ] = None,
    data: Data = DATA_FOLDER,
    database: DatabaseUrl = None,
) -> None:
    """Everything of one intake as JSON, as its client would download it."""
    from rightfit.engine.assembly import now
    from rightfit.privacy.audit import OPERATOR
    from rightfit.privacy.export import export_of
    from rightfit.privacy.receipts import digest
    from rightfit.review.letters import letters_in
    from rightfit.store import audit, conversations, intakes, reviews
    from rightfit.store.database import opened

    settings, receipt = settings_of(data, database, PRACTICE_FOLDER), digest(_typed(code))

    async def work() -> int:
        async with opened(settings.database_url) as database, database.writing() as transaction:
            id = await conversations.conversation_of_receipt(transaction, receipt)
            content = await intakes.content(transaction, id) if id else None
            if id is None or content is None:
                return _no_such(await conversations.erased_at(transaction, receipt))
            log = await reviews.log_of(transaction, id)
            # Recorded with the reading: if this cannot be written, nothing is shown.
            await audit.note(transaction, "intake_exported", OPERATOR, now(), intake=id)
        letters = [(entry.at, letter) for entry, letter in letters_in(log)]
        told = export_of(content.intake, content.versions, content.transcript, letters, log)
        text = msgspec.json.format(msgspec.json.encode(told), indent=2).decode()
        if out is None:
            typer.echo(text)
        else:
            _write(out, text)
        return 0

    run(work)


def _no_such(erased_at: object) -> int:
    if erased_at is not None:
        typer.echo("CODE: this intake was erased; nothing of it is left", err=True)
    else:
        typer.echo("CODE: no intake has this receipt code; check it letter by letter", err=True)
    return 2


def _write(file: Path, text: str) -> None:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        fail(f"{file}: is there already; choose another name", 2)
    except OSError as error:
        fail(f"{file}: cannot be written ({error.strerror}); choose another place", 2)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text + "\n")


@app.command()
def erase(
    code: Code,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether I am sure.")] = False,
    data: Data = DATA_FOLDER,
    database: DatabaseUrl = None,
) -> None:
    """Erase one intake for good, as its client would."""
    from rightfit.engine.assembly import now
    from rightfit.privacy.audit import OPERATOR
    from rightfit.privacy.receipts import digest
    from rightfit.store import conversations
    from rightfit.store.database import opened

    settings, receipt = settings_of(data, database, PRACTICE_FOLDER), digest(_typed(code))

    async def work() -> int:
        async with opened(settings.database_url) as database:
            async with database.reading() as transaction:
                id = await conversations.conversation_of_receipt(transaction, receipt)
                if id is None:
                    return _no_such(await conversations.erased_at(transaction, receipt))
            if not yes and not _is_sure():
                typer.echo("Nothing was erased.", err=True)
                return 2
            async with database.writing() as transaction:
                erased = await conversations.erase(transaction, id, now(), OPERATOR)
            await database.settle()
        typer.echo("Erased." if erased else "It was erased meanwhile.")
        return 0

    run(work)


def _is_sure() -> bool:
    if not sys.stdin.isatty():
        typer.echo("erase: this cannot be undone; say so with --yes", err=True)
        return False
    return typer.confirm("Everything of this intake is erased for good. Go on?", err=True)


@retention_app.command("run")
def retention_run(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say which intakes would be erased.")
    ] = False,
    data: Data = DATA_FOLDER,
    database: DatabaseUrl = None,
) -> None:
    """Erase what was kept long enough. The server does so by itself once a day."""
    from rightfit.engine.assembly import now
    from rightfit.engine.upkeep import erase_what_is_due
    from rightfit.privacy.audit import OPERATOR
    from rightfit.store import retention
    from rightfit.store.database import opened
    from rightfit.store.settings import decided

    settings = settings_of(data, database, PRACTICE_FOLDER)

    async def work() -> int:
        async with opened(settings.database_url) as database:
            if not dry_run:
                erased = await erase_what_is_due(database, now(), OPERATOR)
                typer.echo(f"{erased} erased.")
                return 0
            async with database.reading() as transaction:
                kept = await decided(transaction)
                due = await retention.due(transaction, kept, now())
        typer.echo(
            f"Kept for {kept.sent_days} days if sent, for {kept.unfinished_days} if not. "
            f"{len(due)} would be erased:"
            if due
            else "None would be erased."
        )
        for one in due:
            state = "sent" if one.was_sent else "not sent"
            typer.echo(f"{one.id}  last touched {one.last_touched:%Y-%m-%d %H:%M}  {state}")
        return 0

    run(work)


@audit_app.command("verify")
def audit_verify(
    head: Annotated[
        str | None,
        typer.Option(
            "--head", help="What this command printed earlier, such as 120-3f9a...: still there?"
        ),
    ] = None,
    data: Data = DATA_FOLDER,
    database: DatabaseUrl = None,
) -> None:
    """See whether an entry of the record was changed, taken out or moved. 1 if so."""
    from rightfit.store import audit
    from rightfit.store.database import opened

    noted = _noted(head) if head is not None else None
    settings = settings_of(data, database, PRACTICE_FOLDER)

    async def work() -> int:
        async with opened(settings.database_url) as database, database.reading() as transaction:
            broken = await audit.verify(transaction, noted)
            last, hashed = await audit.head(transaction) if not broken else (0, "")
        for each in broken:
            typer.echo(f"entry {each.seq}: {each.what}")
        if broken:
            typer.echo(
                "The record is not as it was written. Compare it with a backup, and ask who can "
                "write to the database.",
                err=True,
            )
            return 1
        typer.echo(f"{last} entries, each as it was written.")
        typer.echo(f"Write this down where nobody can change it: {last}-{hashed}")
        return 0

    run(work)


def _noted(head: str) -> tuple[int, str]:
    number, _, hashed = head.strip().partition("-")
    if not (number.isascii() and number.isdecimal() and len(hashed) == 64):
        fail("--head: that is not what rightfit audit verify prints; copy all of it", 2)
    return int(number), hashed
