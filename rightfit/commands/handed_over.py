"""An intake as another program hands it over: read, and held to what the schema promises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from rightfit.records import (
    HIGHEST,
    INTAKE_SCHEMA,
    MODES,
    OUTSIDE_HELP,
    THEMES,
    Intake,
    Need,
)

#: Intakes that this version can read; the earlier ones have fewer fields.
READABLE: tuple[str, ...] = ("rightfit.intake/1", INTAKE_SCHEMA)
_REMEDY = "compare it with: rightfit schema intake"


class IntakeFaulty(ValueError):
    """This is no intake that can be used; the message says place, fault and remedy."""


def read_intake(raw: bytes, source: str) -> Intake:
    """The intake in ``raw``; ``source`` is what messages call the place it comes from.

    Raises:
        IntakeFaulty: it is no JSON, no intake, or one whose parts contradict each other.
    """
    if not raw.strip():
        raise IntakeFaulty(f"{source}: there is nothing in it; hand over one intake as JSON")
    try:
        intake = msgspec.json.decode(raw, type=Intake)
    except msgspec.ValidationError as error:
        what, place = _parted(str(error))
        raise IntakeFaulty(f"{source}: at {place}: {what}; {_REMEDY}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise IntakeFaulty(f"{source}: this is not JSON ({error}); {_REMEDY}") from None
    for place, what in _contradictions(intake):
        raise IntakeFaulty(f"{source}: at {place}: {what}; {_REMEDY}")
    return intake


def _parted(message: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*) - at `(.*)`", message, re.DOTALL)
    return (found[1], found[2]) if found else (message, "$")


def _contradictions(intake: Intake) -> Iterator[tuple[str, str]]:
    if intake.schema not in READABLE:
        yield "$.schema", f"'{intake.schema}' is none of {', '.join(READABLE)}"
    texts = {
        answer.question: answer.given.text
        for answer in intake.answers
        if answer.given is not None and answer.given.text is not None
    }
    for number, need in enumerate(intake.needs):
        yield from _of_need(f"$.needs[{number}]", need, texts)
    for number, help_ in enumerate(intake.outside_help):
        place = f"$.outside_help[{number}]"
        if help_.kind not in OUTSIDE_HELP:
            yield f"{place}.kind", f"'{help_.kind}' is none of {', '.join(OUTSIDE_HELP)}"
        if help_.quote not in texts.get(help_.question, help_.quote):
            yield f"{place}.quote", f"these words are not in the answer to '{help_.question}'"


def _of_need(place: str, need: Need, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if need.theme not in THEMES:
        yield f"{place}.theme", f"'{need.theme}' is no theme"
    if need.mode is not None and need.mode not in MODES:
        yield f"{place}.mode", f"'{need.mode}' is none of {', '.join(MODES)}"
    for name in ("centrality", "firmness"):
        degree = getattr(need, name)
        if degree is not None and not 0 <= degree <= HIGHEST:
            yield f"{place}.{name}", f"{degree} is not from 0 to {HIGHEST}"
    # What the client put in other words need not stand in the answer any more.
    edited = need.source == "edited" or need.sensitive_choice == "reword"
    if not edited and need.quote not in texts.get(need.question, need.quote):
        yield f"{place}.quote", f"these words are not in the answer to '{need.question}'"
