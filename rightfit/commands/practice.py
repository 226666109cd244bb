"""``rightfit check``: whether the practice and its wording are in order."""

from __future__ import annotations

import typer

from rightfit.commands.places import PRACTICE_FOLDER, PracticeFolder, fail, folder_of, project
from rightfit.practice import check as practice_faults

app = typer.Typer()


@app.command()
def check(practice: PracticeFolder = PRACTICE_FOLDER) -> None:
    """Check the practice and the wording; every mistake in one run."""
    faults = practice_faults(folder_of(practice), project() / "domain.yml")
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        fail(f"{len(faults)} to mend.")
    typer.echo("Practice and wording are in order.")
