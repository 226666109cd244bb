"""Adds a coach to the practice, as a first entry to be filled in."""

from __future__ import annotations

import io
import os
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from rightfit.practice import Practice, check, load


class CannotAdd(ValueError):
    """The coach was not added, and the file is as it was: place, fault, remedy."""


def add_coach(folder: Path, wording: Path, id: str, name: str) -> Practice:
    """Add a coach with the least that a coach needs, and give the practice as it then is.

    What is not known is taken from the practice's first coach, for the new one to change.

    Raises:
        PracticeFaulty: the practice had mistakes before.
        CannotAdd: the id is taken, or cannot be one.
    """
    practice = load(folder, wording)
    file = folder / "coaches.yml"
    if any(coach.id == id for coach in practice.coaches):
        raise CannotAdd(f"{file}: there is a coach '{id}' already; choose another id")
    yaml: Any = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    before = file.read_text("utf-8")
    content = yaml.load(before)
    first = content["coaches"][0]
    content["coaches"].append(
        {
            "id": id,
            "name": name,
            "about": "say in one line what you help with",
            **{
                field: deepcopy(first[field])
                for field in ("services", "formats", "languages", "hours", "capacity", "price_band")
            },
        }
    )
    after = io.StringIO()
    yaml.dump(content, after)
    _write(file, after.getvalue())
    faults = check(folder, wording)
    if faults:
        _write(file, before)
        raise CannotAdd("\n".join(str(fault) for fault in faults))
    return load(folder, wording)


def _write(file: Path, text: str) -> None:
    """In one move, so that nobody ever reads half a file."""
    handle, new = tempfile.mkstemp(dir=file.parent, prefix=".coaches-")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.chmod(new, file.stat().st_mode)
    os.replace(new, file)
