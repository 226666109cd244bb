"""``rightfit check``: whether the practice and its wording are in order."""

from __future__ import annotations

from pathlib import Path

import typer

from rightfit.commands.places import PRACTICE_FOLDER, PracticeFolder, fail, folder_of, project
from rightfit.fit.examples import Surprise, surprises
from rightfit.practice import FIT_RULES, Fault, look_over

app = typer.Typer()


@app.command()
def check(practice: PracticeFolder = PRACTICE_FOLDER) -> None:
    """Check the practice, its fit rules and the wording; every mistake in one run."""
    faults = faults_of(folder_of(practice), project() / "domain.yml")
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        fail(f"{len(faults)} to mend.")
    typer.echo("Practice and wording are in order.")


def faults_of(folder: Path, wording: Path) -> list[Fault]:
    """Every mistake by file and line, and then every example of a rule that comes out otherwise.

    Examples are tried once nothing else is wrong: a mistake elsewhere can change them all.
    """
    house, faults = look_over(folder, wording)
    if house is None or faults:
        return faults
    file = str(folder / FIT_RULES)
    return sorted(_fault(file, surprise) for surprise in surprises(house))


def _fault(file: str, surprise: Surprise) -> Fault:
    rule, flagged = surprise.rule.id, surprise.example.flagged
    others = ", ".join(f"'{each}'" for each in surprise.raised if each != rule)
    what = f"The rule '{rule}' {'does not flag' if flagged else 'flags'} this example"
    what += f"; flagged by {others}." if flagged and others else "."
    remedy = f"Change 'when' or the example, or say 'flagged: {str(not flagged).lower()}'."
    return Fault(file, surprise.example.line, what, remedy)
