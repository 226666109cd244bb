"""``rightfit train`` and ``rightfit understand``: what is learnt, and what it makes of words."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from rightfit.commands.places import fail, project
from rightfit.commands.running import writable
from rightfit.engine import model

app = typer.Typer()

#: What the last comparison found, for the next one.
_MEASURED = Path("results") / "understanding.json"


@app.command()
def train(
    force: Annotated[bool, typer.Option("--force", help="Train although nothing changed.")] = False,
    compare: Annotated[
        bool,
        typer.Option(
            "--compare",
            help="First choose thresholds anew, and show what examples made better and worse;"
            " takes minutes.",
        ),
    ] = False,
) -> None:
    """Train the model if content or data changed."""
    if compare:
        _compare(project())
    if not force and model.is_fresh(project(), model.folder_of(project())):
        typer.echo("The model is up to date.")
        return
    train_now(project())


def train_now(project: Path, say: Callable[[str], None] = typer.echo) -> None:
    """Train the project's model; ends the command where that is not possible."""
    from rightfit.language.encoder import EncoderUnavailable
    from rightfit.language.thresholds import ThresholdsUnavailable

    folder = model.folder_of(project)
    writable(folder.parent)
    try:
        model.train(project, folder, say)
    except (model.ModelNotReady, EncoderUnavailable, ThresholdsUnavailable) as error:
        fail(str(error))


def _compare(project: Path) -> None:
    from rightfit.language.comparing import compare
    from rightfit.language.encoder import Encoder, EncoderUnavailable

    typer.echo("Each writer's examples are read by models that have not seen them ...")
    try:
        compare(
            model.needs_files(project),
            model.nlu_files(project),
            Encoder.load(threads=os.cpu_count() or 1),
            project / _MEASURED,
            typer.echo,
        )
    except (EncoderUnavailable, OSError, ValueError) as error:
        fail(str(error))


@app.command()
def understand(
    explain: Annotated[bool, typer.Option("--explain", help="Say why, too.")] = False,
) -> None:
    """Read messages as JSON lines, and write what is understood of each, in the same order."""
    from rightfit.language.asides import ReaderUnavailable
    from rightfit.language.encoder import EncoderUnavailable
    from rightfit.language.understand import Request, Understander
    from rightfit.language.understanding import UnderstandingUnavailable

    folder = model.folder_of(project())
    if not model.is_fresh(project(), folder):
        typer.echo("The examples have changed since the last training.", err=True)
        train_now(project(), say=lambda line: typer.echo(line, err=True))
    try:
        understander = Understander.load(folder / model.READER)
    except (EncoderUnavailable, ReaderUnavailable, UnderstandingUnavailable) as error:
        fail(str(error))
    read = msgspec.json.Decoder(Request).decode
    answer = understander.explain if explain else understander.understand
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            request = read(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            fail(
                f"line {number}: {error}; write one object a line, "
                'such as {"id": "1", "question": "goals", "text": "..."}',
                2,
            )
        for response in answer([request]):
            sys.stdout.buffer.write(msgspec.json.encode(response) + b"\n")
            sys.stdout.buffer.flush()
