"""practice/coaches.yml: the practice itself, and who coaches there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal, cast
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from rightfit.practice.faults import Fault, choose_from
from rightfit.practice.records import (
    CANS,
    DAYS,
    ETHICS_CODES,
    HELP,
    HOOK_EVENTS,
    NO_PREFERENCE,
    REASONS,
    Can,
    Coach,
    Conflict,
    Contact,
    Disclosure,
    EthicsCode,
    Hours,
    Line,
    Reason,
    Stretch,
    Webhook,
)
from rightfit.practice.sheet import Value, open_sheet
from rightfit.practice.wording import LONGEST_TITLE, Wording
from rightfit.records import MODES, THEMES

_SLACK_ACCOUNT = re.compile(r"[UW][A-Z0-9]{2,20}")
_ID = re.compile(r"[a-z][a-z0-9_]*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_HTTPS = re.compile(r"https://[^\s/]+\S*")
_ON_THIS_MACHINE = re.compile(r"http://(127\.0\.0\.1|localhost)(:[0-9]+)?(/\S*)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_COACH_NEEDS = (
    "id",
    "name",
    "about",
    "services",
    "formats",
    "languages",
    "hours",
    "capacity",
    "price_band",
)
_COACH_MAY = (
    "help_not_given",
    "earliest_start",
    "conflicts_of_interest",
    "disclosures",
    "lines",
    "email",
    "booking_link",
    "welcomes",
    "slack",
)


class House(msgspec.Struct, frozen=True):
    """What coaches.yml says."""

    name: str
    fictional: bool
    time_zone: str
    contact: Contact
    ethics_code: EthicsCode
    languages: tuple[str, ...]
    services: Mapping[str, str]
    coaches: tuple[Coach, ...]
    webhooks: tuple[Webhook, ...] = ()


def read_coaches(path: Path, faults: list[Fault], wording: Wording | None) -> House | None:
    """The practice and the coaches in the file at ``path``; None where it cannot be read.

    Languages, formats and price bands are held to the choices that the wording offers;
    where ``wording`` is None its own mistakes are noted elsewhere.
    """
    _, top = open_sheet(path, faults)
    if top is None:
        return None
    fields = top.fields(("practice", "coaches"), named="this file")
    practice: dict[str, Value] = {}
    if "practice" in fields:
        practice = fields["practice"].fields(
            ("name", "time_zone", "contact", "ethics_code", "languages", "services"),
            ("fictional", "webhooks"),
            named="the practice",
        )
    name = practice["name"].text() if "name" in practice else None
    fictional = practice["fictional"].truth() if "fictional" in practice else False
    zone = _zone(practice["time_zone"]) if "time_zone" in practice else None
    contact = read_contact(practice["contact"]) if "contact" in practice else None
    code = (
        practice["ethics_code"].one_of(ETHICS_CODES, "a code of ethics")
        if "ethics_code" in practice
        else None
    )
    languages = _languages(practice["languages"], wording) if "languages" in practice else ()
    services = _services(practice["services"]) if "services" in practice else {}
    coaches: dict[str, Coach] = {}
    items = fields["coaches"].items() if "coaches" in fields else []
    for item in items:
        coach = _coach(item, services, languages, wording)
        if coach is None:
            continue
        if coach.id in coaches:
            item.fault(f"There are two coaches '{coach.id}'.", "Give one of them another id.")
            continue
        if coach.slack and coach.slack in [other.slack for other in coaches.values()]:
            item.fault(f"Two coaches have the Slack account {coach.slack}.", "Give each their own.")
        if coach.name and coach.name in [other.name for other in coaches.values()]:
            item.fault(f"There are two coaches called {coach.name}.", "Tell them apart by name.")
        coaches[coach.id] = coach
    if "coaches" in fields and fields["coaches"].type == "seq" and not items:
        fields["coaches"].fault("There is no coach.", "Add one, as the how-to says.")
    return House(
        name or "",
        bool(fictional),
        zone or "",
        contact or Contact(""),
        cast(EthicsCode, code or "none"),
        languages,
        services,
        tuple(coaches.values()),
        _webhooks(practice["webhooks"]) if "webhooks" in practice else (),
    )


def _zone(value: Value) -> str | None:
    name = value.text()
    if name is None:
        return None
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        value.fault(f"'{name}' is not a time zone.", choose_zone(name))
        return None
    return name


def choose_zone(name: str) -> str:
    """A remedy for a time zone that does not exist."""
    remedy = choose_from(name, sorted(available_timezones()))
    return remedy if remedy.startswith("Did") else "Write it as Europe/Dublin or America/Lima."


def read_contact(value: Value) -> Contact | None:
    """How to reach somebody: an address, and perhaps a number and a page."""
    fields = value.fields(("email",), ("phone", "website"), named="'contact'")
    email = _email(fields)
    phone = fields["phone"].text() if "phone" in fields else None
    website = fields["website"].text() if "website" in fields else None
    if website is not None and not website.startswith(("https://", "http://")):
        fields["website"].fault(f"'{website}' is not a web address.", "Start it with https://.")
    return Contact(email, phone, website) if email is not None else None


def _email(fields: Mapping[str, Value]) -> str | None:
    email = fields["email"].text() if "email" in fields else None
    if email is not None and not _EMAIL.fullmatch(email):
        fields["email"].fault(
            f"'{email}' is not an e-mail address.", "Write it as name@example.org."
        )
    return email


def _booking_link(fields: Mapping[str, Value]) -> str | None:
    link = fields["booking_link"].text() if "booking_link" in fields else None
    if link is not None and not _HTTPS.fullmatch(link):
        fields["booking_link"].fault(
            f"'{link}' is not a secure web address.", "Start it with https://, without spaces."
        )
    return link


def _slack(fields: Mapping[str, Value]) -> str | None:
    account = fields["slack"].text() if "slack" in fields else None
    if account is not None and not _SLACK_ACCOUNT.fullmatch(account):
        fields["slack"].fault(
            f"'{account}' is not a member ID of Slack.",
            "It starts with a U: in Slack, open the profile and choose Copy member ID.",
        )
    return account


def _webhooks(value: Value) -> tuple[Webhook, ...]:
    found: list[Webhook] = []
    for item in value.items():
        fields = item.fields(("url",), ("events", "client_text"), named="a webhook")
        url = fields["url"].text() if "url" in fields else None
        if url is not None and not (_HTTPS.fullmatch(url) or _ON_THIS_MACHINE.fullmatch(url)):
            fields["url"].fault(
                f"'{url}' is not a secure web address.",
                "Start it with https://; http:// only goes to 127.0.0.1 or localhost.",
            )
        events = (
            fields["events"].some_of(HOOK_EVENTS, "an event that can be told", least=1)
            if "events" in fields
            else HOOK_EVENTS
        )
        client_text = fields["client_text"].truth() if "client_text" in fields else False
        if url is not None and url in [hook.url for hook in found]:
            item.fault("This address is given twice.", "Keep one of the two.")
        elif url is not None:
            found.append(Webhook(url, events, bool(client_text)))
    return tuple(found)


def _languages(value: Value, wording: Wording | None) -> tuple[str, ...]:
    offered = [tag for tag in offered_by(wording, "language") if _LANGUAGE.fullmatch(tag)]
    if offered:
        return value.some_of(offered, "a choice of the question 'language'", least=1)
    tags = value.texts(least=1)
    for tag in tags:
        if not _LANGUAGE.fullmatch(tag):
            value.fault(f"'{tag}' is not a language tag.", "Use en, de, pt-BR and the like.")
    return tags


def _services(value: Value) -> dict[str, str]:
    found: dict[str, str] = {}
    for id_, title in value.entries().items():
        if not _ID.fullmatch(id_):
            title.fault(
                f"'{id_}' cannot be the id of a service.",
                "Use small letters, digits and _ only, and start with a letter.",
            )
        found[id_] = title.text(client_reads=True) or ""
    return found


def _coach(
    value: Value,
    services: Mapping[str, str],
    languages: tuple[str, ...],
    wording: Wording | None,
) -> Coach | None:
    fields = value.fields(_COACH_NEEDS, _COACH_MAY, named="a coach")

    def some(key: str, known: tuple[str, ...], what: str) -> tuple[str, ...]:
        if key not in fields:
            return ()
        if not known:
            return fields[key].texts(least=1)
        return fields[key].some_of(known, what, least=1)

    id_ = fields["id"].text() if "id" in fields else None
    if id_ is not None and (not _ID.fullmatch(id_) or id_ == NO_PREFERENCE):
        fields["id"].fault(
            f"'{id_}' cannot be the id of a coach.",
            "Use small letters, digits and _ only, and start with a letter."
            if id_ != NO_PREFERENCE
            else "The word is taken for clients without a preference.",
        )
    name = fields["name"].text() if "name" in fields else None
    about = fields["about"].text(client_reads=True) if "about" in fields else None
    price_band = None
    if "price_band" in fields:
        bands = offered_by(wording, "budget")
        price_band = (
            fields["price_band"].one_of(bands, "a choice of the question 'budget'")
            if bands
            else fields["price_band"].word()
        )
    coach = Coach(
        id=id_ or "",
        name=name or "",
        about=about or "",
        services=some("services", tuple(services), "a service of the practice"),
        formats=some("formats", offered_by(wording, "format"), "a choice of the question 'format'"),
        languages=some("languages", languages, "a language of the practice"),
        hours=read_hours(fields["hours"]) if "hours" in fields else Hours("", ()),
        capacity=(fields["capacity"].number(least=0) if "capacity" in fields else 0) or 0,
        price_band=price_band or "",
        help_not_given=(
            fields["help_not_given"].some_of(HELP, "a kind of help")
            if "help_not_given" in fields
            else ()
        ),
        earliest_start=read_start(fields["earliest_start"]) if "earliest_start" in fields else None,
        conflicts_of_interest=(
            read_conflicts(fields["conflicts_of_interest"])
            if "conflicts_of_interest" in fields
            else ()
        ),
        disclosures=read_disclosures(fields["disclosures"]) if "disclosures" in fields else (),
        lines=read_lines(fields["lines"]) if "lines" in fields else (),
        email=_email(fields),
        booking_link=_booking_link(fields),
        slack=_slack(fields),
        welcomes=fields["welcomes"].some_of(THEMES, "a theme") if "welcomes" in fields else (),
    )
    if name and about and len(f"{name}: {about}") > LONGEST_TITLE:
        fields["about"].fault(
            f"Name and 'about' of {name} have {len(f'{name}: {about}')} characters together.",
            f"A button holds {LONGEST_TITLE}, as in '{title_of(coach)}'; shorten 'about'.",
        )
    return coach if id_ is not None else None


def offered_by(wording: Wording | None, question: str) -> tuple[str, ...]:
    """The ids of the choices that the wording of a question offers."""
    return tuple(choice.id for choice in wording.offered(question)) if wording is not None else ()


def title_of(coach: Coach) -> str:
    """What the button of a coach says, at most :data:`LONGEST_TITLE` characters."""
    return f"{coach.name}: {coach.about}"[:LONGEST_TITLE]


def read_hours(value: Value) -> Hours:
    """When a coach works."""
    fields = value.fields(("time_zone", "weekly"), named="'hours'")
    zone = _zone(fields["time_zone"]) if "time_zone" in fields else None
    weekly: list[Stretch] = []
    for item in fields["weekly"].items() if "weekly" in fields else ():
        stretch = item.fields(("days", "from", "to"), named="an entry of 'weekly'")
        days = (
            stretch["days"].some_of(DAYS, "a day of the week", least=1) if "days" in stretch else ()
        )
        start, end = (_time(stretch[key]) if key in stretch else None for key in ("from", "to"))
        if start is not None and end is not None and start >= end:
            stretch["to"].fault(
                f"These hours end at {end}, before they start at {start}.", "Swap the two."
            )
        weekly.append(Stretch(days, start or "", end or ""))
    return Hours(zone or "", tuple(weekly))


def _time(value: Value) -> str | None:
    time = value.text()
    if time is not None and not _TIME.fullmatch(time):
        value.fault(f"'{time}' is not a time of day.", 'Write it as "09:00" or "17:30".')
        return None
    return time


def read_start(value: Value) -> str | None:
    """An ISO date, or None for now."""
    if value.type == "timestamp":
        day = str(value.node.value)
    else:
        said = value.text()
        if said is None or said == "now":
            return None
        day = said
    try:
        if not _DATE.fullmatch(day):
            raise ValueError
        date.fromisoformat(day)
    except ValueError:
        value.fault(f"'{day}' is not a date.", "Write 'now', or a date such as 2027-03-01.")
        return None
    return day


def read_conflicts(value: Value) -> tuple[Conflict, ...]:
    """People and companies in which a coach has a stake."""
    found: list[Conflict] = []
    for item in value.items():
        fields = item.fields(("name", "kind"), ("variants", "note"), named="a conflict of interest")
        name = fields["name"].text() if "name" in fields else None
        kind = (
            fields["kind"].one_of(("person", "company"), "a kind of conflict")
            if "kind" in fields
            else None
        )
        found.append(
            Conflict(
                name or "",
                cast(Literal["person", "company"], kind or "person"),
                fields["variants"].texts() if "variants" in fields else (),
                (fields["note"].text() if "note" in fields else None) or "",
            )
        )
    return tuple(found)


def read_disclosures(value: Value) -> tuple[Disclosure, ...]:
    """What a coach tells every client."""
    found: dict[str, Disclosure] = {}
    for item in value.items():
        fields = item.fields(("id", "says"), named="a disclosure")
        id_ = fields["id"].text() if "id" in fields else None
        says = fields["says"].text(client_reads=True) if "says" in fields else None
        if id_ is not None and not _ID.fullmatch(id_):
            fields["id"].fault(
                f"'{id_}' cannot be the id of a disclosure.",
                "Use small letters, digits and _ only, and start with a letter.",
            )
        if id_ is not None and id_ in found:
            item.fault(f"There are two disclosures '{id_}'.", "Give one of them another id.")
        if id_ is not None:
            found.setdefault(id_, Disclosure(id_, says or ""))
    return tuple(found.values())


def read_lines(value: Value) -> tuple[Line, ...]:
    """What a coach said about their own ability."""
    found: dict[tuple[str, str | None], int] = {}
    lines: list[Line] = []
    for item in value.items():
        fields = item.fields(("theme", "can"), ("reason", "mode", "note"), named="a line")
        theme = fields["theme"].one_of(THEMES, "a theme") if "theme" in fields else None
        mode = fields["mode"].one_of(MODES, "a mode") if "mode" in fields else None
        can = fields["can"].one_of(CANS, "a way that a coach can help") if "can" in fields else None
        reason = fields["reason"].one_of(REASONS, "a reason") if "reason" in fields else None
        note = fields["note"].text() if "note" in fields else None
        if can not in (None, "fully") and "reason" not in fields:
            item.fault("a line has no 'reason'.", f"Add 'reason:' with {', '.join(REASONS)}.")
        if theme is None:
            continue
        if "mode" in fields and not THEMES[theme].values:
            with_modes = ", ".join(each.id for each in THEMES.values() if each.values)
            fields["mode"].fault(
                f"'{theme}' has no modes.", f"Remove the line; modes go with {with_modes}."
            )
            mode = None
        first = found.setdefault((theme, mode), item.line)
        if first != item.line:
            item.fault(
                f"There is a line for '{theme}'{f' and {mode}' if mode else ''} on line {first} "
                "already.",
                "Keep one of the two.",
            )
        lines.append(
            Line(
                theme,
                cast(Can, can or "fully"),
                cast("Reason | None", reason),
                mode,
                note or "",
            )
        )
    return tuple(lines)
