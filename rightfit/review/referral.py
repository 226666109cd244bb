"""The referral: who is named to the client, what travels, and what the sender hears of it.

The order of people is the alphabet. Any other one would say that somebody fits better, and
nobody here can know that; nobody is left out either, for the client may see what we do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from rightfit.practice import Partner, Practice
from rightfit.review.consider import round_of
from rightfit.review.events import (
    Decided,
    Entry,
    Event,
    PacketArrived,
    PacketChosen,
    PacketSent,
    ReferralDeclined,
    ReferralOffered,
    Reopened,
)
from rightfit.review.pact import pact_of

ToKind = Literal["coach", "partner"]
#: How long the link to a packet works: time for a holiday, not for ever.
LINK_WORKS = timedelta(days=30)
#: So many people can be named at once: a choice, and not a list to be lost in.
MOST_OFFERS = 3

Fault = Literal["not_yet", "nobody", "named", "enough", "sent", "not_offered", "not_chosen"]


class Declared(msgspec.Struct, frozen=True):
    """Somebody who may be named, and what they themselves say they do.

    ``welcomes`` are theme ids. ``room`` is a coach's own word on how many new clients they
    have room for; null where it is not known.
    """

    kind: ToKind
    id: str
    name: str
    about: str
    services: tuple[str, ...]
    languages: tuple[str, ...]
    welcomes: tuple[str, ...]
    reach: tuple[str, ...] = ()
    room: int | None = None


class Offer(msgspec.Struct, frozen=True):
    """One person whom a coach has named, with the coach's words to the client."""

    kind: ToKind
    to: str
    note: str
    at: datetime
    by: str


class Packet(msgspec.Struct, frozen=True):
    """A packet on its way; ``arrived_at`` is all that the sender learns."""

    seq: int
    kind: ToKind
    to: str
    digest: str
    sent_at: datetime
    expires_at: datetime
    arrived_at: datetime | None = None


class Referral(msgspec.Struct, frozen=True):
    """Where the referral of an intake stands: its latest one, if there were several.

    ``chosen`` is what the client wants to travel, null before they have chosen; ``to`` is
    whom they chose it for.
    """

    offers: tuple[Offer, ...]
    chosen: tuple[str, ...] | None = None
    to: tuple[ToKind, str] | None = None
    packet: Packet | None = None
    declined_at: datetime | None = None


def declared(practice: Practice, asking: str | None) -> tuple[Declared, ...]:
    """Everybody whom a coach can name, by name: the other coaches here, then the partners."""
    coaches = [
        Declared(
            kind="coach",
            id=coach.id,
            name=coach.name,
            about=coach.about,
            services=tuple(practice.services[each] for each in coach.services),
            languages=_named(practice, coach.languages),
            welcomes=coach.welcomes,
            room=coach.capacity,
        )
        for coach in practice.coaches
        if coach.id != asking
    ]
    partners = [of_partner(practice, each) for each in practice.partners]
    by_name = sorted(coaches, key=_by_name), sorted(partners, key=_by_name)
    return (*by_name[0], *by_name[1])


def of_partner(practice: Practice, partner: Partner) -> Declared:
    """What a partner outside the practice declares."""
    contact = partner.contact
    reach = (contact.email, contact.phone, contact.website)
    return Declared(
        kind="partner",
        id=partner.id,
        name=partner.name,
        about=partner.about,
        services=partner.services,
        languages=_named(practice, partner.languages),
        welcomes=partner.welcomes,
        reach=tuple(each for each in reach if each),
    )


def _named(practice: Practice, tags: Sequence[str]) -> tuple[str, ...]:
    """Languages as the buttons of the interview call them, or by their tag."""
    asked = [each for each in (*practice.questions, *practice.not_asked) if each.id == "language"]
    titles = {choice.id: choice.title for each in asked for choice in each.choices}
    return tuple(titles.get(tag, tag) for tag in tags)


def _by_name(each: Declared) -> tuple[str, str]:
    return each.name.casefold(), each.id


def referral_of(log: Sequence[Entry]) -> Referral | None:
    """The latest referral; null where nobody was named since the intake was opened again."""
    found: Referral | None = None
    for entry in log:
        event = entry.event
        if isinstance(event, Reopened):
            found = None
        elif isinstance(event, ReferralOffered):
            offer = Offer(event.to_kind, event.to, event.note, entry.at, entry.by)
            # A new name after a no, or after a packet, begins a new referral.
            fresh = found is None or found.declined_at is not None or found.packet is not None
            found = Referral((offer,)) if found is None or fresh else _joined(found, offer)
        elif found is not None:
            found = _after(found, entry)
    return found


def _joined(found: Referral, offer: Offer) -> Referral:
    return msgspec.structs.replace(found, offers=(*found.offers, offer))


def _after(found: Referral, entry: Entry) -> Referral:
    event, replace = entry.event, msgspec.structs.replace
    if isinstance(event, PacketChosen):
        return replace(found, chosen=event.travels, to=(event.to_kind, event.to))
    if isinstance(event, PacketSent):
        packet = Packet(
            entry.seq, event.to_kind, event.to, event.digest, entry.at, event.expires_at
        )
        return replace(found, packet=packet, to=(event.to_kind, event.to))
    if isinstance(event, PacketArrived) and found.packet and not found.packet.arrived_at:
        return replace(found, packet=replace(found.packet, arrived_at=entry.at))
    if isinstance(event, ReferralDeclined):
        return replace(found, declined_at=entry.at)
    return found


def may_name_somebody(log: Sequence[Entry]) -> bool:
    """Whether it is time for a referral: the coach has decided it, or the two have parted."""
    decided = [each.event for each in log if isinstance(each.event, (Decided, Reopened))]
    if decided and isinstance(decided[-1], Decided) and decided[-1].decision == "refer":
        return True
    found, pact = round_of(log), pact_of(log)
    opened_again = max((e.seq for e in log if isinstance(e.event, Reopened)), default=0)
    if pact is not None and pact.over == "left" and pact.begun.seq > opened_again:
        return True
    parted = found is not None and (
        found.outcome == "part" or (found.outcome == "withdrawn" and found.ended_by == "client")
    )
    return parted and found is not None and found.opened.seq > opened_again


def may_follow(log: Sequence[Entry], event: Event, practice: Practice) -> Fault | None:
    """Why a step of the referral cannot be taken now; null where it can, or is none of them."""
    found = referral_of(log)
    if isinstance(event, ReferralOffered):
        return _may_offer(log, found, event, practice)
    if isinstance(event, (PacketChosen, PacketSent, ReferralDeclined)):
        if found is None or found.declined_at is not None:
            return "nobody"
        if found.packet is not None:
            return "sent"
        if isinstance(event, ReferralDeclined):
            return None
        if (event.to_kind, event.to) not in {(each.kind, each.to) for each in found.offers}:
            return "not_offered"
        if isinstance(event, PacketSent) and (
            found.chosen is None or found.to != (event.to_kind, event.to)
        ):
            return "not_chosen"
    return None


def _may_offer(
    log: Sequence[Entry], found: Referral | None, event: ReferralOffered, practice: Practice
) -> Fault | None:
    if not may_name_somebody(log):
        return "not_yet"
    known = {(each.kind, each.id) for each in declared(practice, None)}
    if (event.to_kind, event.to) not in known:
        return "nobody"
    if found is None or found.declined_at is not None or found.packet is not None:
        return None
    if (event.to_kind, event.to) in {(each.kind, each.to) for each in found.offers}:
        return "named"
    return "enough" if len(found.offers) >= MOST_OFFERS else None
