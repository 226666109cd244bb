"""``rightfit rehearse``: made-up clients against a coach's own lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Annotated

import typer

from rightfit.commands.places import (
    PRACTICE_FOLDER,
    CoachId,
    PracticeFolder,
    coach_in,
    fail,
    folder_of,
    practice_in,
)
from rightfit.fit.rehearsing import Met, NoSuchLine, line_to_try, with_line
from rightfit.fit.rehearsing import rehearse as rehearse_with
from rightfit.practice import Coach, Line, PracticeFaulty, rehearsal_of
from rightfit.practice.naming import line_named
from rightfit.records import CoachLine, Flag

app = typer.Typer()

_WIDTH = 88


@app.command()
def rehearse(
    coach: CoachId,
    practice: PracticeFolder = PRACTICE_FOLDER,
    line: Annotated[
        str | None,
        typer.Option(
            "--line",
            help="Try a line, as in growth=not_well, growth=not_well:capacity"
            " or politics/like_minded=fully.",
        ),
    ] = None,
) -> None:
    """Show which made-up clients would be flagged for a coach, and why."""
    house = practice_in(practice)
    who = coach_in(house, coach)
    try:
        clients = rehearsal_of(folder_of(practice))
    except PracticeFaulty as error:
        fail("\n".join(str(fault) for fault in error.faults), 1)
    if not clients:
        fail(f"{folder_of(practice)}: there is nobody to rehearse with; add rehearsal/*.yml", 1)
    tried = who if line is None else with_line(who, _line_of(who, line))
    met = rehearse_with(house, who, tried, clients)
    typer.echo(f"{who.name} and {len(clients)} clients. All of the clients are made up.")
    for paragraph in _told(met):
        typer.echo(paragraph)
    if line is not None:
        typer.echo(f"\nWith {line}, as against the lines in the file:")
        for change in _changes(met):
            typer.echo(f"  {change}")


def _line_of(coach: Coach, words: str) -> Line:
    """The line in the words of ``--line``; ends the command where there can be none such."""
    place, _, what = words.partition("=")
    theme, _, mode = place.partition("/")
    can, _, reason = what.partition(":")
    try:
        return line_to_try(coach, theme, mode, can, reason)
    except NoSuchLine as fault:
        fail(f"--line: '{fault.word}' in '{words}'. {fault.remedy}", 2)


def _told(met: tuple[Met, ...]) -> Iterator[str]:
    for one in met:
        if one.tried:
            yield f"\n{one.client.name}: {one.client.about}"
        for flag in one.tried:
            yield "\n".join(_of_flag(flag))
    calm = [one.client for one in met if not one.tried]
    if calm:
        yield "\nNo flag:"
    for client in calm:
        yield f"  {client.name}: {client.about}"


def _of_flag(flag: Flag) -> Iterator[str]:
    yield _set(f"[{flag.level}] {flag.says}", 2)
    for said in flag.client_said:
        yield _set(f"client: “{said.quote}” ({said.question or 'beside the answers'})", 6)
    if flag.coach_line is not None:
        yield _set(f"you: {_line(flag.coach_line)}", 6)
    yield _set(f"fine if: {flag.fine_if}", 6)


def _line(line: CoachLine | str) -> str:
    if isinstance(line, str):
        return line
    note = f" “{line.note}”" if line.note else ""
    return f"{line_named(line)}.{note}"


def _set(text: str, indent: int) -> str:
    space = " " * indent
    return textwrap.fill(text, _WIDTH, initial_indent=space, subsequent_indent=space + "  ")


def _changes(met: tuple[Met, ...]) -> Iterator[str]:
    changed = [one for one in met if one.changes]
    for one in changed:
        yield f"{one.client.name}: {_in_short(one.now)} -> {_in_short(one.tried)}"
    if not changed:
        yield "nothing changes."


def _in_short(flags: tuple[Flag, ...]) -> str:
    return ", ".join(f"{flag.level} ({flag.rule})" for flag in flags) or "no flag"
