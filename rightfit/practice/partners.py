"""practice/partners.yml: whom the practice can suggest outside its own walls."""

from __future__ import annotations

import re
from pathlib import Path

from rightfit.practice.coaches import read_contact
from rightfit.practice.faults import Fault
from rightfit.practice.records import Contact, Partner
from rightfit.practice.sheet import Value, open_sheet
from rightfit.records import THEMES

_ID = re.compile(r"[a-z][a-z0-9_]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read_partners(path: Path, faults: list[Fault]) -> tuple[Partner, ...]:
    """The partners in the file at ``path``; none where there is no such file."""
    if not path.exists():
        return ()
    _, top = open_sheet(path, faults)
    if top is None:
        return ()
    fields = top.fields(("partners",), named="this file")
    found: dict[str, Partner] = {}
    for item in fields["partners"].items() if "partners" in fields else []:
        partner = _partner(item)
        if partner is None:
            continue
        if partner.id in found:
            item.fault(f"There are two partners '{partner.id}'.", "Give one of them another id.")
            continue
        if partner.name and partner.name in [other.name for other in found.values()]:
            item.fault(f"There are two partners called {partner.name}.", "Tell them apart by name.")
        found[partner.id] = partner
    return tuple(found.values())


def _partner(value: Value) -> Partner | None:
    fields = value.fields(
        ("id", "name", "about", "services", "contact"),
        ("languages", "welcomes"),
        named="a partner",
    )
    id = fields["id"].word() if "id" in fields else None
    if id is None:
        return None
    if not _ID.fullmatch(id):
        fields["id"].fault(f"'{id}' is no id.", "Use small letters, digits and underscores.")
    contact = read_contact(fields["contact"]) if "contact" in fields else None
    return Partner(
        id=id,
        name=(fields["name"].text(client_reads=True) if "name" in fields else None) or "",
        about=(fields["about"].text(client_reads=True) if "about" in fields else None) or "",
        services=fields["services"].texts(least=1) if "services" in fields else (),
        contact=contact or Contact(""),
        languages=_languages(fields["languages"]) if "languages" in fields else (),
        welcomes=fields["welcomes"].some_of(THEMES, "a theme") if "welcomes" in fields else (),
    )


def _languages(value: Value) -> tuple[str, ...]:
    for item in value.items():
        tag = item.word()
        if tag is not None and not _LANGUAGE.fullmatch(tag):
            item.fault(f"'{tag}' is no language tag.", "Write it as en, de or pt-BR.")
    return value.texts()
