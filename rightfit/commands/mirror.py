"""``rightfit mirror``: whether another belief, name or gender would change a flag."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rightfit.commands.handed_over import IntakeFaulty, read_intake
from rightfit.commands.places import (
    PRACTICE_FOLDER,
    PracticeFolder,
    coach_in,
    fail,
    practice_in,
    project,
)

if TYPE_CHECKING:
    from rightfit.fit.mirror import Reads
    from rightfit.language.understand import Understander

app = typer.Typer()

_TRAINED = Path(".rightfit") / "model" / "reader"


@app.command()
def mirror(
    intake: Annotated[Path, typer.Argument(help="One intake as JSON.")],
    coach: Annotated[
        str | None, typer.Option("--coach", help="Only for this coach; else for all of them.")
    ] = None,
    practice: PracticeFolder = PRACTICE_FOLDER,
) -> None:
    """Swap beliefs, name and gender in an intake; every flag has to stay the same."""
    from rightfit.fit.mirror import differences, drawn_everywhere, mirrors

    house = practice_in(practice)
    coaches = house.coaches if coach is None else (coach_in(house, coach),)
    # A line at every theme shows any change that the coaches' own lines would hide.
    coaches = (*coaches, drawn_everywhere(coaches[0]))
    try:
        read = read_intake(intake.read_bytes(), str(intake))
    except OSError as error:
        fail(f"{intake}: cannot be read ({error.strerror}); name a file with one intake", 2)
    except IntakeFaulty as error:
        fail(str(error), 2)
    reads = _reads()
    found = []
    for who in coaches:
        found += list(differences(house, who, read))
        found += list(differences(house, who, read, reads)) if reads is not None else []
    if found:
        fail("\n\n".join(str(each) for each in found), 1)
    made = [each for each in mirrors(read, coaches[0]) if each.words]
    typer.echo(
        f"{len(made)} mirrored transcripts, {len(coaches)} coaches:"
        " every flag, level, part and sentence is the same."
    )
    if not any(each.swap == "belief" for each in made):
        typer.echo("No belief of the table is named in it; only name and gender were swapped.")
    if reads is None:
        typer.echo(
            "Needs were taken as recorded and not found in the words anew,"
            " for nothing is trained; run: rightfit train",
            err=True,
        )


def _reads() -> Reads | None:
    """How texts are understood, or null where nothing is trained."""
    from rightfit.language.asides import ReaderUnavailable
    from rightfit.language.encoder import EncoderUnavailable
    from rightfit.language.understand import Understander
    from rightfit.language.understanding import UnderstandingUnavailable

    try:
        return reads_of(Understander.load(project() / _TRAINED))
    except (ReaderUnavailable, EncoderUnavailable, UnderstandingUnavailable):
        return None


def reads_of(understander: Understander) -> Reads:
    """An understander as the mirror test asks it: one answer at a time."""
    from rightfit.fit.mirror import Read
    from rightfit.records import Need, OutsideHelp

    # Mirrored texts are read as the same text, so each is encoded once.
    @cache
    def read(question: str, text: str) -> Read:
        heard = understander.heard(question, text)
        return Read(
            tuple(
                Need(
                    theme=need.theme,
                    stance=need.stance,
                    strength=need.strength,
                    mode=need.mode,
                    question=question,
                    quote=need.quote,
                    start=need.start,
                    end=need.end,
                )
                for need in heard.needs
            ),
            tuple(
                OutsideHelp(each.kind, question, text[each.start : each.end], each.start, each.end)
                for each in heard.help
            ),
            heard.distress == "crisis",
        )

    return read
