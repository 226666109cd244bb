"""``rightfit summarise``: one intake in, the summary out."""

from __future__ import annotations

import sys
from enum import Enum
from typing import Annotated

import msgspec
import typer

from rightfit.commands.handed_over import IntakeFaulty, read_intake
from rightfit.commands.places import PRACTICE_FOLDER, PracticeFolder, fail, practice_in
from rightfit.practice import Practice
from rightfit.records import Intake, Summary

app = typer.Typer()


class Format(str, Enum):
    """How the summary is put."""

    json = "json"
    md = "md"
    html = "html"


@app.command()
def summarise(
    as_: Annotated[Format, typer.Option("--format", help="How to write it.")],
    practice: PracticeFolder = PRACTICE_FOLDER,
) -> None:
    """Read one intake as JSON; write its summary, in the client's own words."""
    house = practice_in(practice)
    try:
        intake = read_intake(sys.stdin.buffer.read(), "standard input")
    except IntakeFaulty as error:
        fail(str(error), 2)
    sys.stdout.buffer.write(_rendered(house, summary_for_coach(house, intake), as_))
    sys.stdout.buffer.flush()


def summary_for_coach(practice: Practice, intake: Intake) -> Summary:
    """The summary without what the client leaves out or would rather tell."""
    from rightfit.privacy.held_back import for_coach
    from rightfit.summary.arrangement import summary_of

    held_back = [
        need for need in intake.needs if need.sensitive_choice in ("leave_out", "tell_in_person")
    ]
    read = for_coach(practice, intake, intake.answers, (), held_back)
    return summary_of(practice, read.intake)


def _rendered(practice: Practice, summary: Summary, as_: Format) -> bytes:
    if as_ is Format.json:
        return msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n"
    if as_ is Format.md:
        from rightfit.summary.as_markdown import as_markdown

        return as_markdown(practice, summary).encode()
    from rightfit.summary.as_html import as_html

    return as_html(practice, summary).encode()
