"""``rightfit flags`` and ``rightfit schema``, and where the commands beside them are kept."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer

from rightfit.commands.handed_over import IntakeFaulty, read_intake
from rightfit.commands.mirror import app as mirror_app
from rightfit.commands.places import (
    PRACTICE_FOLDER,
    CoachId,
    PracticeFolder,
    coach_in,
    fail,
    practice_in,
)
from rightfit.commands.rehearse import app as rehearse_app
from rightfit.practice.faults import choose_from

app = typer.Typer()
app.add_typer(mirror_app)
app.add_typer(rehearse_app)


@app.command()
def flags(coach: CoachId, practice: PracticeFolder = PRACTICE_FOLDER) -> None:
    """Read one intake as JSON; write the flags it raises for a coach, the strongest first."""
    from rightfit.fit import flags_of

    house = practice_in(practice)
    who = coach_in(house, coach)
    try:
        intake = read_intake(sys.stdin.buffer.read(), "standard input")
    except IntakeFaulty as error:
        fail(str(error), 2)
    _write(flags_of(house, who, intake))


@app.command()
def schema(
    name: Annotated[str, typer.Argument(help="Which one: intake, summary or flags.")],
) -> None:
    """The open schema of a record, as JSON Schema with an example."""
    from rightfit.commands.schema import PUBLISHED, schema_of

    if name not in PUBLISHED:
        fail(f"schema: there is none of '{name}'. {choose_from(name, PUBLISHED)}", 2)
    _write(schema_of(name))


def _write(content: object) -> None:
    text = msgspec.json.format(msgspec.json.encode(content), indent=2)
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.buffer.flush()
