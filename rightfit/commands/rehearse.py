"""``rightfit rehearse``: made-up clients against a coach's own lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Annotated

import msgspec
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
from rightfit.fit import flags_of
from rightfit.practice import CANS, Coach, Line, Practice, PracticeFaulty, Rehearsed, rehearsal_of
from rightfit.practice.faults import choose_from
from rightfit.practice.naming import need_named
from rightfit.records import MODES, THEMES, CoachLine, Flag

app = typer.Typer()

_WIDTH = 88


@app.command()
def rehearse(
    coach: CoachId,
    practice: PracticeFolder = PRACTICE_FOLDER,
    line: Annotated[
        str | None,
        typer.Option(
            "--line", help="Try a line, as in growth=not_well or politics/like_minded=fully."
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
    tried = who if line is None else with_line(who, line)
    typer.echo(f"{who.name} and {len(clients)} clients. All of the clients are made up.")
    for paragraph in _told(house, tried, clients):
        typer.echo(paragraph)
    if line is not None:
        typer.echo(f"\nWith {line}, as against the lines in the file:")
        for change in _changes(house, who, tried, clients):
            typer.echo(f"  {change}")


def with_line(coach: Coach, words: str) -> Coach:
    """The coach with one line drawn otherwise, in the words of ``--line``."""
    place, _, can = words.partition("=")
    theme, _, mode = place.partition("/")
    for word, known in ((theme, tuple(THEMES)), (mode, ("", *MODES)), (can, CANS)):
        if word not in known:
            fail(f"--line: '{word}' in '{words}'. {choose_from(word, filter(None, known))}", 2)
    if mode and not THEMES[theme].values:
        fail(f"--line: '{theme}' has no modes; leave out '/{mode}'", 2)
    others = tuple(each for each in coach.lines if (each.theme, each.mode or "") != (theme, mode))
    before = [each for each in coach.lines if each not in others]
    reason = before[0].reason if before and before[0].reason else "competence"
    drawn = Line(theme, can, reason, mode or None, "Tried in a rehearsal.")  # type: ignore[arg-type]
    return msgspec.structs.replace(coach, lines=(*others, drawn))


def _told(house: Practice, coach: Coach, clients: tuple[Rehearsed, ...]) -> Iterator[str]:
    calm = []
    for client in clients:
        flags = flags_of(house, coach, client.intake)
        if not flags:
            calm.append(client)
            continue
        yield f"\n{client.name}: {client.about}"
        for flag in flags:
            yield "\n".join(_of_flag(flag))
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
    reason = f", {line.reason}" if line.reason else ""
    note = f" “{line.note}”" if line.note else ""
    return f"{need_named(line.theme, line.mode)}: {line.can}{reason}.{note}"


def _set(text: str, indent: int) -> str:
    space = " " * indent
    return textwrap.fill(text, _WIDTH, initial_indent=space, subsequent_indent=space + "  ")


def _changes(
    house: Practice, before: Coach, after: Coach, clients: tuple[Rehearsed, ...]
) -> Iterator[str]:
    changed = False
    for client in clients:
        was, now = (
            ", ".join(
                f"{flag.level} ({flag.rule})" for flag in flags_of(house, coach, client.intake)
            )
            or "no flag"
            for coach in (before, after)
        )
        if was != now:
            changed = True
            yield f"{client.name}: {was} -> {now}"
    if not changed:
        yield "nothing changes."
