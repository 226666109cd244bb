"""practice/rehearsal/: made-up clients, on whom a coach can try their lines."""

from __future__ import annotations

from pathlib import Path

import msgspec

from rightfit.practice.examples import CLIENT, read_client
from rightfit.practice.faults import Fault, PracticeFaulty
from rightfit.practice.sheet import open_sheet
from rightfit.records import Intake

#: The folder below the practice; a practice can do without.
REHEARSAL = "rehearsal"


class Rehearsed(msgspec.Struct, frozen=True):
    """A made-up client: ``about`` says in one sentence what there is to see in them."""

    id: str
    name: str
    about: str
    intake: Intake


def rehearsal_of(folder: Path) -> tuple[Rehearsed, ...]:
    """The made-up clients of a practice, by file name.

    Raises PracticeFaulty with every mistake in any of the files, by file and line.
    """
    faults: list[Fault] = []
    clients = read_rehearsal(folder, faults)
    if faults:
        raise PracticeFaulty(tuple(sorted(set(faults))))
    return clients


def read_rehearsal(folder: Path, faults: list[Fault]) -> tuple[Rehearsed, ...]:
    """The same, with the mistakes added to ``faults``."""
    found = [_client(file, faults) for file in sorted((folder / REHEARSAL).glob("*.yml"))]
    return tuple(client for client in found if client is not None)


def _client(file: Path, faults: list[Fault]) -> Rehearsed | None:
    _, top = open_sheet(file, faults)
    if top is None:
        return None
    fields = top.fields(("fictional", "name", "about"), CLIENT, named="a client to rehearse with")
    if "fictional" in fields and fields["fictional"].truth() is False:
        fields["fictional"].fault(
            "A real client has no place here.", "Make somebody up, and say 'fictional: true'."
        )
    name = fields["name"].text() if "name" in fields else None
    about = fields["about"].text() if "about" in fields else None
    intake = read_client(file.stem, {key: value for key, value in fields.items() if key in CLIENT})
    return Rehearsed(file.stem, name or "", about or "", intake)
