"""Where a command finds the practice, and how it says that something is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from rightfit.practice import Coach, Practice, PracticeFaulty, load

PracticeFolder = Annotated[
    Path,
    typer.Option(
        "--practice", help="Folder with coaches.yml and questions.yml.", envvar="RIGHTFIT_PRACTICE"
    ),
]
CoachId = Annotated[str, typer.Option("--coach", help="Id of the coach; see rightfit coach list.")]
PRACTICE_FOLDER = Path("practice")


def fail(message: str, code: int = 1) -> NoReturn:
    """End the command; the message says place, fault and remedy."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def project() -> Path:
    """The folder with domain.yml: here, or where this code lies."""
    here = Path.cwd()
    if (here / "domain.yml").is_file():
        return here
    return Path(__file__).resolve().parents[2]


def folder_of(practice: Path) -> Path:
    """A folder as given on the command line: here, or in the project."""
    return practice if practice.is_absolute() or practice.is_dir() else project() / practice


def practice_in(folder: Path) -> Practice:
    """The practice in a folder; ends the command with every mistake in it."""
    try:
        return load(folder_of(folder), project() / "domain.yml")
    except PracticeFaulty as error:
        fail("\n".join(str(fault) for fault in error.faults), 1)


def coach_in(practice: Practice, id: str) -> Coach:
    """A coach of the practice; ends the command where there is none of that id."""
    try:
        return practice.coach(id)
    except KeyError:
        known = ", ".join(coach.id for coach in practice.coaches)
        fail(f"--coach: there is no coach '{id}'; there are {known}", 2)
