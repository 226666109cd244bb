"""What a practice lead decides for the whole practice, and what each may be."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec


class PracticeSettings(msgspec.Struct, frozen=True):
    """The settings of a practice; the defaults hold until a lead says otherwise.

    ``unfinished_days`` and ``sent_days`` are how long an intake is kept after anything was
    last done with it. ``pause_hours`` is what a coach is offered as time to consider.
    """

    unfinished_days: int = 30
    sent_days: int = 365
    pause_hours: int = 24
    second_step_required: bool = False


class Field(msgspec.Struct, frozen=True):
    """One setting as the page shows it.

    With ``choices`` it is one of these numbers, each with its name; else with ``unit`` a
    number from ``least`` to ``most``; else a yes or no.
    """

    name: str
    title: str
    means: str
    unit: str | None = None
    least: int = 0
    most: int = 1
    choices: Mapping[str, str] = MappingProxyType({})


#: In the order of the page.
FIELDS: tuple[Field, ...] = (
    Field(
        "unfinished_days",
        "Keep intakes that were never sent",
        "Counted from the client's last message. After that they are erased by themselves, "
        "as if the client had pressed Erase everything. Nobody can bring them back.",
        "days",
        1,
        3650,
    ),
    Field(
        "sent_days",
        "Keep intakes that were sent",
        "Counted from the last thing that a client or a coach did with it. Keep them for as "
        "long as you need them for the coaching, and no longer. Clients are told the longer of "
        "the two times before they agree.",
        "days",
        1,
        3650,
    ),
    Field(
        "pause_hours",
        "Time to consider",
        "How long both have to think after a coach has disclosed something. It is what a coach "
        "is offered first, and can change in each round.",
        choices=MappingProxyType(
            {"24": "A day", "48": "Two days", "72": "Three days", "168": "A week"}
        ),
    ),
    Field(
        "second_step_required",
        "Ask every coach for a second step when they sign in",
        "A code from an app on their phone, beside the password. A coach who has not set it "
        "up is asked to at the next page, and gets no further without it.",
    ),
)


def checked(form: Mapping[str, str]) -> tuple[PracticeSettings, Mapping[str, str]]:
    """The settings that a form asks for, and what is wrong with it by field.

    Where anything is wrong the settings are not to be used. A yes or no that is not in the
    form is a no, as a box that is not ticked.
    """
    found: dict[str, int | bool] = {}
    wrong: dict[str, str] = {}
    for field in FIELDS:
        said = form.get(field.name, "").strip()
        if field.choices:
            found[field.name] = int(said) if said in field.choices else 0
            if said not in field.choices:
                wrong[field.name] = f"Choose one of: {', '.join(field.choices.values())}."
        elif field.unit is None:
            found[field.name] = said == "yes"
        elif not (said.isascii() and said.isdecimal()):
            shown = f"“{said[:20]}” is not a whole number." if said else "There is nothing here."
            wrong[field.name] = f"{shown} Write a number of {field.unit}, such as {field.least}."
        elif not field.least <= int(said[:9]) <= field.most:
            wrong[field.name] = (
                f"{said[:9]} {field.unit} is not possible. "
                f"Take a number from {field.least} to {field.most}."
            )
        else:
            found[field.name] = int(said)
    if wrong:
        return PracticeSettings(), wrong
    return msgspec.convert(found, PracticeSettings), {}


def in_form(settings: PracticeSettings) -> dict[str, str]:
    """Settings as the fields of the form hold them."""
    values = msgspec.structs.asdict(settings)
    return {
        name: ("yes" if value else "") if isinstance(value, bool) else str(value)
        for name, value in values.items()
    }


def changes(before: PracticeSettings, after: PracticeSettings) -> dict[str, tuple[str, str]]:
    """Name of each setting that differs -> how it was, and how it is."""
    old, new = in_form(before), in_form(after)
    return {name: (old[name], new[name]) for name in new if old[name] != new[name]}
