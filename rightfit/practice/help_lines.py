"""practice/help_lines.yml: whom a client in danger can call, by country."""

from __future__ import annotations

import re
from pathlib import Path

from rightfit.practice.faults import Fault
from rightfit.practice.records import HelpLine, HelpLines
from rightfit.practice.sheet import Value, open_sheet


def read_help_lines(path: Path, faults: list[Fault]) -> tuple[HelpLines, ...] | None:
    """The countries in the file at ``path``, in its order; None where it cannot be read."""
    _, top = open_sheet(path, faults)
    if top is None:
        return None
    fields = top.fields(("countries",), named="this file")
    items = fields["countries"].items() if "countries" in fields else []
    if "countries" in fields and fields["countries"].type == "seq" and not items:
        fields["countries"].fault("There is no country.", "Add the one your clients live in.")
    return tuple(_country(item) for item in items)


def _country(value: Value) -> HelpLines:
    fields = value.fields(("name", "emergency", "lines"), ("called",), named="a country")
    lines = fields["lines"].items() if "lines" in fields else []
    if "lines" in fields and fields["lines"].type == "seq" and not lines:
        fields["lines"].fault("There is no help line.", "Add one, or remove the country.")
    called = fields["called"].texts() if "called" in fields else ()
    return HelpLines(
        country=_text(fields, "name"),
        called=tuple(name.casefold() for name in called),
        emergency=_text(fields, "emergency"),
        lines=tuple(_line(line) for line in lines),
    )


def _line(value: Value) -> HelpLine:
    fields = value.fields(("name", "reach"), ("hours",), named="a help line")
    return HelpLine(_text(fields, "name"), _text(fields, "reach"), _text(fields, "hours"))


def _text(fields: dict[str, Value], name: str) -> str:
    return (fields[name].text(client_reads=True) if name in fields else None) or ""


def help_lines_for(countries: tuple[HelpLines, ...], place: str | None) -> tuple[HelpLines, ...]:
    """Those of the country that a client's words for where they are name; else all of them."""
    said = f" {re.sub(r'[^a-z0-9à-ÿ_/]+', ' ', (place or '').casefold())} "
    named = tuple(
        each
        for each in countries
        if any(f" {name} " in said for name in (each.country.casefold(), *each.called))
    )
    return named or countries


def as_text(countries: tuple[HelpLines, ...]) -> str:
    """The help lines as they are shown: a short list for each country."""
    return "\n\n".join(
        "\n".join(
            (
                f"{each.country}",
                *(
                    f"- {line.name}: {line.reach}" + (f" ({line.hours})" if line.hours else "")
                    for line in each.lines
                ),
                f"- Emergency: {each.emergency}",
            )
        )
        for each in countries
    )
