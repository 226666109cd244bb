"""The ``rightfit`` command. Exit codes: 0 well, 1 something is wrong, 2 could not be run."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import msgspec
import typer

from rightfit.commands.fit import app as fit_app
from rightfit.commands.summary import app as summary_app
from rightfit.practice import PracticeFaulty
from rightfit.practice import check as practice_faults

if TYPE_CHECKING:
    from rightfit.engine.assembly import Settings
    from rightfit.records import Message

app = typer.Typer(
    help="A conversational intake assistant for coaches.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
coach_app = typer.Typer(help="Coaches: who they are, and their way in.", no_args_is_help=True)
intakes_app = typer.Typer(help="Intakes as they are stored.", no_args_is_help=True)
app.add_typer(coach_app, name="coach")
app.add_typer(intakes_app, name="intakes")
app.add_typer(fit_app)
app.add_typer(summary_app)

_DATA = typer.Option("--data", help="Folder of the SQLite database.", envvar="RIGHTFIT_DATA")
_DATABASE = typer.Option(
    "--database", help="Address of a PostgreSQL database.", envvar="RIGHTFIT_DATABASE"
)
_PRACTICE = typer.Option(
    "--practice", help="Folder with coaches.yml and questions.yml.", envvar="RIGHTFIT_PRACTICE"
)
Data = Annotated[Path, _DATA]
DatabaseUrl = Annotated[str | None, _DATABASE]
PracticeFolder = Annotated[Path, _PRACTICE]

_DATA_FOLDER, _PRACTICE_FOLDER = Path(".rightfit"), Path("practice")
_LINK_HOURS = 24


def main() -> NoReturn:
    """Run the command line."""
    # The matrices of one message are too small to share out; idle threads would only spin.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    app()
    sys.exit(0)


def _fail(message: str, code: int = 1) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _project() -> Path:
    """The folder with domain.yml: here, or where this code lies."""
    here = Path.cwd()
    if (here / "domain.yml").is_file():
        return here
    return Path(__file__).resolve().parent.parent


def _settings(data: Path, database: str | None, practice: Path) -> Settings:
    from rightfit.engine.assembly import Settings

    project = _project()
    return Settings(
        project=project,
        practice=practice if practice.is_absolute() or practice.is_dir() else project / practice,
        data=data if data.is_absolute() else Path.cwd() / data,
        database=database,
    )


def _writable(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        proof = folder / ".writable"
        proof.touch()
        proof.unlink()
    except OSError as error:
        _fail(f"{folder}: cannot be written to ({error.strerror}); choose another with --data", 2)


def _run(work: Callable[[], Coroutine[Any, Any, int]]) -> NoReturn:
    """Run the work; what is known to go wrong becomes one clear message."""
    from rightfit.engine.model import ModelNotReady
    from rightfit.language.asides import ReaderUnavailable
    from rightfit.language.encoder import EncoderUnavailable
    from rightfit.language.understanding import UnderstandingUnavailable
    from rightfit.store.database import NoSuchDatabase, StorageUnavailable

    try:
        code = asyncio.run(work())
    except PracticeFaulty as error:
        _fail("\n".join(str(fault) for fault in error.faults))
    except (
        ModelNotReady,
        EncoderUnavailable,
        ReaderUnavailable,
        UnderstandingUnavailable,
    ) as error:
        _fail(str(error))
    except NoSuchDatabase as error:
        _fail(str(error), 2)
    except StorageUnavailable as error:
        _fail(f"database: {error}; check its address and that it runs, then start again", 2)
    except KeyboardInterrupt:
        code = 0
    raise typer.Exit(code)


@app.command()
def check(practice: PracticeFolder = _PRACTICE_FOLDER) -> None:
    """Check the practice and the wording; every mistake in one run."""
    project = _project()
    folder = practice if practice.is_dir() or practice.is_absolute() else project / practice
    faults = practice_faults(folder, project / "domain.yml")
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        _fail(f"{len(faults)} to mend.")
    typer.echo("Practice and wording are in order.")


@app.command()
def train(
    force: Annotated[bool, typer.Option("--force", help="Train although nothing changed.")] = False,
) -> None:
    """Train the model if content or data changed."""
    from rightfit.engine import model

    settings = _settings(_DATA_FOLDER, None, _PRACTICE_FOLDER)
    if not force and model.is_fresh(settings.project, settings.model):
        typer.echo("The model is up to date.")
        return
    _train(settings)


def _train(settings: Settings, say: Callable[[str], None] = typer.echo) -> None:
    from rightfit.engine import model
    from rightfit.language.encoder import EncoderUnavailable

    _writable(settings.model.parent)
    try:
        model.train(settings.project, settings.model, say)
    except (model.ModelNotReady, EncoderUnavailable) as error:
        _fail(str(error))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8080,
    data: Data = _DATA_FOLDER,
    database: DatabaseUrl = None,
    practice: PracticeFolder = _PRACTICE_FOLDER,
    behind_proxy: Annotated[
        bool,
        typer.Option(
            "--behind-proxy",
            help="Believe X-Forwarded-For and -Proto of the proxy in front.",
            envvar="RIGHTFIT_BEHIND_PROXY",
        ),
    ] = False,
    max_characters: Annotated[int, typer.Option(help="Characters a message.", min=1)] = 8000,
    max_body: Annotated[int, typer.Option(help="Bytes a request body.", min=1024)] = 65536,
    messages_per_minute: Annotated[
        float, typer.Option(help="Messages a minute, for each conversation.", min=0.1)
    ] = 30,
    messages_at_once: Annotated[
        float, typer.Option(help="Messages at once, for each conversation.", min=1)
    ] = 10,
    conversations_per_minute: Annotated[
        float, typer.Option(help="New conversations a minute, for each address.", min=0.1)
    ] = 60,
    conversations_at_once: Annotated[
        float, typer.Option(help="New conversations at once, for each address.", min=1)
    ] = 120,
) -> None:
    """Start the server: client page, chat API and coach pages."""
    from rightfit.engine.reception import Limits
    from rightfit.store.allowances import Rate
    from rightfit.web.serving import PortTaken, serve_until_stopped

    limits = Limits(
        characters=max_characters,
        body=max_body,
        messages=Rate(messages_per_minute, messages_at_once),
        arrivals=Rate(conversations_per_minute, conversations_at_once),
    )
    settings = msgspec.structs.replace(
        _settings(data, database, practice), limits=limits, behind_proxy=behind_proxy
    )
    faults = practice_faults(settings.practice, settings.project / "domain.yml")
    if faults:
        _fail("\n".join(str(fault) for fault in faults))
    if database is None:
        _writable(settings.data)
    from rightfit.engine import model

    if not model.is_fresh(settings.project, settings.model):
        typer.echo("The content has changed since the last training, or there was none.")
        _train(settings)

    async def work() -> int:
        try:
            await serve_until_stopped(settings, host, port, typer.echo)
        except PortTaken as error:
            typer.echo(str(error), err=True)
            return 2
        return 0

    _run(work)


@app.command()
def talk(
    script: Annotated[Path, typer.Argument(help="A scripted client (YAML).")],
    practice: PracticeFolder = _PRACTICE_FOLDER,
) -> None:
    """Play a scripted client against the real engine; ends with the intake as JSON."""
    import tempfile

    from rightfit.engine.assembly import engine
    from rightfit.engine.script import UNHURRIED, Playing, ScriptFaulty, read_script

    try:
        played = read_script(script)
    except ScriptFaulty as error:
        _fail(str(error), 2)

    async def work() -> int:
        with tempfile.TemporaryDirectory() as folder:
            settings = _settings(Path(folder), None, practice)
            settings = msgspec.structs.replace(settings, limits=UNHURRIED)
            async with engine(settings) as parts:
                playing = Playing(parts, played)
                async for message in playing.messages():
                    typer.echo(_spoken(message))
        content = playing.content
        intake = msgspec.json.encode(content.intake) if content else b"null"
        typer.echo(msgspec.json.format(intake, indent=2).decode())
        for difference in playing.differences:
            typer.echo(
                f"{script}: at {difference.at}: expected {difference.expected},"
                f" found {difference.found}",
                err=True,
            )
        return 1 if playing.differences else 0

    _run(work)


def _spoken(message: Message) -> str:
    lines = [f"{message.author}: {message.text}"]
    lines += [f"    [{choice.id}] {choice.title}" for choice in message.choices]
    return "\n".join(lines)


@app.command()
def understand(
    explain: Annotated[bool, typer.Option("--explain", help="Say why, too.")] = False,
) -> None:
    """Read messages as JSON lines, and write what is understood of each, in the same order."""
    from rightfit.engine import model
    from rightfit.language.asides import ReaderUnavailable
    from rightfit.language.encoder import EncoderUnavailable
    from rightfit.language.understand import Request, Understander
    from rightfit.language.understanding import UnderstandingUnavailable

    settings = _settings(_DATA_FOLDER, None, _PRACTICE_FOLDER)
    if not model.is_fresh(settings.project, settings.model):
        typer.echo("The examples have changed since the last training.", err=True)
        _train(settings, say=lambda line: typer.echo(line, err=True))
    try:
        understander = Understander.load(settings.model / model.READER)
    except (EncoderUnavailable, ReaderUnavailable, UnderstandingUnavailable) as error:
        _fail(str(error))
    read = msgspec.json.Decoder(Request).decode
    answer = understander.explain if explain else understander.understand
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            request = read(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            _fail(
                f"line {number}: {error}; write one object a line, "
                'such as {"id": "1", "question": "goals", "text": "..."}',
                2,
            )
        for response in answer([request]):
            sys.stdout.buffer.write(msgspec.json.encode(response) + b"\n")
            sys.stdout.buffer.flush()


@app.command()
def doctor(
    data: Data = _DATA_FOLDER,
    database: DatabaseUrl = None,
    practice: PracticeFolder = _PRACTICE_FOLDER,
) -> None:
    """Look at every part that has to work, and say of each how it is."""
    from rightfit.engine.doctor import examine

    settings = _settings(data, database, practice)

    async def work() -> int:
        well = True
        async for finding in examine(settings):
            typer.echo(f"{'ok   ' if finding.well else 'WRONG'}  {finding.part}: {finding.says}")
            well = well and finding.well
        return 0 if well else 1

    _run(work)


@coach_app.command("list")
def coach_list(practice: PracticeFolder = _PRACTICE_FOLDER) -> None:
    """The coaches of the practice."""
    from rightfit.engine.assembly import practice_of

    try:
        coaches = practice_of(_settings(_DATA_FOLDER, None, practice)).coaches
    except PracticeFaulty as error:
        _fail("\n".join(str(fault) for fault in error.faults))
    for coach in coaches:
        typer.echo(f"{coach.id}  {coach.name}: {coach.about}")


@coach_app.command("add")
def coach_add(
    coach: Annotated[str, typer.Argument(help="A short id for the coach; it is for good.")],
    name: Annotated[str, typer.Option("--name", help="What clients call the coach.")],
    practice: PracticeFolder = _PRACTICE_FOLDER,
) -> None:
    """Add a coach to practice/coaches.yml, to be filled in."""
    from rightfit.practice.adding import CannotAdd, add_coach

    settings = _settings(_DATA_FOLDER, None, practice)
    try:
        add_coach(settings.practice, settings.project / "domain.yml", coach, name)
    except PracticeFaulty as error:
        _fail("\n".join(str(fault) for fault in error.faults))
    except CannotAdd as error:
        _fail(str(error), 2)
    typer.echo(f"Added {name} to {settings.practice / 'coaches.yml'}, with the fields of another.")
    typer.echo("Change what does not fit, then run: rightfit check")
    typer.echo(f"After the next start of the server: rightfit coach link {coach}")


@coach_app.command("link")
def coach_link(
    coach: Annotated[str, typer.Argument(help="Id of the coach; see rightfit coach list.")],
    address: Annotated[
        str, typer.Option("--address", help="Address at which the coach reaches the server.")
    ] = "http://127.0.0.1:8080",
    data: Data = _DATA_FOLDER,
    database: DatabaseUrl = None,
    practice: PracticeFolder = _PRACTICE_FOLDER,
) -> None:
    """Print a one-time link with which a coach signs in."""
    from rightfit.engine.assembly import now, practice_of
    from rightfit.store.database import opened
    from rightfit.web.links import new_link

    settings = _settings(data, database, practice)

    async def work() -> int:
        known = [one.id for one in practice_of(settings).coaches]
        if coach not in known:
            typer.echo(f"{coach}: no such coach; there are {', '.join(known)}", err=True)
            return 2
        async with opened(settings.database_url) as database:
            link = await new_link(database, coach, address, now(), timedelta(hours=_LINK_HOURS))
        typer.echo(link)
        return 0

    _run(work)


@intakes_app.command("list")
def intakes_list(data: Data = _DATA_FOLDER, database: DatabaseUrl = None) -> None:
    """The intakes in the store, the latest change first."""
    from rightfit.store import intakes
    from rightfit.store.database import opened
    from rightfit.store.tallies import Tally, tallies

    settings = _settings(data, database, _PRACTICE_FOLDER)

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

    _run(work)


@intakes_app.command("show")
def intakes_show(
    id: Annotated[str, typer.Argument(help="Id of the intake; see rightfit intakes list.")],
    data: Data = _DATA_FOLDER,
    database: DatabaseUrl = None,
) -> None:
    """One intake as its coach reads it, as JSON in the open schema."""
    from rightfit.engine.assembly import practice_of
    from rightfit.privacy.held_back import for_coach
    from rightfit.store import intakes
    from rightfit.store.database import opened

    settings = _settings(data, database, _PRACTICE_FOLDER)

    async def work() -> int:
        async with (
            opened(settings.database_url) as database,
            database.reading() as transaction,
        ):
            content = await intakes.content(transaction, id)
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

    _run(work)


if __name__ == "__main__":
    main()
